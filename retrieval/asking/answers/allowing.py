"""Which sentences may be quoted, by whom the question asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from retrieval.asking.question.intent import Intent
from retrieval.asking.reading.findings import Findings
from retrieval.library.layout import Library


def may_be_quoted(intent: Intent, findings: Findings) -> Callable[[int], bool]:
    """Return which sentence rows may be quoted, by what the question is after."""
    if not intent.asks_who_said:
        return lambda row: True
    library, publishers = findings.library, findings.library.catalogue.publishers
    return lambda row: bool(publishers[library.sentence(row).article]) or library.credited[row] >= 0


def said_by(
    library: Library, credited: Collection[tuple[int, int]], published: Collection[int]
) -> Callable[[int], bool]:
    """Return which sentence rows are attributed to a source, or stand in an article that it published."""

    def allowed(row: int) -> bool:
        article, attribution = library.sentence(row).article, int(library.credited[row])
        return (article, attribution) in credited or (article in published and attribution < 0)

    return allowed

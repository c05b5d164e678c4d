"""Which sentences may be quoted, by whom the question asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from retrieval.asking.question.intent import Intent, says_what_it_is
from retrieval.asking.reading.findings import Findings
from retrieval.library.layout import Library


def may_be_quoted(intent: Intent, findings: Findings) -> Callable[[int], bool]:
    """Return which sentence rows may be quoted, by what the question is after."""
    library, evidence = findings.library, findings.evidence
    catalogue = library.catalogue
    texts = {
        int(evidence.sentences[number]): int(evidence.rows[evidence.owner[number]]) for number in findings.sentences
    }
    if intent.asks_who_said:
        named = {row for row, passage in texts.items() if catalogue.publishers[catalogue.article_of[passage]]}
        return lambda row: row in named or library.credited[row] >= 0
    if intent.defines is not None:
        name = intent.defines
        telling = {
            row for row, passage in texts.items() if says_what_it_is(name, catalogue.sentence_text(row, passage))
        }
        if telling:
            return lambda row: row in telling
    return lambda row: True


def said_by(
    library: Library, credited: Collection[tuple[int, int]], published: Collection[int]
) -> Callable[[int], bool]:
    """Return which sentence rows are attributed to a source, or stand in an article that it published."""

    def allowed(row: int) -> bool:
        article, attribution = library.sentence(row).article, int(library.credited[row])
        return (article, attribution) in credited or (article in published and attribution < 0)

    return allowed

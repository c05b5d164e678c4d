"""Who tells a quote: the outlet credited in the text, else the publisher, else who is credited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.domain.answers import Quote
from retrieval.domain.articles import Attribution, Credit, SourceKind
from retrieval.language.denials import is_denial
from retrieval.language.folding import name_key
from retrieval.language.outlets import outlet_name


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who tells a statement: the outlet credited in the text, else the publisher, else who is credited."""

    key: str
    name: str
    outlet: bool


def reporter_of(credit: Credit, attribution: Attribution | None) -> Reporter | None:
    """Return who tells a statement, or None when it cannot be told from others ("officials")."""
    shown = attribution if attribution is not None and attribution.shown and attribution.name.strip() else None
    if shown is not None and shown.kind is SourceKind.OUTLET:
        return Reporter(name_key(outlet_name(shown.name)), shown.name, outlet=True)
    if credit.publisher and (key := name_key(outlet_name(credit.publisher))):
        return Reporter(key, outlet_name(credit.publisher), outlet=True)
    if shown is not None and shown.kind is not SourceKind.UNNAMED and (key := name_key(shown.name)):
        return Reporter(key, shown.name, outlet=False)
    return None


def outlets_of(quotes: Sequence[Quote]) -> tuple[str, ...]:
    """Return the outlets that some quotes come from, each once, in their order; none for what is denied there."""
    found: dict[str, str] = {}
    for quote in quotes:
        reporter = reporter_of(quote.credit, quote.attribution)
        shown = quote.attribution if quote.attribution is not None and quote.attribution.shown else None
        if shown is not None and is_denial(shown.cue_text):
            continue  # whoever denies it has not said it
        if reporter is not None and reporter.outlet:
            found.setdefault(reporter.key, reporter.name)
    return tuple(found.values())

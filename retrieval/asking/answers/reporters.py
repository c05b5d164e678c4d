"""Who tells a quote: the outlet credited in the text, else the publisher, else who is credited.

Two outlets count as two only where their words stand on two sites: what a page calls itself is a claim, and one
host can make any number of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from retrieval.domain.addresses import site_of
from retrieval.domain.answers import Quote
from retrieval.domain.articles import Attribution, Credit, Ground, SourceKind
from retrieval.language.denials import is_denial
from retrieval.language.folding import name_key
from retrieval.language.outlets import outlet_name


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who tells a statement: the outlet credited in the text, else the publisher, else who is credited.

    `site` is the registrable domain at which the statement stands, None where no address is known. An outlet's
    name that its page alone claims is not told: its host is.
    """

    key: str
    name: str
    outlet: bool
    site: str | None = None

    def independent_of(self, other: Reporter) -> bool:
        """Tell whether the two are certainly two: by name, and of outlets by the registrable domain too."""
        one_site = self.outlet and other.outlet and self.site is not None and self.site == other.site
        return self.key != other.key and not one_site


def reporter_of(credit: Credit, attribution: Attribution | None) -> Reporter | None:
    """Return who tells a statement, or None when it cannot be told from others ("officials")."""
    shown = attribution if attribution is not None and attribution.shown and attribution.name.strip() else None
    site = site_of(credit.url)
    if shown is not None and shown.kind is SourceKind.OUTLET:
        return Reporter(name_key(outlet_name(shown.name)), shown.name, outlet=True, site=site)
    if credit.publisher and (key := name_key(outlet_name(credit.publisher))):
        host = urlsplit(credit.url or "").hostname if credit.grounds.publisher is Ground.CLAIM else None
        return Reporter(
            key, host.removeprefix("www.") if host else outlet_name(credit.publisher), outlet=True, site=site
        )
    if shown is not None and shown.kind is not SourceKind.UNNAMED and (key := name_key(shown.name)):
        return Reporter(key, shown.name, outlet=False, site=site)
    return None


def outlets_of(quotes: Sequence[Quote]) -> tuple[str, ...]:
    """Return the outlets that some quotes come from, each once, in their order; none for what is denied there."""
    found: dict[str, Reporter] = {}
    for quote in quotes:
        reporter = reporter_of(quote.credit, quote.attribution)
        shown = quote.attribution if quote.attribution is not None and quote.attribution.shown else None
        if shown is not None and is_denial(shown.cue_text):
            continue  # whoever denies it has not said it
        if reporter is not None and reporter.outlet and all(reporter.independent_of(other) for other in found.values()):
            found[reporter.key] = reporter
    return tuple(reporter.name for reporter in found.values())

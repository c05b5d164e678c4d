"""Says in two short lines who a quote comes from: who said it, by the text, and who published it, and when.

    According to POLITICO (“as highlighted by”)
    Published by The Day, 3 March 2024; also in The Post

The article's own cue stands in quotation marks, so that nothing is claimed that the text does not say. What is
not known is left out: a line that only says that nothing was found helps nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.words.answers import EXCERPT, Show, date_words
from bot.words.grammar import listed
from retrieval.domain.articles import Attribution, Credit, Ground

ACCORDING = "according to"
_NAME_LIMIT, _CUE_LIMIT, _TITLE_LIMIT = 100, 60, 150
_OTHERS_LIMIT = 3


def who_said_it(attribution: Attribution | None, *, show: Show) -> str | None:
    """Return who is credited inside the text; None where nobody is."""
    if attribution is None or not attribution.shown or not attribution.name.strip():
        return None
    line = f"According to {show(attribution.name, _NAME_LIMIT)}"
    cue = " ".join(attribution.cue_text.split())
    return f"{line} (“{show(cue, _CUE_LIMIT)}”)" if cue and cue.casefold() != ACCORDING else line


def who_published_it(credit: Credit, also: Sequence[Credit] = (), *, show: Show) -> str:
    """Return who published the article and when, and who else carried it; by its title where that is not known."""
    line = _where(credit, show)
    if date := date_words(credit.published_at):
        line += f", {date}"
    if credit.excerpt:
        line += f"; {EXCERPT}"
    others = dict.fromkeys(show(name, _NAME_LIMIT) for other in also if (name := _borne_out(other)))
    return f"{line}; also in {listed(list(others)[:_OTHERS_LIMIT])}" if others else line


def _where(credit: Credit, show: Show) -> str:
    publisher, title, byline = ((text or "").strip() for text in (credit.publisher, credit.title, credit.byline))
    if publisher:
        name, sure = show(publisher, _NAME_LIMIT), _borne_out(credit)
        if credit.grounds.publisher is Ground.FEED:
            return f"Published, as its feed says, by {name}"
        if sure != publisher:
            return f"Published at {show(sure, _NAME_LIMIT)}, which calls itself {name}"
        return f"Published by {name}"
    by = f" by {show(byline[3:] if byline[:3].lower() == 'by ' else byline, _NAME_LIMIT)}" if byline else ""
    if not title:
        return f"From an article{by} that does not say who published it"
    if credit.title_is_label:
        return f"From an article kept here as “{show(title, _TITLE_LIMIT)}”{by}"
    return f"From “{show(title, _TITLE_LIMIT)}”{by}"


def publisher_named(credit: Credit) -> str:
    """Return who published it for a list: a name that its page alone claims only beside its host; empty if unknown."""
    name, sure = (credit.publisher or "").strip(), _borne_out(credit)
    return name if sure == name else f"{sure}, which calls itself {name}"


def _borne_out(credit: Credit) -> str:
    """Return the publisher's name; where its page alone claims it, the host at which that page stands."""
    host = urlsplit(credit.url or "").hostname
    if credit.grounds.publisher is Ground.CLAIM and host is not None:
        return host.removeprefix("www.")
    return (credit.publisher or "").strip()


def titled(credit: Credit) -> str | None:
    """Return an article's title or label as it is, None where it has none."""
    return (credit.title or "").strip() or None

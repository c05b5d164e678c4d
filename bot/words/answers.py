"""Says who a quote comes from, in words that Discord and the terminal share.

The two layers are two statements on either side of a middle dot, always in this order, and each says
its verb, so that neither can be read as the other:

    Credited in the text to POLITICO (“as highlighted by”) · Published by The Day, “Title”, 3 March 2024
    No attribution found in the text · Article labelled “Gantz in Washington”; publisher and date not stated

The article's own cue stands in quotation marks instead of a verb of ours, so that "said", "according
to" and "as reported by" all read well and nothing is claimed that the text does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.words.grammar import counted, listed
from retrieval.domain.answers import Answer, Comparison, Quote, Relation
from retrieval.domain.articles import Attribution, Credit, Ground
from retrieval.domain.lookups import SourceSummary

NEAREST = "Nearest in the articles, though it does not answer:"

ALSO = "Also in the articles:"

EXCERPT = "only the part that is free to read"

Show = Callable[[str, int], str]
"""Prepares an article's words for the place where they are shown, in at most so many characters."""

_NAME_LIMIT, _CUE_LIMIT, _TITLE_LIMIT = 100, 60, 200
_PART_LIMIT = 160
_OTHERS_LIMIT = 4
_VALUE_LIMIT = 60


def credit_layers(quote: Quote, *, show: Show) -> str:
    """Return both layers of who `quote` comes from."""
    in_text = in_text_layer(quote.attribution, show=show)
    if (part := part_credited(quote)) is not None:
        in_text = f"“{show(part, _PART_LIMIT)}”: {in_text[0].lower()}{in_text[1:]}"
    line = f"{in_text} · {published_layer(quote.credit, show=show)}"
    others = [show(credit.publisher, _NAME_LIMIT) for credit in quote.also_carried_by if credit.publisher]
    return f"{line}; also carried by {listed(others[:_OTHERS_LIMIT])}" if others else line


def part_credited(quote: Quote) -> str | None:
    """Return the words of a quote that its attribution is for, where it leaves more of the quote than it covers."""
    credited = quote.attribution
    if credited is None or not credited.shown:
        return None
    inside = [s for s in (*credited.source, *credited.cue, *credited.content) if quote.start <= s.start < quote.end]
    said = [s for s in credited.content if quote.start <= s.start < quote.end]
    if not said or 2 * (min(max(s.end for s in inside), quote.end) - min(s.start for s in inside)) >= len(quote.text):
        return None
    return " … ".join(quote.text[s.start - quote.start : s.end - quote.start] for s in said)


def parts_of(answer: Answer, *, show: Show) -> list[tuple[str | None, tuple[Quote, ...]]]:
    """Return an answer's quotes in their order, those compared as one part below the words that say how.

    A comparison whose quotes are no longer all there is not told.
    """
    beginnings = {
        comparison.quotes[0]: comparison
        for comparison in answer.comparisons
        if all(quote in answer.quotes for quote in comparison.quotes)
    }
    parts: list[tuple[str | None, tuple[Quote, ...]]] = []
    left = list(answer.quotes)
    while left:
        comparison = beginnings.get(left[0])
        count = len(comparison.quotes) if comparison else 1
        lead = compared(comparison, show=show) if comparison else ALSO if parts and parts[-1][0] else None
        if comparison is None and parts and parts[-1][0] in (None, ALSO):
            parts[-1] = (parts[-1][0], (*parts[-1][1], left[0]))
        else:
            parts.append((lead, tuple(left[:count])))
        left = left[count:]
    leads = (with_whom(answer.reporters, show=show), taken_for(answer.taken_for, show=show))
    above = " ".join(lead for lead in leads if lead)
    if parts and above:
        parts[0] = (" ".join(filter(None, (above, parts[0][0]))), parts[0][1])
    return parts


def compared(comparison: Comparison, *, show: Show) -> str:
    """Return what stands above quotes that tell the same, or differ: words of the bot's own."""
    count = len(comparison.quotes)
    if comparison.relation is Relation.SAME:
        return f"{count} outlets report this:" if comparison.outlets else f"{count} sources say this:"
    if not comparison.values:
        return "These two differ: one denies what the other says."
    one, other = (show(value, _VALUE_LIMIT) for value in comparison.values)
    return f"These two differ: “{one}” and “{other}”."


def with_whom(reporters: Sequence[str], *, show: Show) -> str | None:
    """Return what stands above the quotes for a question that asks who says something."""
    names = [show(name, _NAME_LIMIT) for name in reporters]
    return f"From {listed(names)}:" if names else None


def taken_for(words: Sequence[tuple[str, str]], *, show: Show) -> str | None:
    """Return what stands above the quotes where misspelt words were taken for known ones."""
    known = [f"“{show(name, _NAME_LIMIT)}”" for _, name in words]
    return f"For {listed(known)}:" if known else None


def about_words(about: Sequence[str], *, show: Show) -> str | None:
    """Return what a question was understood to be about, where the talk before it told that."""
    return f"About: {', '.join(show(words, _TITLE_LIMIT) for words in about)}" if about else None


def in_text_layer(attribution: Attribution | None, *, show: Show) -> str:
    """Return who is credited inside the text."""
    if attribution is None or not attribution.shown or not attribution.name.strip():
        return "No attribution found in the text"
    line = f"Credited in the text to {show(attribution.name, _NAME_LIMIT)}"
    if attribution.cue_text.strip():
        line += f" (“{show(attribution.cue_text, _CUE_LIMIT)}”)"
    return line


def published_layer(credit: Credit, *, show: Show) -> str:
    """Return who published the article, its title and date, and which of these are not stated."""
    credit = replace(credit, publisher=_words(credit.publisher), title=_words(credit.title))
    publisher, title, date = _publisher(credit, show), _title(credit, show), date_words(credit.published_at)
    known = [text for text in (publisher, title, date) if text]
    stated = {"publisher": credit.publisher, "title": credit.title, "date": credit.published_at}
    unknown = [name for name, value in stated.items() if not value]
    missing = f"{listed(unknown)} not stated" if unknown else ""
    if not known:
        return missing[:1].upper() + missing[1:]
    subject = "" if publisher else "Article " if title else "Article of "
    told = subject + ", ".join(known)
    more = [EXCERPT] if credit.excerpt else []
    return "; ".join([told, *more, missing] if missing else [told, *more])


def _words(text: str | None) -> str | None:
    return (text or "").strip() or None


def _publisher(credit: Credit, show: Show) -> str:
    if not credit.publisher:
        return ""
    name = show(credit.publisher, _NAME_LIMIT)
    if credit.grounds.publisher is Ground.FEED:
        return f"Published, as its feed says, by {name}"
    host = urlsplit(credit.url or "").hostname
    if credit.grounds.publisher is Ground.CLAIM and host is not None:
        return f"Published at {show(host.removeprefix('www.'), _NAME_LIMIT)}, which calls itself {name}"
    return f"Published by {name}"


def _title(credit: Credit, show: Show) -> str:
    written = ""
    if name := _words(credit.byline):
        name = name[3:] if name[:3].lower() == "by " else name
        written = f"by {show(name, _NAME_LIMIT)}"
    if not credit.title:
        return written
    title = f"“{show(credit.title, _TITLE_LIMIT)}”"
    title = f"labelled {title}" if credit.title_is_label else title
    return f"{title} {written}".rstrip()


def date_words(moment: datetime | None) -> str:
    """Return the day of a moment in its own zone as "3 March 2024", or nothing."""
    return "" if moment is None else f"{moment.day} {moment:%B %Y}"


def summary_words(summary: SourceSummary) -> str:
    """Return what there is of a source as "12 quotes in 3 articles, 1 March 2024 to 3 March 2024"."""
    told = f"{counted(summary.quotes, 'quote')} in {counted(summary.articles, 'article')}"
    dates = list(dict.fromkeys(date for date in (date_words(summary.first_at), date_words(summary.last_at)) if date))
    return f"{told}, {' to '.join(dates)}" if dates else told


def nothing_from(name: str, topic: str | None = None) -> str:
    """Return what is told when there is nothing from a source, or nothing from it on a topic."""
    return f"The library has nothing from {name}{f' on {topic}' if topic else ''}."


def several_bear(name: str, names: Sequence[str]) -> str:
    """Return what is told when a short name may mean several sources."""
    return f"{name} may be {listed(names, 'or')}; please ask for one by the full name."


def may_also_be(names: Sequence[str]) -> str:
    """Return what is told beside a name's quotes when it may mean other sources too."""
    meant = [*names[:_OTHERS_LIMIT], *(["others"] if len(names) > _OTHERS_LIMIT else [])]
    return f"The name may also mean {listed(meant)}."

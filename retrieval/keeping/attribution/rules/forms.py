"""Words whose layout says whose they are: transcripts, interviews, quotations with a credit behind or before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.keeping.attribution.rules.names import Names, full_name
from retrieval.keeping.attribution.rules.quotations import Quotation

_LINE = re.compile(r"[^\n]+")
_LABEL = re.compile(r"[ \t]*(?:[-•*–—][ \t]*)?(?P<label>[A-Z][^\n:?!“”\"]{0,60}?)[ \u00a0]?:(?=[ \u00a0]\S)")
_QUESTION_LABELS = frozenset({"q", "question", "interviewer", "reporter", "moderator", "host"})
_ANSWER_LABELS = frozenset({"a", "answer"})
_BEHIND = re.compile(
    r"[ \u00a0]*\n{0,2}[ \u00a0]*[–—―-]{1,2}[ \u00a0]?(?P<who>[^\n,;:.!?“”\"–—]{2,70})"
    r"(?:,[^\n“”\"]{1,90})?[ \u00a0.]*(?=\n|\Z)"
)
_AHEAD = re.compile(r"(?:^|(?<=\n))(?P<lead>[^\n.!?“”\"]{3,120}):[ \u00a0]*\n+[ \u00a0]*\Z")
_NAME_END = re.compile(r"[A-Z][\w’'.-]*(?:[ \u00a0](?:(?:de|van|von|der|la|al|bin)[ \u00a0])?[A-Z][\w’'.-]*)*\Z")
_YOU = re.compile(r"\b(?:you|your|what|how|why|who|when|where|which)\b", re.IGNORECASE)
_LABEL_WITHIN = 200
_DENSE = 0.34  # the least share of lines that open with a label, in a transcript
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]\w+|we|We|my|My|our|Our|me|us)\b")


@dataclass(slots=True)
class Forms:
    """What the layout credits, the labels that name speakers, and the questions that an interviewer put."""

    attributions: list[Attribution] = field(default_factory=list)
    labels: list[Span] = field(default_factory=list)
    questions: list[Span] = field(default_factory=list)


def find_forms(names: Names, quotations: Sequence[Quotation]) -> Forms:
    """Return what the layout of an article says about whose its words are."""
    out = Forms()
    lines = [Span(*m.span()) for m in _LINE.finditer(names.text)]
    _label_turns(names, lines, out) or _bare_interview(names, lines, out)
    _dash_credits(names, lines, quotations, out)
    taken = [span for a in out.attributions for span in a.content]
    for quotation in quotations:
        span = Span(quotation.start, quotation.end)
        if any(span.overlaps(other) for other in taken):
            continue
        named = _credited_beside(names, quotation)
        if named is not None:
            out.attributions.append(_made(names, named, full_name(names, named), span))
            out.labels.append(named)
    return out


def _label_turns(names: Names, lines: Sequence[Span], out: Forms) -> bool:
    """Take 'NAME: words' for a turn that goes on to the next label, where an article has turns of several speakers."""
    found: list[tuple[int, Span, str]] = []
    for number, line in enumerate(lines):
        label = _LABEL.match(names.text, line.start, line.end)
        if label and _may_be_label(label["label"]):
            found.append((number, Span(*label.span("label")), label["label"].strip()))
    counts = Counter(_last(label) for _, _, label in found)
    known = {n.split()[-1].lower() for n in names.genders} | _QUESTION_LABELS | _ANSWER_LABELS
    speaks = [f for f in found if _last(f[2]) in known or f[2].isupper() or names.kind(f[2], f[2]) is SourceKind.OUTLET]
    spoken = {_last(f[2]) for f in speaks}
    if len(speaks) < 3 or len(spoken) < 2:
        return False
    if max(counts[one] for one in spoken) < 2 and not (spoken & _QUESTION_LABELS and spoken & _ANSWER_LABELS):
        return False
    if len(speaks) < _DENSE * (speaks[-1][0] - speaks[0][0] + 1):
        return False  # a live blog with a label now and then
    answers = _interviewee(names, speaks)
    for (_, span, words), after in zip(speaks, [*speaks[1:], None], strict=True):
        stop = lines[(after[0] if after else len(lines)) - 1].end
        start = span.end + 1
        while start < stop and names.text[start].isspace():
            start += 1
        out.labels.append(span)
        said = Span(start, max(start, stop))
        if _asks(names, words, said.of(names.text)):
            out.questions.append(Span(span.start, said.end))
            continue
        name = answers if _last(words) in _ANSWER_LABELS else _speaker(names, words, speaks)
        if name and said.end > said.start:
            out.attributions.append(_made(names, span, name, *_paragraphs(names.text, said)))
    return True


def _interviewee(names: Names, speaks: Sequence[tuple[int, Span, str]]) -> str:
    """Return whose answers 'A:' are: of the one who has a label beside, or of the first one named before."""
    for _, _, label in speaks:
        if _last(label) not in _ANSWER_LABELS and not _asks(names, label, names.text):
            return _speaker(names, label, speaks)
    return next((min(people) for at, people in names.mentions if at < speaks[0][1].start), "")


def _paragraphs(text: str, span: Span) -> Iterator[Span]:
    for line in _LINE.finditer(text, span.start, span.end):
        if line.group().strip():
            yield Span(*line.span())


def _may_be_label(label: str) -> bool:
    words = label.split()
    return len(words) <= 7 and all(w[:1].isupper() or w in {"of", "the", "for", "de", "van", "von"} for w in words)


def _last(label: str) -> str:
    return label.split()[-1].strip(".,()").lower()


def _asks(names: Names, label: str, said: str) -> bool:
    outlet = names.kind(label, label) is SourceKind.OUTLET
    return _last(label) in _QUESTION_LABELS or (outlet and (label not in names.genders or said.rstrip().endswith("?")))


def _speaker(names: Names, label: str, speaks: Sequence[tuple[int, Span, str]]) -> str:
    """Return the fullest name for a label: by a longer label, or by the article's own words."""
    longest = max((other for _, _, other in speaks if _last(other) == _last(label)), key=len)
    words = longest.title().split() if longest.isupper() else longest.split()
    titles = names.lex["titles"] | names.lex["humans"] | {"master"}
    title = max((n for n, w in enumerate(words[:-1]) if w.lower() in titles), default=-1)
    bare = words[title + 1 :]
    if len(bare) > 1:
        return " ".join(bare)
    owners = [n for n in names.full.get(bare[0].lower(), ()) if n in names.genders]
    return owners[0] if len(owners) == 1 else " ".join(words)


def _bare_interview(names: Names, lines: Sequence[Span], out: Forms) -> bool:
    """Take paragraphs that only ask, each followed by a first person, for an interview with the first one named."""
    asks = [
        n for n, line in enumerate(lines)
        if (t := line.of(names.text)).rstrip().endswith("?") and "“" not in t and '"' not in t
        and len(t.split()) < 60 and _YOU.search(t)
    ]  # fmt: skip
    if len(asks) < 3:
        return False
    who = next((min(p) for at, p in names.mentions if at < lines[asks[0]].start), "")
    turns = [lines[n + 1 : stop] for n, stop in zip(asks, [*asks[1:], len(lines)], strict=True)]
    own = [
        bool(turn) and bool(_FIRST_PERSON.search(turn[0].of(names.text))) and "“" not in turn[0].of(names.text)
        for turn in turns
    ]
    if not who or sum(own) < max(3, 0.7 * len(turns)):
        return False
    for n, turn, speaks in zip(asks, turns, own, strict=True):
        out.questions.append(lines[n])
        if speaks:  # the last answer may run into the article's end matter: its first paragraph is sure
            said = turn if n != asks[-1] else turn[:1]
            out.attributions.append(_made(names, Span(lines[n].start, lines[n].start), who, *said))
    return True


def _credited_beside(names: Names, quotation: Quotation) -> Span | None:
    """Return the name in '“...” – Ralph Odum' or in a line 'And from Leona Whitlock:' above a quotation."""
    text = names.text
    behind = _BEHIND.match(text, quotation.end)
    if behind and (name := _NAME_END.search(behind["who"].rstrip())):
        begin = behind.start("who") + (0 if behind["who"][0].isupper() else name.start())
        return Span(begin, behind.start("who") + len(behind["who"].rstrip()))
    # A line's label and the blanks round it are short; the beginnings of long lines are not gone back to.
    near = max(0, quotation.start - _LABEL_WITHIN)
    line = text.rfind("\n", near, quotation.start) + 1
    if not line and near:
        return None
    if text[line : quotation.start].strip(" \u00a0-•*–—"):
        label = _LABEL.match(text, line, quotation.start + 1)
        if label and label.end() >= quotation.start - 1 and label["label"].strip() in names.genders:
            return Span(*label.span("label"))
        return None
    ahead = _AHEAD.search(text, max(0, line - 140), line)
    name = _NAME_END.search(ahead["lead"].rstrip()) if ahead else None
    if ahead and name and len(name.group().split()) > 1:
        return Span(ahead.start("lead") + name.start(), ahead.start("lead") + name.end())
    return None


def _dash_credits(names: Names, lines: Sequence[Span], quotations: Sequence[Quotation], out: Forms) -> None:
    """Take a paragraph without quotation marks for a person's who is named behind a dash on the line below."""
    for said, below in pairwise(lines[:-1]):  # a name below an article's last paragraph is who wrote it
        credit = _BEHIND.match(names.text, said.end)
        if credit is None or credit.end() < below.end or names.text[below.start] not in "—―":
            continue
        named = Span(*credit.span("who"))
        if any(said.start <= q.start < said.end for q in quotations) or said.of(names.text)[-1] not in ".!?…":
            continue
        if names.kind(named.of(names.text), named.of(names.text)) is SourceKind.PERSON:
            out.attributions.append(_made(names, named, full_name(names, named), said))
            out.labels.append(named)


def _made(names: Names, label: Span, name: str, *content: Span) -> Attribution:
    kind = names.kind(name, name)
    kind = SourceKind.PERSON if kind is SourceKind.UNNAMED else kind
    return Attribution((label,) if label.end > label.start else (), (), content, kind, name, "", 0.95, shown=True)

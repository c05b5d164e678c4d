"""Words that one hands on for another: the inner speaker speaks, and the cue says who reports it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.keeping.attribution.rules.linker import Places
from retrieval.keeping.attribution.rules.names import Names
from retrieval.keeping.attribution.rules.who import who

_NP = r"[^,;:“”\"\n]{2,80}?"
_QUOTED = re.compile(
    r"(?:^|(?<=[,;”\"] ))(?P<outer>(?:[A-Z]|the |a )[^,;:“”\"\n]{0,60}?) (?:has |had |also )?"
    rf"(?:quoted|quotes|cited|cites) (?P<inner>{_NP}) as (?:saying|telling \w+|writing)(?: that)?[,:]? ?"
    r"(?P<content>[^\n]+)"
)
_BY = re.compile(
    rf"(?:^|(?<=[,;”\"] ))(?P<inner>{_NP}),? (?:was|were|is|are|has been|had been|have been) "
    r"(?:also |later |earlier )?(?:quoted|cited)(?: as (?:saying|telling \w+|writing))?(?: on \w+)? "
    r"(?:by|in) (?P<outer>(?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)"
    r"(?: as saying)?(?: on \w+)?(?: that)?[,:]? ?(?P<content>[^\n]*)"
)
_SAID = re.compile(r"\b(?:said|says|told|wrote|added|tweeted|claimed|saying)\b", re.IGNORECASE)


def find_second_hand(names: Names, sentences: Sequence[Span], places: Places) -> Iterator[Attribution]:
    """Yield the inner speaker's attributions; their cue names who reports it."""
    for sentence in sentences:
        words = sentence.of(names.text)
        if "quot" not in words and "cit" not in words:
            continue
        for pattern in (_QUOTED, _BY):
            found = pattern.search(words)
            if found is None:
                continue
            end = found.start("content") + len(found["content"].rstrip(" .,;"))
            if words[found.start("content") : end].startswith(("“", '"')):
                end = found.start("content") + len(found["content"].rstrip(" "))
            begin = found.start("content")
            content = Span(sentence.start + begin, sentence.start + max(begin, end))
            if content.end <= content.start:
                content = Span(sentence.start, sentence.start + len(words[: found.start()].rstrip(" ,")))
            inner = Span(sentence.start + found.start("inner"), sentence.start + found.end("inner"))
            if content.end <= content.start or found["inner"].split()[0].lower() in {"no", "nobody", "neither", "few"}:
                continue
            if pattern is _BY:
                cues: tuple[Span, ...] = (Span(inner.end + 1, max(inner.end + 2, sentence.start + begin)),)
                told = " ".join(cues[0].of(names.text).split()).strip(" ,:")
            else:
                quoted = Span(sentence.start + found.end("outer") + 1, inner.start - 1)
                cues = (quoted, Span(inner.end + 1, max(inner.end + 2, content.start - 1)))
                told = f"{found['outer']} quoted … as saying"
            meant = who(inner, names, places, None)
            yield Attribution((inner,), cues, (content,), meant.kind, meant.name, told, 0.9, meant.certain)
            break


def joined(guessed: Sequence[Attribution], certain: Sequence[Attribution], text: str) -> list[Attribution]:
    """Join both: where 'according to X' holds what another is credited with, the other speaks and X reports."""
    out = list(guessed)
    kept: list[Attribution] = []
    for rule in certain:
        holds = [
            n
            for n, one in enumerate(out)
            if one.cue
            and one.shown
            and _SAID.search(one.cue_text)
            and any(c.contains(one.cue[0]) for c in rule.content)
        ]
        reports = rule.kind in {SourceKind.OUTLET, SourceKind.DOCUMENT, SourceKind.ORGANISATION, SourceKind.UNNAMED}
        if (
            not rule.cue
            or not rule.cue_text.lower().startswith(("according", "as ", "per"))
            or not reports
            or not holds
        ):
            kept.append(rule)
            continue
        by = f"{rule.cue_text} {' '.join(rule.source[0].of(text).split())}" if rule.source else rule.cue_text
        for n in holds:
            out[n] = replace(out[n], cue=(*out[n].cue, *rule.cue), cue_text=f"{out[n].cue_text}, {by}")
        kept.append(replace(rule, shown=False))
    return [*out, *kept]

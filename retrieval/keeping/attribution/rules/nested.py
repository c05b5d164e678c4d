"""Quotations inside quotations: '“He told me, ‘We will never sell,’” said Holt': the inner speaker speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.keeping.attribution.rules.linker import Places
from retrieval.keeping.attribution.rules.names import Names
from retrieval.keeping.attribution.rules.quotations import Quotation
from retrieval.keeping.attribution.rules.who import who

_INNER = re.compile(
    r"(?<![\w’'])[‘'](?P<words>\w[^\n]{5,}?(?:[,.!?…](?=[’'])|(?=[’'](?:[”\"]|[ \u00a0](?:\w+ )?(?:said|says)\b))))[’']"
)
_SAYS = (
    r"(?:(?:always |often |once |then |also |just |later |even )?(?:has |had |was |were |is |are |kept |keeps )?"
    r"(?:said|says|saying|told|tells|telling|asked|asks|wrote|writes|replied|shouted|yelled|texted|answered|insisted|"
    r"warned|promised|like|going)(?: to)?(?: (?:me|us|him|her|them|you|everyone|everybody|[A-Z]\w+))?)"
)
_SPEAKER = (
    r"(?:(?:[Tt]he|[Aa]n?|[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|[Oo]ne|[Ss]ome|[Tt]wo) (?:[\w’'-]+ ){0,3}?[\w’'-]+"
    r"|(?:[A-Z][\w.-]+ ){0,3}[A-Z][\w-]+|(?:[Hh]e|[Ss]he|[Tt]hey|who|[Pp]eople|[Ss]omeone|[Ss]omebody))"
)
_AHEAD = re.compile(rf"(?<![\w’'])(?P<who>{_SPEAKER}) (?P<cue>{_SAYS})[,:]? \Z")
_BEHIND = re.compile(rf"[ \u00a0](?P<who>{_SPEAKER}) (?P<cue>{_SAYS})(?=[ ,.;”\"])")
_OWN = frozenset({"I", "my", "our", "My", "Our"})


def find_nested(names: Names, quotations: Sequence[Quotation], places: Places) -> Iterator[Attribution]:
    """Yield whose words stand in quotation marks inside of another's; what nobody is named for is not shown."""
    text = names.text
    for quotation in quotations:
        for inner in _INNER.finditer(text, quotation.start + 1, quotation.end):
            line = max(quotation.start + 1, inner.start() - 120)
            ahead = _AHEAD.search(text[line : inner.start()])
            told = ahead or _BEHIND.match(text, inner.end(), quotation.end)
            if told is None or told["who"].split()[0] == "I":
                continue
            shift = line if ahead else 0
            source = Span(told.start("who") + shift, told.end("who") + shift)
            cue = Span(told.start("cue") + shift, told.end("cue") + shift)
            meant = who(source, names, places, None)
            known = meant.certain and told["who"].split()[0] not in _OWN and not _is_pronoun(told["who"], names)
            name = meant.name if known else told["who"]
            kind = meant.kind if known else SourceKind.UNNAMED
            content = Span(inner.start(), inner.end())
            yield Attribution((source,), (cue,), (content,), kind, name, told["cue"], 0.9, shown=known)


def handed_on(found: Sequence[Attribution], nested: Sequence[Attribution]) -> list[Attribution]:
    """Return the nested ones with who hands their words on in the cue, where that is told: 'said, quoted by Holt'."""
    out = []
    for one in nested:
        outer = next((a for a in found if a.shown and any(c.contains(one.content[0]) for c in a.content)), None)
        out.append(replace(one, cue_text=f"{one.cue_text}, quoted by {outer.name}") if outer else one)
    return out


def _is_pronoun(words: str, names: Names) -> bool:
    return words.lower() in names.lex.pronouns or words.lower() in {"people", "someone", "somebody"}

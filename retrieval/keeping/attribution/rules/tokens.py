"""Words and punctuation marks of a sentence, with their places in the article."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}"  # U.S., J.D.
    r"|(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Adm|Maj|Brig|Prof|Rev|Hon|Jr|Sr|St|Jan|Feb|Aug|Sept?|Oct|Nov|Dec|Inc|Corp)\."
    r"|\b[A-Z]\.(?=\s)"  # an initial
    r"|['’]s\b"
    r"|\w+(?:[-&.]\w+|['’](?!s\b)\w+)*"
    r"|[^\w\s]"
)
TERMINAL = frozenset(".!?…")
DOUBLE_QUOTES = frozenset('"“”„‟«»')


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark: its words, lower-cased words, place, and whether a quotation holds it."""

    text: str
    lower: str
    start: int
    end: int
    quoted: bool

    @property
    def cap(self) -> bool:
        """Tell whether the token starts like a name."""
        return self.text[0].isupper()

    @property
    def word(self) -> bool:
        """Tell whether the token is a word rather than a mark."""
        return self.text[0].isalnum()


def tokenize(text: str, start: int, end: int, quotations: list[tuple[int, int]]) -> list[Token]:
    """Split `text[start:end]`; `quotations` are sorted character ranges, their marks included."""
    out: list[Token] = []
    at = 0
    for found in _TOKEN.finditer(text, start, end):
        begin, stop = found.span()
        while at < len(quotations) and quotations[at][1] <= begin:
            at += 1
        quoted = at < len(quotations) and quotations[at][0] <= begin
        word = found.group()
        out.append(Token(word, word.lower().replace("’", "'"), begin, stop, quoted))
    return out

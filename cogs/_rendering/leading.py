"""Chooses which quotes of an answer stand in the message: one where one answers, more where each adds something."""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.domain.answers import Answer, Quote

MOST_SHOWN = 3

NEARLY_AS_SURE = 1.5
"""How much less sure, in log units, a further quote may be than the best; e^-1.5 is between a fourth and a fifth."""

_WORD = re.compile(r"[^\W_]+")
_LEAST_LETTERS = 4  # shorter words hardly ever tell one half of a question from the other
_ASKING = frozenset(
    "what when where which whom whose does have been were will would could should about there their they them this "
    "that these those with from into than then also says said tell told".split()
)


def led(answer: Answer) -> tuple[Answer, int]:
    """Return the answer with the quotes to show first, and how many these are.

    1. The best quote; with it those that tell the same as it, or differ from it, if they are compared.
    2. A question for who says something is shown all who do.
    3. Else another one that is nearly as sure, of another source or with words of the question that none has.
    """
    compared = next((c for c in answer.comparisons if c.quotes and c.quotes[0] == answer.quotes[0]), None)
    if compared is not None:
        kept = replace(compared, quotes=compared.quotes[:MOST_SHOWN], reporters=compared.reporters[:MOST_SHOWN])
        others = tuple(kept if c is compared else c for c in answer.comparisons)
        answer, chosen = replace(answer, comparisons=others), list(kept.quotes)
    else:
        chosen = list(answer.quotes[:1])
    for quote in answer.quotes:
        if len(chosen) >= MOST_SHOWN:
            break
        if quote not in chosen and (answer.reporters or _adds(quote, chosen, answer)):
            chosen.append(quote)
    rest = tuple(quote for quote in answer.quotes if quote not in chosen)
    return replace(answer, quotes=(*chosen, *rest)), len(chosen)


def _adds(quote: Quote, chosen: list[Quote], answer: Answer) -> bool:
    if quote.score < answer.quotes[0].score - NEARLY_AS_SURE:
        return False
    if _voices(quote) - {voice for other in chosen for voice in _voices(other)}:
        return True
    return bool(_asked(answer.question) & _words(quote) - {word for other in chosen for word in _words(other)})


def _voices(quote: Quote) -> set[tuple[str, str]]:
    """Return who speaks: who is credited inside the text, and who published it."""
    spoken = quote.attribution
    voices = {("publisher", (quote.credit.publisher or "").casefold() or quote.article_id)}
    if spoken is not None and spoken.shown and spoken.name.strip():
        voices.add(("source", spoken.name.casefold()))
    return voices


def _asked(question: str) -> set[str]:
    words = {match.group().casefold() for match in _WORD.finditer(question)}
    return {word for word in words if len(word) >= _LEAST_LETTERS and word not in _ASKING}


def _words(quote: Quote) -> set[str]:
    text = f"{quote.text} {quote.credit.publisher or ''} {quote.credit.title or ''}"
    return {match.group().casefold() for match in _WORD.finditer(text)}

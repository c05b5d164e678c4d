"""Says in one sentence what a checked quote turned out to be, for Discord and the terminal alike."""

from __future__ import annotations

from retrieval.domain.lookups import QuoteCheck, Verdict

NO_WORDS = "That holds no words that I could look for."
_NAME_LIMIT = 100


def verdict_words(check: QuoteCheck) -> str:
    """Return the verdict as one plain sentence (unescaped)."""
    match check.verdict:
        case Verdict.EXACT:
            by = f" and they are from {_shortened(check.speaker)}" if check.speaker else ""
            return f"These words stand in the articles exactly so{by}."
        case Verdict.ALTERED:
            return "Not in these words; this is the nearest, with the words that differ marked."
        case Verdict.SPLICED:
            places = len(check.quotes)
            return f"Nobody said this in one piece; {places} parts that stand in different places were joined."
        case Verdict.MISATTRIBUTED:
            return _misattributed(check)
        case Verdict.NOT_FOUND:
            if not any(char.isalnum() for char in check.text):
                return NO_WORDS
            return "Nothing in the articles reads like this, as a whole or in long parts."


def not_in_the_articles(check: QuoteCheck) -> list[str]:
    """Return what the checked text has and the articles have not, in reading order."""
    return [words for segment in check.diff if segment.op != "equal" and (words := segment.asked.strip())]


def _misattributed(check: QuoteCheck) -> str:
    assert check.speaker is not None
    speaker = _shortened(check.speaker)
    these = "Nearly these words stand" if check.diff else "These words stand"
    if not check.speakers:
        return f"{these} in the articles, but {speaker} is not credited with them."
    names = " and ".join(_shortened(name) for name in check.speakers)
    return f"{these} in the articles, not from {speaker} but from {names}."


def _shortened(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _NAME_LIMIT else name[: _NAME_LIMIT - 1].rstrip() + "…"

"""Says why a question is not answered: one sentence for each `Refusal`, the same on every surface."""

from __future__ import annotations

from bot.words.grammar import listed
from retrieval.domain.answers import NoAnswer, Refusal

WORDS_NAMED = 3


def refusal_words(outcome: NoAnswer) -> str:
    """Return the one sentence for a refusal (unescaped; names in it are as typed)."""
    names = outcome.names
    match outcome.refusal:
        case Refusal.NOT_A_QUESTION:
            return "That holds no words; ask me a question about the news."
        case Refusal.EMPTY_LIBRARY:
            return "There are no articles in my library yet, so I have nothing to quote."
        case Refusal.UNKNOWN_NAME:
            return f"No indexed article mentions {listed(names, 'or')}."
        case Refusal.NOT_PUBLISHED_THEN:
            times = " and ".join(f"“{name}”" for name in names)
            return f"No indexed article was published in the time that {times} names."
        case Refusal.NOTHING_FROM_SOURCE:
            return f"The indexed articles credit nothing to {names[0]}."
        case Refusal.SOURCE_NOT_ON_TOPIC:
            return f"The indexed articles quote {names[0]}, but nothing of it is about that."
        case Refusal.NO_NUMBER:
            return "The articles do not say: the nearest quotes give no number for it."
        case Refusal.NO_TIME:
            return "The articles do not say: the nearest quotes give no time for it."
        case Refusal.UNKNOWN_WORDS:
            words = listed([f"“{name}”" for name in names[:WORDS_NAMED]], "or")
            return f"The articles do not say: nothing in them speaks of {words}."
        case Refusal.NOTHING_NEAR:
            return "The articles do not say: nothing in them is near to that."
        case Refusal.NOT_ANSWERED:
            return "The articles do not say: the nearest quotes speak of something else."

"""Every refusal has its one sentence, and a long list of names stays short."""

from __future__ import annotations

import pytest

from bot.words.refusals import refusal_words
from retrieval.domain.answers import NoAnswer, Refusal

SENTENCES = {
    Refusal.NOT_A_QUESTION: "That holds no words; ask me a question about the news.",
    Refusal.EMPTY_LIBRARY: "There are no articles in my library yet, so I have nothing to quote.",
    Refusal.UNKNOWN_NAME: "No indexed article mentions Ada or Ben.",
    Refusal.NOT_PUBLISHED_THEN: "No indexed article was published in the time that “Ada” and “Ben” names.",
    Refusal.NOTHING_FROM_SOURCE: "The indexed articles credit nothing to Ada.",
    Refusal.SOURCE_NOT_ON_TOPIC: "The indexed articles quote Ada, but nothing of it is about that.",
    Refusal.NO_NUMBER: "The articles do not say: the nearest quotes give no number for it.",
    Refusal.NO_TIME: "The articles do not say: the nearest quotes give no time for it.",
    Refusal.UNKNOWN_WORDS: "The articles do not say: nothing in them speaks of “Ada” or “Ben”.",
    Refusal.NOTHING_NEAR: "The articles do not say: nothing in them is near to that.",
    Refusal.NOT_ANSWERED: "The articles do not say: the nearest quotes speak of something else.",
}


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_its_sentence(refusal: Refusal) -> None:
    assert refusal_words(NoAnswer("why?", refusal, ("Ada", "Ben"))) == SENTENCES[refusal]


def test_at_most_three_unknown_words_are_named() -> None:
    outcome = NoAnswer("why?", Refusal.UNKNOWN_WORDS, ("one", "two", "three", "four"))
    assert "“one”, “two” or “three”." in refusal_words(outcome)

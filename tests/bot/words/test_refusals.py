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
    Refusal.GREETING: "Hello! Ask me what the articles say, and I answer in their own words.",
    Refusal.THANKS: "You are welcome.",
    Refusal.ABOUT_THE_BOT: (
        "I am Pullquote, a bot: I answer only with quotes from the articles in my library, "
        "and say whose words they are."
    ),
    Refusal.UNREAD_LANGUAGE: "I read questions in English only; please ask in English.",
    Refusal.NOT_OF_THAT_YEAR: "The articles I have do not say: those nearest to it are not of Ada or Ben.",
    Refusal.NOTHING_NEAR: "The articles I have do not say.",
    Refusal.NOT_ANSWERED: "The articles I have do not say.",
    Refusal.NO_MORE: "That is all that the articles I have say about it.",
}


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_its_sentence(refusal: Refusal) -> None:
    assert refusal_words(NoAnswer("why?", refusal, ("Ada", "Ben"))) == SENTENCES[refusal]

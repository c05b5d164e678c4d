"""Every refusal has its one sentence, and a long list of names stays short."""

from __future__ import annotations

import pytest

from bot.words.refusals import refusal_words
from retrieval.domain.answers import NOT_TRIED, NoAnswer, Refusal

SENTENCES = {
    Refusal.NOT_A_QUESTION: "I find no words in that. Ask me a question about the news.",
    Refusal.EMPTY_LIBRARY: "I have no articles yet, so there is nothing to quote.",
    Refusal.UNKNOWN_NAME: "None of my articles mentions Ada or Ben.",
    Refusal.NOT_PUBLISHED_THEN: "None of my articles is from the time you ask about, “Ada” and “Ben”.",
    Refusal.NOTHING_FROM_SOURCE: "None of my articles quotes Ada.",
    Refusal.SOURCE_NOT_ON_TOPIC: "My articles quote Ada, but not on that.",
    Refusal.GREETING: "Hello! Ask me what the articles say, and I answer in their own words.",
    Refusal.THANKS: "You are welcome.",
    Refusal.ABOUT_THE_BOT: (
        "I am Pullquote, a bot: I answer only with quotes from the articles in my library, "
        "and say whose words they are."
    ),
    Refusal.OPINION: "I have no opinions and give no advice; ask me what the articles say about it.",
    Refusal.OTHER_TASK: "I can only quote the articles; ask me something about the news.",
    Refusal.UNREAD_LANGUAGE: "I read only English so far. Please ask in English.",
    Refusal.NOT_OF_THAT_YEAR: "None of my articles answers that: those that come nearest are not about Ada or Ben.",
    Refusal.NO_MORE: "That is all that my articles say about it.",
    Refusal.TOO_LONG: ("Your question has 12 characters, and I can take 2,000. Please ask it in a sentence or two."),
    Refusal.BUSY: "I am busy; please ask again in about 12 seconds.",
    Refusal.TOO_MANY_AT_ONCE: "I am still at your other questions; please ask again in about 12 seconds.",
    Refusal.NOTHING_NEAR: "None of my articles answers that.",
    Refusal.NOT_ANSWERED: "None of my articles answers that.",
}


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_its_sentence(refusal: Refusal) -> None:
    names = ("12", "2000") if refusal in NOT_TRIED else ("Ada", "Ben")
    assert refusal_words(NoAnswer("why?", refusal, names)) == SENTENCES[refusal]


def test_one_second_is_said_as_people_say_it() -> None:
    assert refusal_words(NoAnswer("why?", Refusal.BUSY, ("1",))) == "I am busy; please ask again in about a second."

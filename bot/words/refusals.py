"""Says why a question is not answered: one sentence for each `Refusal`, the same on every surface."""

from __future__ import annotations

from bot.words.grammar import listed
from retrieval.domain.answers import NoAnswer, Refusal


def refusal_words(outcome: NoAnswer) -> str:
    """Return the one sentence for a refusal (unescaped; names in it are as typed)."""
    names = outcome.names
    match outcome.refusal:
        case Refusal.NOT_A_QUESTION:
            return "I find no words in that. Ask me a question about the news."
        case Refusal.GREETING:
            return "Hello! Ask me what the articles say, and I answer in their own words."
        case Refusal.THANKS:
            return "You are welcome."
        case Refusal.ABOUT_THE_BOT:
            return (
                "I am Pullquote, a bot: I answer only with quotes from the articles in my library, and say whose words "
                "they are."
            )
        case Refusal.OPINION:
            return "I have no opinions and give no advice; ask me what the articles say about it."
        case Refusal.OTHER_TASK:
            return "I can only quote the articles; ask me something about the news."
        case Refusal.TOO_LONG:
            return (
                f"Your question has {int(names[0]):,} characters, and I can take {int(names[1]):,}. Please ask it in a "
                "sentence or two."
            )
        case Refusal.UNREAD_LANGUAGE:
            return "I read only English so far. Please ask in English."
        case Refusal.EMPTY_LIBRARY:
            return "I have no articles yet, so there is nothing to quote."
        case Refusal.UNKNOWN_NAME:
            return f"None of my articles mentions {listed(names, 'or')}."
        case Refusal.NOT_PUBLISHED_THEN:
            times = listed([f"“{name}”" for name in names])
            return f"None of my articles is from the time you ask about, {times}."
        case Refusal.NOTHING_FROM_SOURCE:
            return f"None of my articles quotes {names[0]}."
        case Refusal.SOURCE_NOT_ON_TOPIC:
            return f"My articles quote {names[0]}, but not on that."
        case Refusal.NOT_OF_THAT_YEAR:
            return f"None of my articles answers that: those that come nearest are not about {listed(names, 'or')}."
        case Refusal.NO_MORE:
            return "That is all that my articles say about it."
        case Refusal.NOTHING_NEAR | Refusal.NOT_ANSWERED:
            return "None of my articles answers that."
        case Refusal.BUSY:
            return f"I am busy; please ask again in about {_seconds(names[0])}."
        case Refusal.TOO_MANY_AT_ONCE:
            return f"I am still at your other questions; please ask again in about {_seconds(names[0])}."


def _seconds(count: str) -> str:
    return "a second" if count == "1" else f"{count} seconds"

"""Says why a question is not answered: one sentence for each `Refusal`, the same on every surface."""

from __future__ import annotations

from bot.words.grammar import listed
from retrieval.domain.answers import NoAnswer, Refusal


def refusal_words(outcome: NoAnswer) -> str:
    """Return the one sentence for a refusal (unescaped; names in it are as typed)."""
    names = outcome.names
    match outcome.refusal:
        case Refusal.NOT_A_QUESTION:
            return "That holds no words; ask me a question about the news."
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
        case Refusal.UNREAD_LANGUAGE:
            return "I read questions in English only; please ask in English."
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
        case Refusal.NOT_OF_THAT_YEAR:
            return f"The articles I have do not say: those nearest to it are not of {listed(names, 'or')}."
        case Refusal.NOTHING_NEAR | Refusal.NOT_ANSWERED:
            return "The articles I have do not say."

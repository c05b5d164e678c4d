"""Says, under a refusal, what would help: what to ask instead, or which command shows what there is."""

from __future__ import annotations

from bot.words.crediting import titled
from cogs._markdown.lengths import shown
from retrieval.domain.answers import NoAnswer, Refusal
from retrieval.domain.articles import SourceKind

_NAME_LIMIT, _TITLE_LIMIT = 80, 120
_CAN_BE_ASKED_FOR = frozenset({SourceKind.OUTLET, SourceKind.PERSON, SourceKind.ORGANISATION})


def what_helps(outcome: NoAnswer) -> str | None:
    """Return one sentence of Markdown that helps on, or None where there is nothing to say."""
    names = [shown(name, limit=_NAME_LIMIT) for name in outcome.names]
    match outcome.refusal:
        case Refusal.EMPTY_LIBRARY:
            return "Whoever manages a server can add some there with `/library add url`."
        case Refusal.ABOUT_THE_BOT | Refusal.GREETING | Refusal.NOT_A_QUESTION | Refusal.OTHER_TASK:
            return "`/help` shows what you can do here."
        case Refusal.NOT_PUBLISHED_THEN:
            return "Ask without the time, and I look through all of them."
        case Refusal.NOTHING_FROM_SOURCE:
            return "`/sources` shows who is quoted."
        case Refusal.SOURCE_NOT_ON_TOPIC:
            return f"`/source` shows what I have from {names[0]}."
        case Refusal.UNKNOWN_NAME | Refusal.NOT_OF_THAT_YEAR | Refusal.NOTHING_NEAR | Refusal.NOT_ANSWERED:
            return _instead(outcome)
        case Refusal.THANKS | Refusal.UNREAD_LANGUAGE | Refusal.OPINION | Refusal.NO_MORE:
            return None
        case Refusal.TOO_LONG | Refusal.BUSY | Refusal.TOO_MANY_AT_ONCE:
            return None


def _instead(outcome: NoAnswer) -> str | None:
    """Return a question that the nearest articles do answer, else which article is nearest."""
    asked = outcome.question.casefold()
    for quote in outcome.near_misses:
        spoken = quote.attribution
        if spoken is not None and spoken.shown and spoken.kind in _CAN_BE_ASKED_FOR and spoken.name.strip():
            name = shown(spoken.name, limit=_NAME_LIMIT)
            if spoken.name.casefold() not in asked:
                return f"You could ask: *what did {name} say?*"
    for quote in outcome.near_misses:
        if (title := titled(quote.credit)) is not None:
            return f"The nearest article I have is “{shown(title, limit=_TITLE_LIMIT)}”; `/article` shows it."
    return None

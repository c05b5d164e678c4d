"""Reads from `history.db` what was asked in vain in one server: not answered, or not to anybody's use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bot.records.history import History
from retrieval.domain.answers import Refusal

SMALL_TALK = frozenset(
    {
        Refusal.NOT_A_QUESTION,
        Refusal.GREETING,
        Refusal.THANKS,
        Refusal.ABOUT_THE_BOT,
        Refusal.OPINION,
        Refusal.OTHER_TASK,
        Refusal.UNREAD_LANGUAGE,
    }
)
"""What no article could have answered."""

_NO_GAP = SMALL_TALK | {Refusal.NO_MORE}
"""With it, that everything has been shown already."""


@dataclass(frozen=True, slots=True)
class AskedInVain:
    """A question that was refused, or whose answer somebody found of no use.

    `judged_useless` is how many did, `words` what they wrote beside it.
    """

    question: str
    user_id: int
    channel_id: int
    asked_at: datetime
    answered: bool
    judged_useless: int = 0
    words: tuple[str, ...] = ()


async def asked_in_vain(history: History, guild_id: int, *, limit: int) -> list[AskedInVain]:
    """Return the latest questions of a server that were asked in vain, newest first."""
    useless: dict[int, list[str | None]] = {}
    for turn_id, word in await _feedback(history, guild_id):
        useless.setdefault(turn_id, []).append(word)
    rows = await history.read(
        "SELECT turn_id, question, user_id, channel_id, asked_at, refusal FROM turns WHERE guild_id = ? AND ("
        "refusal NOT IN (SELECT value FROM json_each(?)) "
        "OR turn_id IN (SELECT exchange_id FROM feedback WHERE guild_id = turns.guild_id AND NOT useful)"
        ") ORDER BY turn_id DESC LIMIT ?",
        guild_id,
        json.dumps(sorted(_NO_GAP)),
        limit,
    )
    return [
        AskedInVain(
            question=row["question"],
            user_id=row["user_id"],
            channel_id=row["channel_id"],
            asked_at=datetime.fromisoformat(row["asked_at"]),
            answered=row["refusal"] is None,
            judged_useless=len(judged),
            words=tuple(word for word in judged if word),
        )
        for row in rows
        for judged in [useless.get(row["turn_id"], [])]
    ]


async def _feedback(history: History, guild_id: int) -> list[tuple[int, str | None]]:
    """Return the exchange and the word of each judgement that an answer was of no use."""
    rows = await history.read(
        "SELECT exchange_id, word FROM feedback WHERE guild_id = ? AND NOT useful ORDER BY id", guild_id
    )
    return [(int(row["exchange_id"]), row["word"]) for row in rows]

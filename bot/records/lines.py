"""Finds the line of talk that a question goes on from: whose, and since when, within one channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.records.history import History, Turn, stamp, turn_of
from retrieval.domain.talk import Exchange

MOST_TURNS = 8
"""How many turns back a line is read."""

FRESH = timedelta(minutes=30)
"""For how long a person's own last question is what they go on from, whatever others have asked since."""

REMEMBERED = timedelta(hours=24)
"""For how long anything asked in the channel may be gone on from without a reply to it."""


@dataclass(frozen=True, slots=True)
class Line:
    """The turns that a question goes on from, oldest first; empty where there are none.

    `meant` is true where the person has asked its last question, or replied to it; else it is only what was asked in
    the channel last, and a question that stands alone does not belong to it.
    """

    turns: tuple[Turn, ...] = ()
    meant: bool = False

    @property
    def last_id(self) -> int | None:
        """The turn that a question of this line comes after."""
        return self.turns[-1].turn_id if self.turns else None

    @property
    def talk(self) -> tuple[Exchange, ...]:
        """What retrieval is told of it."""
        return tuple(Exchange(turn.question, turn.quotes) for turn in self.turns)


NO_LINE = Line()


async def line_before(
    history: History,
    *,
    channel_id: int,
    user_id: int,
    at: datetime,
    replied_to: int | None = None,
    own_only: bool = False,
) -> Line:
    """Return the line of one channel that a person goes on from at a moment.

    1. A reply to one of the bot's answers there goes on from that answer, whoever asked for it.
    2. Else what the person asked last, if that is `FRESH`; else what anybody asked last there, if that is;
       else what the person asked last, if it is `REMEMBERED`.

    What others were answered for them alone is never gone on from; with `own_only` nothing that others asked is.
    """
    if replied_to is not None:
        answered = await turn_of_answer(history, channel_id=channel_id, message_id=replied_to)
        # What was replied to may have been deleted: then the reply goes on from nothing.
        if answered is None or ((own_only or answered.for_asker_only) and answered.user_id != user_id):
            return NO_LINE
        return await _line_to(history, channel_id, answered.turn_id, meant=True)
    latest = await history.read(
        "SELECT max(turn_id) AS turn_id, asked_at, user_id = ? AS own FROM turns "
        "WHERE channel_id = ? AND (user_id = ? OR NOT for_asker_only) AND asked_at >= ? "
        "GROUP BY own ORDER BY own DESC",
        user_id,
        channel_id,
        user_id,
        stamp(at - REMEMBERED),
    )
    own = next((row for row in latest if row["own"]), None)
    others = None if own_only else next((row for row in latest if not row["own"]), None)
    fresh = stamp(at - FRESH)
    order = [row for row in (own, others) if row is not None and row["asked_at"] >= fresh]
    chosen = order[0] if order else own
    if chosen is None:
        return NO_LINE
    return await _line_to(history, channel_id, int(chosen["turn_id"]), meant=chosen is own)


async def turn_of_answer(history: History, *, channel_id: int, message_id: int) -> Turn | None:
    """Return the turn that a message of the bot answered, or None when it is not, or no longer, kept."""
    rows = await history.read(
        "SELECT * FROM turns WHERE channel_id = ? AND EXISTS (SELECT 1 FROM json_each(message_ids) WHERE value = ?)",
        channel_id,
        message_id,
    )
    return turn_of(rows[0]) if rows else None


async def _line_to(history: History, channel_id: int, turn_id: int | None, *, meant: bool) -> Line:
    if turn_id is None:
        return NO_LINE
    rows = await history.read(
        "WITH RECURSIVE line (turn_id, back) AS ("
        " VALUES (?, 1) UNION ALL"
        " SELECT turns.follows, back + 1 FROM line JOIN turns USING (turn_id)"
        " WHERE turns.channel_id = ? AND turns.follows IS NOT NULL AND back < ?"
        ") SELECT turns.* FROM line JOIN turns USING (turn_id) WHERE channel_id = ? ORDER BY back DESC",
        turn_id,
        channel_id,
        MOST_TURNS,
        channel_id,
    )
    return Line(tuple(turn_of(row) for row in rows), meant)

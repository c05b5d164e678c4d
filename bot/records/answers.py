"""Keeps, in `history.db`, what the buttons under an answer show, and what people thought of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from bot.records.history import History
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote

_OUTCOME: TypeAdapter[Answer | NoAnswer] = TypeAdapter(Answer | NoAnswer)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given; `exchange_id` is the id of its turn, the place that of its question.

    The first `shown` of its quotes stood in the message, the others behind its buttons.
    """

    exchange_id: int
    guild_id: int | None
    channel_id: int
    outcome: Outcome
    shown: int

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All of its quotes; of a refusal the nearest."""
        return self.outcome.quotes if isinstance(self.outcome, Answer) else self.outcome.near_misses


class AnswerStore:
    """The answers that buttons were put under. An answer goes when its turn goes."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def keep(self, exchange_id: int, outcome: Outcome, *, shown: int) -> None:
        """Keep the outcome of a recorded turn, the quotes that are shown first."""
        written = _OUTCOME.dump_json(outcome).decode()
        async with self._history.write() as connection:
            await connection.execute(
                "INSERT OR REPLACE INTO answers (exchange_id, outcome, shown) VALUES (?, ?, ?)",
                (exchange_id, written, shown),
            )

    async def kept(self, exchange_id: int) -> KeptAnswer | None:
        """Return the answer of an exchange; None when it is no longer kept, or was kept by another version."""
        rows = await self._history.read(
            "SELECT guild_id, channel_id, outcome, shown FROM answers JOIN turns ON turn_id = exchange_id "
            "WHERE exchange_id = ?",
            exchange_id,
        )
        if not rows:
            return None
        try:
            outcome = _OUTCOME.validate_json(rows[0]["outcome"])
        except ValidationError as error:
            log.warning("answer %d is not readable: %d fields differ", exchange_id, error.error_count())
            return None
        return KeptAnswer(exchange_id, rows[0]["guild_id"], rows[0]["channel_id"], outcome, rows[0]["shown"])

    async def judge(self, answer: KeptAnswer, *, user_id: int, useful: bool) -> None:
        """Keep whether an answer was useful to a person; a changed mind takes the place of the earlier one."""
        async with self._history.write() as connection:
            await connection.execute(
                "INSERT INTO feedback (exchange_id, guild_id, channel_id, user_id, useful, at) "
                "VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (exchange_id, user_id) DO UPDATE SET useful = excluded.useful, at = excluded.at",
                (answer.exchange_id, answer.guild_id, answer.channel_id, user_id, useful, _now()),
            )

    async def explain(self, answer: KeptAnswer, *, user_id: int, word: str) -> bool:
        """Keep a word beside what a person thought of an answer; false when they have not said yet."""
        async with self._history.write() as connection:
            cursor = await connection.execute(
                "UPDATE feedback SET word = ?, at = ? WHERE exchange_id = ? AND user_id = ?",
                (word, _now(), answer.exchange_id, user_id),
            )
        return cursor.rowcount > 0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")

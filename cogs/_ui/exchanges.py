"""Questions in messages and the bot's answers to them, for the minute in which an answer follows its question."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import discord

from cogs._ui.messages import Say

FOLLOWS_FOR = timedelta(minutes=1)
"""How long after a question its answer is edited or deleted with it."""

log = logging.getLogger(__name__)


class QuestionGoneError(Exception):
    """The question was deleted while it was being answered: nothing more is to be said."""


class Exchange:
    """One question, as it reads now, and what was answered; `turn_id` is its place in the history.

    `in_thread` is the thread that was opened for it. `newest` is the question's message as it was edited last,
    to be answered next. While it is `busy` somebody answers it, and sees to what comes meanwhile.
    """

    def __init__(self, asked_at: datetime) -> None:
        self.asked_at = asked_at
        self.question: str | None = None
        self.sent: list[discord.Message] = []
        self.turn_id: int | None = None
        self.in_thread: discord.Thread | None = None
        self.replied = False
        self.gone = False
        self.busy = False
        self.newest: discord.Message | None = None
        self._earlier: list[discord.Message] = []
        self._fresh: Say | None = None

    def speak_anew(self, fresh: Say) -> None:
        """Write over what was sent before from now on, message by message; after that, `fresh` sends."""
        self._earlier, self._fresh = list(self.sent), fresh

    async def say(self, text: str, view: discord.ui.View | None = None, /) -> discord.Message:
        """Say something in answer. Raises `QuestionGoneError` once the question is deleted."""
        if self.gone:
            raise QuestionGoneError
        if self._earlier:
            message = self._earlier[0]
            try:
                edited = await message.edit(content=text, view=view, allowed_mentions=discord.AllowedMentions.none())
            except discord.NotFound:  # somebody has deleted it: the answer is sent again
                self.sent.remove(message)
                self._earlier.remove(message)
            else:
                self._earlier.remove(message)  # what Discord refused is written over by what is said next
                return edited
        assert self._fresh is not None  # whoever answers has said how
        message = await self._fresh(text, view)
        self.sent.append(message)
        return message

    async def drop_unsaid(self) -> None:
        """Delete what is left of an earlier answer that was longer."""
        surplus, self._earlier = self._earlier, []
        await self._drop(surplus)

    async def _drop(self, messages: list[discord.Message]) -> None:
        for message in messages:
            self.sent.remove(message)
            await _delete(message)

    async def drop_all(self) -> None:
        """Delete the answer, and the thread that was opened for it where the bot may, or else close it."""
        await self._drop(list(self.sent))
        thread, self.in_thread = self.in_thread, None
        if thread is None:
            return
        try:
            if thread.permissions_for(thread.guild.me).manage_threads:
                await thread.delete()
            else:
                await thread.edit(archived=True)
        except discord.HTTPException as error:
            log.info("a thread could not be closed: %s", error)


class Exchanges:
    """The exchanges of the last minute, by the id of the question's message."""

    def __init__(self) -> None:
        self._open: dict[int, Exchange] = {}

    def begin(self, message: discord.Message) -> Exchange:
        """Return the exchange of a question, a new one where there is none."""
        self._forget_old()
        return self._open.setdefault(message.id, Exchange(message.created_at))

    def of(self, message_id: int) -> Exchange | None:
        """Return the exchange of a question of the last minute."""
        self._forget_old()
        return self._open.get(message_id)

    def note_reply(self, message: discord.Message) -> None:
        """Note that somebody has replied to an answer, or written in its thread: it stays from now on."""
        reference = message.reference.message_id if message.reference is not None else None
        for exchange in self._running():
            replies = reference is not None and any(sent.id == reference for sent in exchange.sent)
            if replies or (exchange.in_thread is not None and exchange.in_thread.id == message.channel.id):
                exchange.replied = True

    def _running(self) -> Iterator[Exchange]:
        self._forget_old()
        yield from self._open.values()

    def _forget_old(self) -> None:
        for message_id, exchange in list(self._open.items()):
            if is_over(exchange.asked_at) and not exchange.busy:
                del self._open[message_id]


def is_over(asked_at: datetime) -> bool:
    """Tell whether the minute of a question asked then is over."""
    return discord.utils.utcnow() - asked_at > FOLLOWS_FOR


async def _delete(message: discord.Message) -> None:
    try:
        await message.delete()
    except discord.NotFound:
        return
    except discord.HTTPException as error:
        log.info("an answer could not be deleted: %s", error)

"""Follows the messages that are meant for the bot: taken once, answered where that is wanted, anew when edited."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal, Protocol

import discord

from bot.records.guilds import GuildSettings
from bot.service.client import PullquoteBot
from bot.service.faults import report
from bot.service.recently import Recently
from cogs._rendering import texts
from cogs._ui.admission import message_admitted
from cogs._ui.exchanges import Exchange, Exchanges, QuestionGoneError, is_over
from cogs._ui.messages import Say, answering, is_blanked, is_for, is_reply, question_in, saying_in
from cogs._ui.permissions import MissingPermissions, is_mute, lacking, may_open_thread, opens_threads
from cogs._ui.places import is_open, point_elsewhere, settings_at
from retrieval.errors import StorageError

THREAD_NAME_LIMIT = 100
THREAD_LIVES_MIN: Literal[1440] = 1440
POINTED_FOR_S = 24 * 60 * 60.0
"""For how long nobody is told again where their questions are answered."""

log = logging.getLogger(__name__)


class AnswersMessages(Protocol):
    """What answers, once a message is admitted."""

    async def answer_message(
        self, message: discord.Message, *, question: str, channel_id: int, settings: GuildSettings, say: Say
    ) -> int | None:
        """Answer `question` by `say`, in the channel or thread of `channel_id`; return its turn in the history."""
        ...

    async def offer_to_asker(self, message: discord.Message, say: Say) -> None:
        """Offer the answer to the one who asked alone."""
        ...

    def help(self) -> str:
        """Return what a message without a question is answered."""
        ...


class Conversation:
    """The messages of people to the bot, from their first event to a minute later."""

    def __init__(self, bot: PullquoteBot, answers: AnswersMessages) -> None:
        self._bot = bot
        self._answers = answers
        self._exchanges = Exchanges()
        self._missing = MissingPermissions(bot)
        self._pointed = Recently(seconds=POINTED_FOR_S)

    async def hear(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answer a message that is meant for the bot; an event that arrives twice is taken once."""
        if message.author != me:
            self._exchanges.note_reply(message)
        if is_for(me, message) and self._bot.seen.first(message.id):
            await self._meet(message, me)

    async def hear_edit(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answer anew what its author has changed within a minute, or has addressed to the bot only now."""
        # Discord edits messages too, to show a link's preview; only a person's edit has a time.
        if message.edited_at is not None and not is_over(message.created_at) and is_for(me, message):
            await self._meet(message, me)

    async def take_back(self, message_id: int) -> None:
        """Delete the answer to a deleted question of the last minute, unless somebody has replied to it already."""
        exchange = self._exchanges.of(message_id)
        if exchange is None or exchange.gone:
            return
        exchange.gone = True
        if not exchange.busy:  # else whoever is answering it stops, and clears away
            await self._clear(exchange)

    async def _clear(self, exchange: Exchange) -> None:
        if exchange.replied:
            return
        await exchange.drop_all()
        await self._forget(exchange)

    async def _forget(self, exchange: Exchange) -> None:
        """Take the turn of an exchange out of the history, with what its buttons show and what was thought of it."""
        turn_id, exchange.turn_id = exchange.turn_id, None
        if turn_id is None:
            return
        try:
            await self._bot.history.take_back(turn_id)
        except StorageError:
            log.exception("an answer that was taken back stays in the history")

    async def _meet(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answer `message` as it reads now, in this order.

        1. Where the server does not let it answer, the person is told where it does, by a direct message, and once.
        2. What it lacks a permission for is told once to who can give it; where it may not write, it stays silent.
        3. A question that reads as before is left alone; the answer to a changed one takes the earlier one's place.
        """
        settings = await settings_at(self._bot, message.guild.id if message.guild else None)
        if not is_open(settings, message.channel):
            if self._pointed.first((message.author.id, message.guild.id if message.guild else None)):
                await point_elsewhere(message, settings)
            return
        missing = lacking(message, in_thread=_wants_thread(message, settings))
        await self._missing.note(message, missing)
        if is_mute(message, missing):
            return
        exchange = self._exchanges.begin(message)
        exchange.newest = message
        if exchange.busy:  # it is answered anew when the answer at hand is ready
            return
        exchange.busy = True
        try:
            while exchange.newest is not None and not exchange.gone:
                message, exchange.newest = exchange.newest, None
                question = question_in(message, me)
                if question != exchange.question:
                    exchange.question = question
                    await self._answer(message, exchange, settings, missing)
        finally:
            exchange.busy = False
        if exchange.gone:
            await self._clear(exchange)

    async def _answer(
        self, message: discord.Message, exchange: Exchange, settings: GuildSettings, missing: Sequence[str]
    ) -> None:
        with self._bot.questions.one():
            await self._answer_counted(message, exchange, settings, missing)

    async def _answer_counted(
        self, message: discord.Message, exchange: Exchange, settings: GuildSettings, missing: Sequence[str]
    ) -> None:
        # What is said of haste stands by itself: an answer that there is stays as it is.
        if not await message_admitted(message, answering(message), bot=self._bot):
            return
        await self._forget(exchange)  # at once, so that the question does not go on from its earlier self
        exchange.speak_anew(saying_in(exchange.in_thread) if exchange.in_thread else answering(message))
        try:
            await self._take(message, exchange, settings, missing)
        except QuestionGoneError:
            pass
        except discord.Forbidden as error:
            log.warning("not allowed to answer in channel %d: %s", message.channel.id, error)
        except discord.NotFound as error:  # the channel was deleted meanwhile
            log.info("channel %d is gone: %s", message.channel.id, error)
        except Exception as error:  # whatever it is, the person is to hear one sentence
            sentence = report(error, during="answering a message")
            try:
                await exchange.say(sentence)
            except (discord.HTTPException, QuestionGoneError) as unsent:
                log.warning("channel %d could not be told: %s", message.channel.id, unsent)
        await exchange.drop_unsaid()

    async def _take(
        self, message: discord.Message, exchange: Exchange, settings: GuildSettings, missing: Sequence[str]
    ) -> None:
        """Answer an admitted message; who asks nothing gets help."""
        question, say = exchange.question, exchange.say
        if not question:
            await say(texts.UNREADABLE_REPLY if is_blanked(message) else self._answers.help())
            return
        if len(question) > texts.QUESTION_LIMIT:
            await say(texts.too_long(len(question)))
            return
        if settings.for_asker_only and message.guild is not None:
            await self._answers.offer_to_asker(message, say)
            return
        # The answer to a question that was edited stays where it was given first.
        if _wants_thread(message, settings) and not exchange.sent and may_open_thread(missing):
            exchange.in_thread = await _thread_for(message, question)
            if exchange.in_thread is not None:
                exchange.speak_anew(saying_in(exchange.in_thread))
        exchange.turn_id = await self._answers.answer_message(
            message,
            question=question,
            channel_id=(exchange.in_thread or message.channel).id,
            settings=settings,
            say=say,
        )


def _wants_thread(message: discord.Message, settings: GuildSettings) -> bool:
    """Tell whether a question is to get a thread of its own; one that goes on from an answer stays with it."""
    return (
        settings.in_thread and not settings.for_asker_only and opens_threads(message.channel) and not is_reply(message)
    )


async def _thread_for(message: discord.Message, question: str) -> discord.Thread | None:
    """Open a thread under a question; None where Discord does not, and the channel is answered in."""
    name = question if len(question) <= THREAD_NAME_LIMIT else f"{question[: THREAD_NAME_LIMIT - 1].rstrip()}…"
    try:
        return await message.create_thread(name=name, auto_archive_duration=THREAD_LIVES_MIN)
    except discord.HTTPException as error:
        log.warning("no thread could be opened in channel %d: %s", message.channel.id, error)
        return None

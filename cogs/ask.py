"""Answers a question asked by mention, by reply, in a direct message, with `/ask` or the message menu."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus

import discord
from discord import app_commands
from discord.ext import commands

from bot.records.answers import KeptAnswer
from bot.records.history import Turn
from bot.records.lines import NO_LINE, Line, line_before, turn_of_answer
from bot.service.client import PullquoteBot
from bot.service.faults import report, tell
from bot.words.refusals import refusal_words
from cogs._answers.as_typed import AsTyped
from cogs._answers.message import compose
from cogs._rendering import about_line, asked_line, texts
from cogs._rendering.leading import led
from cogs._ui.admission import message_admitted, not_too_fast
from cogs._ui.messages import Say, answer_replied_to, answering, channel_of, is_blanked, is_for, may_write, question_in
from cogs._ui.verbatim import kept_verbatim
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote
from retrieval.domain.talk import exchange_of
from retrieval.errors import StorageError

MENU = "Ask about this"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A question with who asked it, where and when; `on_top` where the answer has to repeat it.

    `line` is the talk that it goes on from, empty where it is to be taken just as typed.
    """

    question: str
    user_id: int
    channel_id: int
    guild_id: int | None
    asked_at: datetime
    on_top: bool = False
    line: Line = NO_LINE


class Ask(commands.Cog):
    """Takes questions in, and gives verified quotes back in the same place."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        # discord.py takes no context menu as a method of a cog, so it is added by hand.
        self._menu = app_commands.ContextMenu(name=MENU, callback=self.ask_about)

    async def cog_load(self) -> None:
        """Add the message menu, and take up the buttons under earlier answers."""
        self.bot.tree.add_command(self._menu)
        self.bot.add_dynamic_items(AsTyped)

    async def cog_unload(self) -> None:
        """Take the message menu away again."""
        self.bot.remove_dynamic_items(AsTyped)
        self.bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the bot.

        1. What is not for the bot is ignored, and where it may not write, it stays silent.
        2. Who asks too fast is told so once.
        3. A message without a question is answered with help.
        """
        if not is_for(self._me(), message) or not may_write(message):
            return
        say = answering(message)
        try:
            await self._take(message, say)
        except discord.Forbidden as error:
            log.warning("not allowed to answer in channel %d: %s", message.channel.id, error)
        except discord.NotFound as error:  # the channel was deleted meanwhile
            log.info("channel %d is gone: %s", message.channel.id, error)
        except Exception as error:  # whatever it is, the person is to hear one sentence
            sentence = report(error, during="answering a message")
            try:
                await say(sentence)
            except discord.HTTPException as unsent:
                log.warning("channel %d could not be told: %s", message.channel.id, unsent)

    @app_commands.command(name="ask", description="Ask about the news and get verbatim quotes.")
    @app_commands.describe(question="Your question, in a sentence")
    async def ask(
        self,
        interaction: discord.Interaction[PullquoteBot],
        question: app_commands.Range[str, 1, texts.QUESTION_LIMIT],
    ) -> None:
        """Answer `question` in this channel."""
        await self._respond(interaction, question.strip(), goes_on=True)

    async def ask_about(self, interaction: discord.Interaction[PullquoteBot], message: discord.Message) -> None:
        """Take the text of `message`, whoever wrote it, as the question."""
        await self._respond(interaction, question_in(message, self._me()), goes_on=False)

    async def ask_as_typed(self, interaction: discord.Interaction[PullquoteBot]) -> None:
        """Answer the question of the answer that was clicked once more, without the talk before it."""
        clicked = interaction.message
        channel_id = channel_of(interaction)
        turn = clicked and await turn_of_answer(self.bot.history, channel_id=channel_id, message_id=clicked.id)
        if not turn:
            await tell(interaction, texts.FORGOTTEN)
        elif turn.user_id != interaction.user.id:
            await tell(interaction, texts.NOT_YOUR_QUESTION)
        else:
            await self._respond(interaction, turn.question, goes_on=False)

    async def _respond(self, interaction: discord.Interaction[PullquoteBot], question: str, *, goes_on: bool) -> None:
        """Answer a command or a click; `goes_on`: what was said before in the channel may shape the question."""
        if not await not_too_fast(interaction):
            return
        if not question:
            await tell(interaction, self._help())
            return
        if len(question) > texts.QUESTION_LIMIT:
            await tell(interaction, texts.too_long(len(question)))
            return
        await interaction.response.defer(thinking=True)

        async def say(text: str, view: discord.ui.View | None = None, /) -> discord.Message:
            return await interaction.followup.send(
                text,
                view=view or discord.utils.MISSING,
                wait=True,
                suppress_embeds=True,
                allowed_mentions=discord.AllowedMentions.none(),
            )

        asked = Request(
            question=question,
            user_id=interaction.user.id,
            channel_id=channel_of(interaction),
            guild_id=interaction.guild_id,
            asked_at=interaction.created_at,
            on_top=True,
        )
        await self._answer(await self._within_talk(asked) if goes_on else asked, say)

    async def _take(self, message: discord.Message, say: Say) -> None:
        if not await message_admitted(message, say, rate_limit=self.bot.rate_limit):
            return
        question = question_in(message, self._me())
        if not question:
            await say(texts.UNREADABLE_REPLY if is_blanked(message) else self._help())
            return
        if len(question) > texts.QUESTION_LIMIT:
            await say(texts.too_long(len(question)))
            return
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(message.channel.typing())
            except discord.HTTPException as error:  # an answer without the dots is better than none
                log.info("typing could not be shown: %s", error)
            asked = Request(
                question=question,
                user_id=message.author.id,
                channel_id=message.channel.id,
                guild_id=message.guild.id if message.guild else None,
                asked_at=message.created_at,
            )
            await self._answer(await self._within_talk(asked, replied_to=answer_replied_to(message, self._me())), say)

    async def _within_talk(self, asked: Request, *, replied_to: int | None = None) -> Request:
        """Return a question with the line of talk that it goes on from; without one where that cannot be read."""
        try:
            line = await line_before(
                self.bot.history,
                channel_id=asked.channel_id,
                user_id=asked.user_id,
                at=asked.asked_at,
                replied_to=replied_to,
            )
        except StorageError:
            log.exception("a question is answered without the talk before it")
            return asked
        return replace(asked, line=line)

    async def _answer(self, asked: Request, say: Say) -> None:
        libraries = await self.bot.visibility.libraries(guild_id=asked.guild_id, user_id=asked.user_id)
        outcome = await self._verified(asked, libraries)
        if isinstance(outcome, Answer) and not outcome.quotes:
            await say(texts.CHANGED_MEANWHILE)
            return
        outcome, shown = led(outcome) if isinstance(outcome, Answer) else (outcome, 0)
        kept = await self._remembered(asked, outcome, shown)
        sent: list[int] = []
        try:
            async for message in self._sent(asked, outcome, kept, libraries, say):
                sent.append(message.id)  # noqa: PERF401 - kept also when a later one fails
        finally:
            await self._note_sent(kept, sent)
        if asked.guild_id is None and await self.bot.visibility.has_lost_pick(asked.user_id):
            await say(texts.PICK_LOST)

    async def _remembered(self, asked: Request, outcome: Outcome, shown: int) -> KeptAnswer | None:
        """Record the exchange, so that buttons can be put under its answer; None when that fails."""
        try:
            exchange_id = await self.bot.history.record(_turn(asked, outcome))
            await self.bot.answers.keep(exchange_id, outcome, shown=shown)
        except StorageError:
            log.exception("an answered question could not be added to the history")
            return None
        return KeptAnswer(exchange_id, asked.guild_id, asked.channel_id, outcome, shown)

    async def _sent(
        self, asked: Request, outcome: Outcome, kept: KeptAnswer | None, libraries: Sequence[str], say: Say
    ) -> AsyncIterator[discord.Message]:
        """Send the messages of an answer and yield each."""
        lines = (asked_line(asked.question) if asked.on_top else None, about_line(outcome))
        above = "\n".join(line for line in lines if line is not None) or None
        composed = partial(compose, outcome, library=self.bot.library, libraries=libraries, above=above)
        message = await composed(kept)
        for text in message.texts[:-1]:
            yield await say(text)
        try:
            last = await say(message.texts[-1], message.view)
        except discord.HTTPException as error:
            if error.status != HTTPStatus.BAD_REQUEST or message.view is None:
                raise
            # Discord's own idea of an address decides whether a button may have it: the words must arrive anyway.
            log.warning("Discord refuses the buttons of an answer: %s", error)
        else:
            yield last
            return
        plain = await composed(None)
        for text in plain.texts[len(message.texts) - 1 :]:
            yield await say(text)

    async def _note_sent(self, kept: KeptAnswer | None, message_ids: Sequence[int]) -> None:
        """Remember which messages the answer became; an answer of which nothing was sent is forgotten."""
        if kept is None:
            return
        try:
            if message_ids:
                await self.bot.history.sent(kept.exchange_id, message_ids)
            else:
                await self.bot.history.take_back(kept.exchange_id)
        except StorageError:
            log.exception("the messages of an answer could not be added to the history")

    async def _verified(self, asked: Request, libraries: Sequence[str]) -> Outcome:
        """Return an outcome of which the live articles hold every quote.

        When an article has changed since the library was laid out in memory, the question is asked again of
        what is live now; what does not hold even then is dropped.
        """
        library = self.bot.library
        talk = asked.line.talk
        outcome = await library.ask(asked.question, libraries=libraries, asked_at=asked.asked_at, talk=talk)
        if all(await library.still_verbatim(_quotes(outcome))):
            return outcome
        await library.refresh(libraries)
        outcome = await library.ask(asked.question, libraries=libraries, asked_at=asked.asked_at, talk=talk)
        kept = await kept_verbatim(library, _quotes(outcome))
        return replace(outcome, near_misses=kept) if isinstance(outcome, NoAnswer) else replace(outcome, quotes=kept)

    def _help(self) -> str:
        return texts.help_text(self._me().mention)

    def _me(self) -> discord.ClientUser:
        if self.bot.user is None:
            raise RuntimeError("a message arrived before the login")
        return self.bot.user


def _quotes(outcome: Outcome) -> tuple[Quote, ...]:
    return outcome.quotes if isinstance(outcome, Answer) else outcome.near_misses


def _turn(asked: Request, outcome: Outcome) -> Turn:
    turn = Turn(
        guild_id=asked.guild_id,
        channel_id=asked.channel_id,
        user_id=asked.user_id,
        question=asked.question,
        asked_at=asked.asked_at,
        follows=asked.line.last_id if asked.line.meant or outcome.about else None,
    )
    match outcome:
        case Answer():
            return replace(turn, quotes=exchange_of(asked.question, outcome).quotes)
        case NoAnswer(refusal=refusal):
            return replace(turn, refusal=refusal, reason=refusal_words(outcome))


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Ask(bot))

"""Answers a question asked by mention, by reply, in a direct message, with `/ask` or the message menu."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.records.guilds import GuildSettings
from bot.records.history import QuotedSpan, Turn
from bot.service.client import PullquoteBot
from bot.service.faults import report, tell
from bot.words.refusals import refusal_words
from cogs._rendering import render, texts
from cogs._rendering.fewer import at_most
from cogs._ui.admission import not_too_fast
from cogs._ui.conversation import Conversation
from cogs._ui.messages import Say, channel_of, question_in
from cogs._ui.places import open_here, zone_of
from cogs._ui.verbatim import kept_verbatim
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote
from retrieval.errors import StorageError

MENU = "Ask about this"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A question with who asked it, where and when; `on_top` where the answer has to repeat it."""

    question: str
    user_id: int
    channel_id: int
    guild_id: int | None
    asked_at: datetime
    on_top: bool = False
    most_quotes: int | None = None
    zone: ZoneInfo | None = None


class Ask(commands.Cog):
    """Takes questions in, and gives verified quotes back in the same place."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self._conversation = Conversation(bot, self)
        # discord.py takes no context menu as a method of a cog, so it is added by hand.
        self._menu = app_commands.ContextMenu(name=MENU, callback=self.ask_about)

    async def cog_load(self) -> None:
        """Add the message menu, and answer the buttons of earlier processes too."""
        self.bot.tree.add_command(self._menu)
        self.bot.add_dynamic_items(ShowToAsker)

    async def cog_unload(self) -> None:
        """Take the message menu and the buttons away again."""
        self.bot.remove_dynamic_items(ShowToAsker)
        self.bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the bot."""
        await self._conversation.hear(message, self._me())

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer a question anew that was changed just after it was asked."""
        await self._conversation.hear_edit(payload.message, self._me())

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take the answer away with its question."""
        await self._conversation.take_back(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take the answers away with their questions."""
        for message_id in payload.message_ids:
            await self._conversation.take_back(message_id)

    @app_commands.command(name="ask", description="Ask about the news and get verbatim quotes.")
    @app_commands.describe(question="Your question, in a sentence")
    async def ask(
        self,
        interaction: discord.Interaction[PullquoteBot],
        question: app_commands.Range[str, 1, texts.QUESTION_LIMIT],
    ) -> None:
        """Answer `question` in this channel."""
        await self._respond(interaction, question.strip())

    async def ask_about(self, interaction: discord.Interaction[PullquoteBot], message: discord.Message) -> None:
        """Take the text of `message`, whoever wrote it, as the question."""
        await self._respond(interaction, question_in(message, self._me()))

    async def answer_asker(self, interaction: discord.Interaction[PullquoteBot]) -> None:
        """Answer the question that the message behind a button replies to."""
        reference = interaction.message.reference if interaction.message else None
        channel = interaction.channel
        if reference is None or reference.message_id is None or not isinstance(channel, discord.abc.Messageable):
            await tell(interaction, texts.QUESTION_LOST)
            return
        try:
            asked = await channel.fetch_message(reference.message_id)
        except (discord.NotFound, discord.Forbidden):
            await tell(interaction, texts.QUESTION_LOST)
            return
        await self._respond(interaction, question_in(asked, self._me()))

    async def _respond(self, interaction: discord.Interaction[PullquoteBot], question: str) -> None:
        if not await not_too_fast(interaction):
            return
        settings = await open_here(interaction)
        if settings is None:
            return
        if not question:
            await tell(interaction, self.help())
            return
        if len(question) > texts.QUESTION_LIMIT:
            await tell(interaction, texts.too_long(len(question)))
            return
        await interaction.response.defer(ephemeral=settings.for_asker_only, thinking=True)

        async def say(text: str, *, view: discord.ui.View | None = None) -> discord.Message:
            return await interaction.followup.send(
                text,
                view=view or discord.utils.MISSING,
                wait=True,
                ephemeral=settings.for_asker_only,
                suppress_embeds=True,
                allowed_mentions=discord.AllowedMentions.none(),
            )

        await self._answer(
            Request(
                question=question,
                user_id=interaction.user.id,
                channel_id=channel_of(interaction),
                guild_id=interaction.guild_id,
                asked_at=interaction.created_at,
                on_top=True,
                most_quotes=settings.most_quotes,
                zone=zone_of(settings),
            ),
            say,
        )

    async def answer_message(
        self, message: discord.Message, *, question: str, channel_id: int, settings: GuildSettings, say: Say
    ) -> int | None:
        """Answer a message, and show that an answer is being written."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(message.channel.typing())
            except discord.HTTPException as error:  # an answer without the dots is better than none
                log.info("typing could not be shown: %s", error)
            return await self._answer(
                Request(
                    question=question,
                    user_id=message.author.id,
                    channel_id=channel_id,
                    guild_id=message.guild.id if message.guild else None,
                    asked_at=message.created_at,
                    most_quotes=settings.most_quotes,
                    zone=zone_of(settings),
                ),
                say,
            )

    async def offer_to_asker(self, message: discord.Message, say: Say) -> None:
        """Put a button under the question that answers its asker alone."""
        await say(texts.FOR_ASKER_ONLY, view=offer_to(message.author.id))

    def help(self) -> str:
        """Return what a message without a question is answered."""
        return texts.help_text(self._me().mention, history_days=self.bot.settings.history_days)

    async def _answer(self, asked: Request, say: Say) -> int | None:
        """Answer, and return the id of the turn in the history; None where there is none."""
        libraries = await self.bot.visibility.libraries(guild_id=asked.guild_id, user_id=asked.user_id)
        outcome = await self._verified(asked, libraries)
        if isinstance(outcome, Answer) and not outcome.quotes:
            await say(texts.CHANGED_MEANWHILE)
            return None
        outcome = at_most(outcome, asked.most_quotes)
        sent = [await say(text) for text in render(outcome, asked=asked.question if asked.on_top else None)]
        if asked.guild_id is None and await self.bot.visibility.has_lost_pick(asked.user_id):
            await say(texts.PICK_LOST)
        try:
            return await self.bot.history.record(_turn(asked, outcome, [message.id for message in sent]))
        except StorageError:
            log.exception("an answered question could not be added to the history")
            return None

    async def _verified(self, asked: Request, libraries: Sequence[str]) -> Outcome:
        """Return an outcome of which the live articles hold every quote.

        When an article has changed since the library was laid out in memory, the question is asked again of
        what is live now; what does not hold even then is dropped.
        """
        library = self.bot.library
        outcome = await library.ask(asked.question, libraries=libraries, asked_at=asked.asked_at, zone=asked.zone)
        if all(await library.still_verbatim(_quotes(outcome))):
            return outcome
        await library.refresh(libraries)
        outcome = await library.ask(asked.question, libraries=libraries, asked_at=asked.asked_at, zone=asked.zone)
        kept = await kept_verbatim(library, _quotes(outcome))
        return replace(outcome, near_misses=kept) if isinstance(outcome, NoAnswer) else replace(outcome, quotes=kept)

    def _me(self) -> discord.ClientUser:
        if self.bot.user is None:
            raise RuntimeError("a message arrived before the login")
        return self.bot.user


class ShowToAsker(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"answer:asker:(?P<user>\d{1,20})"):
    """The button that shows an answer to the one who asked, and to nobody else; it outlives a restart."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        super().__init__(
            discord.ui.Button(
                label="Show my answer", style=discord.ButtonStyle.primary, custom_id=f"answer:asker:{user_id}"
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button anew from its id."""
        return cls(int(match["user"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the message that this button stands under, as it reads now."""
        ask = interaction.client.get_cog("Ask")
        assert isinstance(ask, Ask)  # whose button this is
        if not interaction.client.seen.first(interaction.id):
            return
        if interaction.user.id != self.user_id:
            await tell(interaction, texts.NOT_THE_ASKER)
            return
        try:
            await ask.answer_asker(interaction)
        except Exception as error:  # the person is to hear one sentence
            await tell(interaction, report(error, during="showing an answer to its asker"))


def offer_to(user_id: int) -> discord.ui.View:
    """Return the button that shows an answer to this person alone."""
    view = discord.ui.View(timeout=None)
    view.add_item(ShowToAsker(user_id))
    return view


def _quotes(outcome: Outcome) -> tuple[Quote, ...]:
    return outcome.quotes if isinstance(outcome, Answer) else outcome.near_misses


def _turn(asked: Request, outcome: Outcome, message_ids: list[int]) -> Turn:
    turn = Turn(
        guild_id=asked.guild_id,
        channel_id=asked.channel_id,
        user_id=asked.user_id,
        question=asked.question,
        asked_at=asked.asked_at,
        message_ids=tuple(message_ids),
    )
    match outcome:
        case Answer(quotes=quotes):
            spans = [QuotedSpan(quote.article_id, quote.start, quote.end, quote.text) for quote in quotes]
            return replace(turn, quotes=tuple(spans))
        case NoAnswer(refusal=refusal):
            return replace(turn, refusal=refusal, reason=refusal_words(outcome))


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Ask(bot))

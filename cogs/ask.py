"""Takes a question by mention, by reply, in a direct message, with `/ask`, the message menu or a button."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.records.guilds import GuildSettings
from bot.records.lines import line_before, turn_of_answer
from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._answers.as_typed import AsTyped
from cogs._answers.giving import Request, give
from cogs._answers.to_asker import ShowToAsker, offer_to
from cogs._rendering import texts
from cogs._ui.admission import not_too_fast
from cogs._ui.conversation import Conversation
from cogs._ui.messages import Say, answer_replied_to, channel_of, question_in
from cogs._ui.places import open_here, zone_of
from retrieval.errors import StorageError

MENU = "Ask about this"
_BUTTONS = (AsTyped, ShowToAsker)
log = logging.getLogger(__name__)


class Ask(commands.Cog):
    """Takes questions in; verified quotes come back in the same place."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self._conversation = Conversation(bot, self)
        # discord.py takes no context menu as a method of a cog, so it is added by hand.
        self._menu = app_commands.ContextMenu(name=MENU, callback=self.ask_about)

    async def cog_load(self) -> None:
        """Add the message menu, and take up the buttons that earlier processes sent."""
        self.bot.tree.add_command(self._menu)
        self.bot.add_dynamic_items(*_BUTTONS)

    async def cog_unload(self) -> None:
        """Take the message menu and the buttons away again."""
        self.bot.remove_dynamic_items(*_BUTTONS)
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

    async def answer_asker(self, interaction: discord.Interaction[PullquoteBot]) -> None:
        """Answer the question that the message behind a button replies to."""
        offer, channel = interaction.message, interaction.channel
        reference = offer.reference if offer else None
        if reference is None or reference.message_id is None or not isinstance(channel, discord.abc.Messageable):
            await tell(interaction, texts.QUESTION_LOST)
            return
        try:
            asked = await channel.fetch_message(reference.message_id)
        except (discord.NotFound, discord.Forbidden):
            await tell(interaction, texts.QUESTION_LOST)
            return
        await self._respond(
            interaction,
            question_in(asked, self._me()),
            goes_on=True,
            replied_to=answer_replied_to(asked, self._me()),
            under=offer.id if offer else None,
        )

    async def _respond(
        self,
        interaction: discord.Interaction[PullquoteBot],
        question: str,
        *,
        goes_on: bool,
        replied_to: int | None = None,
        under: int | None = None,
    ) -> None:
        """Answer a command or a click, in this order.

        1. Who asks too fast, where nothing is answered, or without a question that can be taken, is told so alone.
        2. Where it `goes_on`, what was said before in the channel may shape the question.
        """
        with self.bot.questions.one():
            await self._respond_counted(interaction, question, goes_on=goes_on, replied_to=replied_to, under=under)

    async def _respond_counted(
        self,
        interaction: discord.Interaction[PullquoteBot],
        question: str,
        *,
        goes_on: bool,
        replied_to: int | None,
        under: int | None,
    ) -> None:
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

        async def say(text: str, view: discord.ui.View | None = None, /) -> discord.Message:
            return await interaction.followup.send(
                text,
                view=view or discord.utils.MISSING,
                wait=True,
                ephemeral=settings.for_asker_only,
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
            most_quotes=settings.most_quotes,
            zone=zone_of(settings),
            under=under,
            for_asker_only=settings.for_asker_only,
        )
        if goes_on:
            asked = await self._within_talk(asked, settings, replied_to=replied_to)
        await give(self.bot, asked, say)

    async def answer_message(
        self, message: discord.Message, *, question: str, channel_id: int, settings: GuildSettings, say: Say
    ) -> int | None:
        """Answer a message, and show that an answer is being written; return its turn in the history."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(message.channel.typing())
            except discord.HTTPException as error:  # an answer without the dots is better than none
                log.info("typing could not be shown: %s", error)
            asked = Request(
                question=question,
                user_id=message.author.id,
                channel_id=channel_id,
                guild_id=message.guild.id if message.guild else None,
                asked_at=message.created_at,
                most_quotes=settings.most_quotes,
                zone=zone_of(settings),
            )
            asked = await self._within_talk(asked, settings, replied_to=answer_replied_to(message, self._me()))
            return await give(self.bot, asked, say)

    async def offer_to_asker(self, message: discord.Message, say: Say) -> None:
        """Put a button under the question that answers its asker alone."""
        await say(texts.FOR_ASKER_ONLY, offer_to(message.author.id))

    def help(self) -> str:
        """Return what a message without a question is answered."""
        return texts.help_text(self._me().mention)

    async def _within_talk(self, asked: Request, settings: GuildSettings, *, replied_to: int | None = None) -> Request:
        """Return a question with the line of talk that it goes on from; without one where that cannot be read."""
        try:
            line = await line_before(
                self.bot.history,
                channel_id=asked.channel_id,
                user_id=asked.user_id,
                at=asked.asked_at,
                replied_to=replied_to,
                own_only=settings.for_asker_only,
            )
        except StorageError:
            log.exception("a question is answered without the talk before it")
            return asked
        return replace(asked, line=line)

    def _me(self) -> discord.ClientUser:
        if self.bot.user is None:
            raise RuntimeError("a message arrived before the login")
        return self.bot.user


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Ask(bot))

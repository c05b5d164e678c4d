"""Answers a question asked by mention, by reply, in a direct message or with `/ask`."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PullquoteBot
from bot.errors import report, tell
from bot.history import QuotedSpan, Turn
from bot.ports import libraries_of
from cogs._rendering import render, texts
from retrieval.errors import StorageError
from retrieval.models import Answer, NoAnswer, Outcome, Quote

log = logging.getLogger(__name__)
Say = Callable[[str], Awaitable[discord.Message]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with who asked it, where and when; `on_top` where the answer has to repeat it."""

    question: str
    user_id: int
    channel_id: int
    guild_id: int | None
    asked_at: datetime
    on_top: bool = False


class Ask(commands.Cog):
    """Takes questions in, and gives verified quotes back in the same place."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the bot.

        1. What no person wrote (bots, webhooks, Discord itself) is ignored, and so is what only names
           everyone, a role, or nobody.
        2. Where the bot may not write, it stays silent.
        3. A message without a question is answered with help.
        """
        if not _by_a_person(message) or not self._is_addressed(message) or not _may_write(message):
            return
        say = _answering(message)
        try:
            await self._take(message, say)
        except discord.Forbidden as error:
            log.warning("not allowed to answer in channel %d: %s", message.channel.id, error)
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
        question = question.strip()
        if not question:
            await tell(interaction, self._help())
            return
        verdict = self.bot.rate_limit.check(interaction.user.id)
        if not verdict.allowed:
            await tell(interaction, texts.slow_down(timedelta(seconds=verdict.wait_s)))
            return
        await interaction.response.defer(thinking=True)

        async def say(text: str) -> discord.Message:
            return await interaction.followup.send(
                text, wait=True, suppress_embeds=True, allowed_mentions=discord.AllowedMentions.none()
            )

        await self._answer(
            Asked(
                question=question,
                user_id=interaction.user.id,
                channel_id=interaction.channel_id or 0,
                guild_id=interaction.guild_id,
                asked_at=interaction.created_at,
                on_top=True,
            ),
            say,
        )

    async def _take(self, message: discord.Message, say: Say) -> None:
        question = self._question(message)
        if not question:
            # Without the privileged intent Discord blanks the text of a reply that does not mention us.
            unreadable = _is_reply(message) and not message.content and message.guild is not None
            await say(texts.UNREADABLE_REPLY if unreadable else self._help())
            return
        if len(question) > texts.QUESTION_LIMIT:
            await say(texts.too_long(len(question)))
            return
        verdict = self.bot.rate_limit.check(message.author.id)
        if not verdict.allowed:
            if verdict.say_so:
                await say(texts.slow_down(timedelta(seconds=verdict.wait_s)))
            return
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(message.channel.typing())
            except discord.HTTPException as error:  # an answer without the dots is better than none
                log.info("typing could not be shown: %s", error)
            await self._answer(
                Asked(
                    question=question,
                    user_id=message.author.id,
                    channel_id=message.channel.id,
                    guild_id=message.guild.id if message.guild else None,
                    asked_at=message.created_at,
                ),
                say,
            )

    async def _answer(self, asked: Asked, say: Say) -> None:
        outcome = await self.bot.library.ask(
            asked.question, libraries=libraries_of(asked.guild_id), asked_at=asked.asked_at
        )
        outcome = await self._verified(outcome)
        if isinstance(outcome, Answer) and not outcome.quotes:
            await say(texts.CHANGED_MEANWHILE)
            return
        sent = [await say(text) for text in render(outcome, asked=asked.question if asked.on_top else None)]
        try:
            await self.bot.history.record(_turn(asked, outcome, [message.id for message in sent]))
        except StorageError:
            log.exception("an answered question could not be added to the history")

    async def _verified(self, outcome: Outcome) -> Outcome:
        """Drop every quote that the live article does not hold at this moment."""
        if isinstance(outcome, NoAnswer):
            return replace(outcome, near_misses=await self._verbatim(outcome.near_misses))
        return replace(outcome, quotes=await self._verbatim(outcome.quotes))

    async def _verbatim(self, quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
        kept = []
        for quote in quotes:
            if await self.bot.library.is_verbatim(quote):
                kept.append(quote)
            else:
                log.error("not verbatim, not sent: %s[%d:%d]", quote.article_id, quote.start, quote.end)
        return tuple(kept)

    def _is_addressed(self, message: discord.Message) -> bool:
        if message.guild is None:
            return True
        me = self._me()
        if me in message.mentions:
            return True
        replied_to = message.reference.resolved if _is_reply(message) and message.reference else None
        return isinstance(replied_to, discord.Message) and replied_to.author == me

    def _question(self, message: discord.Message) -> str:
        """Return the message without the mentions of the bot, other people's mentions as their names."""
        text = message.content
        for user in message.mentions:
            name = "" if user == self._me() else user.display_name
            text = text.replace(f"<@{user.id}>", name).replace(f"<@!{user.id}>", name)
        return " ".join(text.split())

    def _help(self) -> str:
        return texts.help_text(self._me().mention, history_days=self.bot.settings.history_days)

    def _me(self) -> discord.ClientUser:
        if self.bot.user is None:
            raise RuntimeError("a message arrived before the login")
        return self.bot.user


def _by_a_person(message: discord.Message) -> bool:
    ordinary = message.type in (discord.MessageType.default, discord.MessageType.reply)
    return ordinary and not message.author.bot and message.webhook_id is None


def _is_reply(message: discord.Message) -> bool:
    return message.type is discord.MessageType.reply


def _may_write(message: discord.Message) -> bool:
    channel, guild = message.channel, message.guild
    if guild is None or isinstance(channel, discord.PartialMessageable):
        return True  # for a channel that is not known yet discord.py reports no permissions at all
    allowed = channel.permissions_for(guild.me)
    return allowed.send_messages_in_threads if isinstance(channel, discord.Thread) else allowed.send_messages


def _answering(message: discord.Message) -> Say:
    """Return how to answer `message`: the first message as a reply to it, the others behind it."""
    # Discord refuses a reply by one who may not read the history, so there the answer stands alone.
    guild = message.guild
    refers = guild is None or message.channel.permissions_for(guild.me).read_message_history
    reference = [message.to_reference(fail_if_not_exists=False)] if refers else []

    async def say(text: str) -> discord.Message:
        quiet: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none(), "suppress_embeds": True}
        if reference:
            quiet |= {"reference": reference.pop(), "mention_author": False}
        return await message.channel.send(text, **quiet)

    return say


def _turn(asked: Asked, outcome: Outcome, message_ids: list[int]) -> Turn:
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
        case NoAnswer(refusal=refusal, reason=reason):
            return replace(turn, refusal=refusal, reason=reason)


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Ask(bot))

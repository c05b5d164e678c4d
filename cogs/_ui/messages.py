"""Reads a Discord message: whether it is meant for the bot, what it asks, and how to answer it in place."""

from __future__ import annotations

import re
from typing import Any, Protocol

import discord

from bot.service.client import PullquoteBot

_MASKED_LINK = re.compile(r"\[([^\]\n]+)\]\(<?https?://[^)\s]+>?\)")
_NO_WORDS = re.compile(r"<a?:\w+:\d+>|<t:-?\d+(?::[a-zA-Z])?>|<[#@][!&]?\d+>|</[^:>]+:\d+>|<?https?://\S+>?")
"""Custom emoji, timestamps, channels and roles that nobody can name here, commands, and addresses."""


class Say(Protocol):
    """Says a text in answer to a message or a command, with buttons below it or without."""

    async def __call__(self, text: str, view: discord.ui.View | None = None, /) -> discord.Message:
        """Send it; raises `discord.HTTPException`."""
        ...


def is_for(me: discord.ClientUser, message: discord.Message) -> bool:
    """Tell whether a person speaks to `me` here: by mention, by reply, or in a direct message.

    What bots, webhooks and Discord itself write is not; nor is a mention of everyone or of a role.
    """
    ordinary = message.type in (discord.MessageType.default, discord.MessageType.reply)
    if not ordinary or message.author.bot or message.webhook_id is not None:
        return False
    if message.guild is None or me in message.mentions:
        return True
    replied_to = message.reference.resolved if is_reply(message) and message.reference else None
    return isinstance(replied_to, discord.Message) and replied_to.author == me


def is_reply(message: discord.Message) -> bool:
    """Tell whether `message` is a reply (a forward refers to a message too, and is none)."""
    return message.type is discord.MessageType.reply


def answer_replied_to(message: discord.Message, me: discord.ClientUser) -> int | None:
    """Return the id of the message of `me` that `message` is a reply to; None where it replies to none.

    One that Discord does not show any more counts: what it was a reply to is then unknown, not somebody else's.
    """
    if not is_reply(message) or message.reference is None:
        return None
    replied_to = message.reference.resolved
    ours = not isinstance(replied_to, discord.Message) or replied_to.author == me
    return message.reference.message_id if ours else None


def is_blanked(message: discord.Message) -> bool:
    """Tell whether Discord has withheld the text.

    Without the privileged intent it does so in a server for a reply that does not ping the bot, and for
    any reply to the answer of a slash command.
    """
    return message.guild is not None and is_reply(message) and not message.content


def saying_in(thread: discord.Thread) -> Say:
    """Return how to answer in a thread that was opened for a question."""

    async def say(text: str, view: discord.ui.View | None = None, /) -> discord.Message:
        extra: dict[str, Any] = {} if view is None else {"view": view}
        return await thread.send(text, allowed_mentions=discord.AllowedMentions.none(), suppress_embeds=True, **extra)

    return say


def channel_of(interaction: discord.Interaction[Any]) -> int:
    """Return the id of the channel in which a command was used or a button clicked."""
    if interaction.channel_id is None:
        raise ValueError("Discord named no channel for an interaction")
    return interaction.channel_id


async def libraries_seen(interaction: discord.Interaction[PullquoteBot]) -> tuple[str, ...]:
    """Return the ids of the libraries that whoever is behind `interaction` sees where they are."""
    return await interaction.client.visibility.libraries(guild_id=interaction.guild_id, user_id=interaction.user.id)


def text_of(message: discord.Message) -> str:
    """Return what a message says; of a forwarded one what was forwarded, whose own text is empty."""
    return message.content or next((snapshot.content for snapshot in message.message_snapshots), "")


def question_in(message: discord.Message, me: discord.ClientUser) -> str:
    """Return the text as a person reads it, without the mentions of the bot.

    Other people and channels stand by their names; emoji, timestamps and addresses are no words of a question.
    """
    text = text_of(message)
    for user in message.mentions:
        name = "" if user == me else user.display_name
        text = text.replace(f"<@{user.id}>", name).replace(f"<@!{user.id}>", name)
    for channel in message.channel_mentions:
        text = text.replace(channel.mention, channel.name)
    return " ".join(as_read(text).split())


def as_read(text: str) -> str:
    """Return a message's text as a person reads it: a masked link's words, no emoji, addresses and the like."""
    return _NO_WORDS.sub(" ", _MASKED_LINK.sub(r"\1", text))


def answering(message: discord.Message) -> Say:
    """Return how to answer `message`: the first text as a reply to it, the others behind it."""
    guild = message.guild
    # Discord refuses a reply by one who may not read the history, so there the answer stands alone.
    refers = guild is None or message.channel.permissions_for(guild.me).read_message_history
    reference = [message.to_reference(fail_if_not_exists=False)] if refers else []

    async def say(text: str, view: discord.ui.View | None = None, /) -> discord.Message:
        extra: dict[str, Any] = {} if view is None else {"view": view}
        if reference:
            extra |= {"reference": reference[0], "mention_author": False}
        sent = await message.channel.send(
            text, allowed_mentions=discord.AllowedMentions.none(), suppress_embeds=True, **extra
        )
        reference.clear()  # only what was sent is a reply; what Discord refused was none
        return sent

    return say

"""The bot's own sentences: short, plain, and the same wherever they are said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.words.grammar import counted, listed
from cogs._markdown.lengths import shown
from cogs._rendering.settings import channels_named

QUESTION_LIMIT = 500
CHECK_LIMIT = 2000

CHANGED_MEANWHILE = "The article I would quote has just changed. Please ask again."
UNREADABLE_REPLY = "Discord does not show me the text of that reply. Please mention me in it, or use `/ask`."

FOR_ASKER_ONLY = "In this server only you see my answer. Press the button to read it, or ask with `/ask`."
NOT_THE_ASKER = "That answer is for the one who asked. Ask me yourself with `/ask`: only you will see the answer."
QUESTION_LOST = "I can no longer read that question. Please ask it with `/ask`."

PICK_LOST = (
    "-# The server you picked no longer answers here: it does not allow it, or you are no longer a member. "
    "`/answer-from` changes that."
)


def help_text(name: str, *, history_days: int) -> str:
    """Return what `/help` and a bare mention answer; `name` is how the bot is mentioned here."""
    return (
        "I answer questions about the news only in the articles' own words.\n"
        "\n"
        f"**Ask** by mentioning {name} with your question, by replying to one of my answers, with `/ask`, "
        "or in a direct message. For example: *why did Gantz go to Washington?*\n"
        "\n"
        "**Every answer is a quote**, word for word, from the articles stored for this server and those that "
        "all servers share. Under each quote I say who is credited inside the text, and who published it. "
        "If no article answers, I say that.\n"
        "\n"
        "**Did anyone say this?** `/quote` or the message menu *Check this quote* tells. "
        "**Who is quoted?** `/sources` and `/source` show.\n"
        "\n"
        "**Who manages this server** adds articles, follows feeds and more with `/library`. In a direct message I "
        "answer from what all servers share, and with `/answer-from` from one of your servers that allows it.\n"
        "\n"
        f"**Your questions** are kept for {history_days} days, for this channel only. `/history` shows them "
        "and lets you delete yours."
    )


def elsewhere(channel_ids: Sequence[int], *, server: str | None = None) -> str:
    """Return where questions are answered, for who asked where they are not; `server` outside of it."""
    where = "here" if server is None else f"in {shown(server, limit=100)}"
    if not channel_ids:
        return f"Who manages the server has me answer {where} in a few channels only, none of which you can see."
    return f"Who manages the server has me answer {where} only in {channels_named(channel_ids)}. Please ask me there."


def lacks(permissions: Sequence[str], *, channel_id: int, server: str, mute: bool) -> str:
    """Return what is told, once, to who can give the bot permissions that it lacks; `mute`: it cannot answer."""
    named = listed([f"**{name}**" for name in permissions])
    does = "I was asked something and could not answer" if mute else "I cannot answer as I should"
    thing = "that permission" if len(permissions) == 1 else "these permissions"
    return (
        f"In <#{channel_id}> of {shown(server, limit=100)} {does}: I lack {named} there. You can give me {thing} "
        "in the channel's settings, under Permissions. I say this only once."
    )


def too_long(length: int) -> str:
    """Return what a question of `length` characters is told when that is too many."""
    return (
        f"Your question has {length:,} characters, and I can take {QUESTION_LIMIT}. Please ask it in a sentence or two."
    )


def too_long_to_check(length: int) -> str:
    """Return what a text of `length` characters is told when that is too many to check."""
    return f"That has {length:,} characters, and I can check {CHECK_LIMIT:,}. Please take a part of it."


def slow_down(wait: timedelta) -> str:
    """Return what somebody who asks too fast is told."""
    seconds = max(1, round(wait.total_seconds()))
    return f"That was many questions at once. Please ask again in {counted(seconds, 'second')}."


def channel_busy(wait: timedelta) -> str:
    """Return what is said in a channel that asks too much at once."""
    seconds = max(1, round(wait.total_seconds()))
    return f"Many people ask me here at once. Please ask again in {counted(seconds, 'second')}."

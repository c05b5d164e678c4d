"""The bot's own sentences: short, plain, and the same wherever they are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.words.grammar import counted, listed
from cogs._markdown.lengths import shown
from cogs._rendering.settings import channels_named

QUESTION_LIMIT = 500
CHECK_LIMIT = 2000

CHANGED_MEANWHILE = "The article I would quote has just changed. Please ask again."
UNREADABLE_REPLY = "Discord does not show me the text of that reply. Please mention me in it, or use `/ask`."

FORGOTTEN = "That question is no longer in my history. Please ask it again."
NOT_YOUR_QUESTION = "Only the person who asked can do that. You can ask it yourself with `/ask`."
FOR_ASKER_ONLY = "In this server only you see my answer. Press the button to read it, or ask with `/ask`."
NOT_THE_ASKER = "That answer is for the one who asked. Ask me yourself with `/ask`: only you will see the answer."
QUESTION_LOST = "I can no longer read that question. Please ask it with `/ask`."

STOPPING = "I am being restarted and take no questions just now. Please ask again in a minute."
STOPPED = "I am being restarted and could not finish your answer. Please ask again in a minute."

PICK_LOST = (
    "-# The server you picked no longer answers here: it does not allow it, or you are no longer a member. "
    "`/answer-from` changes that."
)


def help_text(name: str) -> str:
    """Return what a bare mention answers, and `/help` begins with; `name` is how the bot is mentioned here."""
    return (
        f"Ask me about the news: mention {name} with a question, reply to one of my answers, use `/ask`, or write "
        "to me in a direct message. For example: *why did Gantz go to Washington?*\n"
        "\n"
        "**I answer only in the articles' own words.** Under each quote stands who said it and who published it. If no "
        "article answers, I say so.\n"
        "\n"
        "Under an answer, *Context* shows the sentences around the quote, and *Sources* the articles that it is from."
    )


def usable_text(slash: Mapping[str, str], menus: Sequence[str]) -> str:
    """Return the commands that a person may use where they are, as far as they fit; `slash` are descriptions by name.

    `menus` are what Discord shows in a message's menu.
    """
    lines = ["**You can use here**", *(f"- `/{name}`: {about}" for name, about in sorted(slash.items()))]
    if menus:
        lines.append(f"- In the menu of a message, under *Apps*: {listed([f'*{name}*' for name in sorted(menus)])}")
    return "\n".join(lines)


def about_text(version: str, *, history_days: int) -> str:
    """Return what the bot is, its version, and what it keeps of people."""
    return (
        f"**Pullquote {version}** answers questions about the news only with quotes from articles, word for word, and "
        "says whose words they are. No language model writes anything. A quote is compared with its article once more "
        "before I send it.\n"
        "\n"
        f"**What I keep:** the questions that I am asked and what I answered, in each channel for itself, for "
        f"{counted(history_days, 'day')}; and, for as long, what you tell me of an answer with 👍 or 👎. I read "
        "no other messages. `/history` shows what is kept of a channel, and `/forget` deletes what is yours.\n"
        "\n"
        "**Where the articles come from:** those who manage a server add them for it; some are shared by all servers. "
        "No server sees another's."
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

"""Writes the list of a channel's recent questions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.records.history import Turn
from bot.words.grammar import counted
from cogs._markdown.lengths import MESSAGE_LIMIT, shown, units

NOTHING_YET = "Nobody has asked me anything in this channel yet."
_HEADING = "**Recent questions in this channel**"
_QUESTION_LIMIT, _REASON_LIMIT = 160, 160


def render_turns(turns: Sequence[Turn]) -> str:
    """Return one message that lists `turns`, newest first; older ones that do not fit are counted."""
    if not turns:
        return NOTHING_YET
    lines = [_line(turn) for turn in turns]
    shown_lines = len(lines)
    while units(message := _message(lines[:shown_lines], len(lines) - shown_lines)) > MESSAGE_LIMIT:
        shown_lines -= 1
    return message


def _message(lines: Sequence[str], older: int) -> str:
    more = [f"-# {older} older not shown"] if older else []
    return "\n".join([_HEADING, *lines, *more])


def _line(turn: Turn) -> str:
    when = f"<t:{int(turn.asked_at.timestamp())}:R>"
    asked = f"{when} <@{turn.user_id}>: {shown(turn.question, limit=_QUESTION_LIMIT)}"
    if turn.refusal is not None:
        result = shown(turn.reason or "", limit=_REASON_LIMIT)
    else:
        result = counted(len(turn.quotes), "quote")
    return f"{asked}\n-# {result}{_jump(turn)}"


def _jump(turn: Turn) -> str:
    if not turn.message_ids:
        return ""
    place = "@me" if turn.guild_id is None else turn.guild_id
    return f" · [go to it](<https://discord.com/channels/{place}/{turn.channel_id}/{turn.message_ids[0]}>)"

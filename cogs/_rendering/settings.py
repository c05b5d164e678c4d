"""Writes what a server's admins have set, in sentences, and what is wrong with what they type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.records.guilds import GuildSettings
from bot.words.grammar import counted, listed
from cogs._markdown.lengths import shown

_TYPED_LIMIT = 60
_SHOWN_CHANNELS = 10


def settings_text(now: GuildSettings, *, history_days: int, time_zone: str, moment: datetime) -> str:
    """Return the settings in sentences; `history_days` and `time_zone` are the operator's, for what is not set."""
    zone = now.time_zone or time_zone
    # 22:05, whoever reads it and wherever: it is to be compared with the clock on the wall.
    clock = moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    return "\n".join(
        (
            "**How I answer in this server**",
            f"- **Where:** {_where(now.channel_ids)}",
            f"- **For whom:** {_for_whom(now)}",
            f"- **Quotes:** {_how_many(now.most_quotes)}",
            f"- **Thread:** {_thread(now)}",
            f"- **Memory:** questions are deleted after {counted(now.days_kept(history_days), 'day')}.",
            f"- **Time:** “today” and “last week” are meant in {shown(zone, limit=_TYPED_LIMIT)}, where it is {clock}.",
            "-# Who may manage the articles is set with `/library settings`.",
        )
    )


def wrong_days(typed: str, *, most: int) -> str:
    """Return what an admin is told whose number of days cannot be taken."""
    return (
        f"“{shown(typed, limit=_TYPED_LIMIT)}” is no number of days that I can take: please give a whole number "
        f"from 1 to {most:,}. Nothing was changed."
    )


def wrong_zone(typed: str, meant: Sequence[str]) -> str:
    """Return what an admin is told whose time zone there is not, with those that may be meant."""
    names = [f"`{name}`" for name in meant]
    hint = f"did you mean {listed(names, 'or')}?" if names else "please give one such as `Europe/Paris`."
    return f"I know no time zone “{shown(typed, limit=_TYPED_LIMIT)}”; {hint} Nothing was changed."


def channels_named(channel_ids: Sequence[int], *, joint: str = "and") -> str:
    """Return channels as Discord shows them to each reader, a few of them."""
    names = [f"<#{channel_id}>" for channel_id in channel_ids[:_SHOWN_CHANNELS]]
    if (more := len(channel_ids) - len(names)) > 0:
        names.append(counted(more, "other channel"))
    return listed(names, joint)


def _where(channel_ids: frozenset[int]) -> str:
    if not channel_ids:
        return "in every channel where I may write."
    return f"only in {channels_named(sorted(channel_ids))}, and in threads there."


def _for_whom(now: GuildSettings) -> str:
    if now.for_asker_only:
        return "only the one who asks sees an answer."
    return "everybody in the channel sees an answer."


def _how_many(most: int | None) -> str:
    return "as many as answer." if most is None else f"{counted(most, 'quote')} in an answer at the most."


def _thread(now: GuildSettings) -> str:
    if not now.in_thread:
        return "I answer in the channel itself."
    if now.for_asker_only:
        return "no thread is needed while only the one who asks sees an answer."
    return "a question in a channel is answered in a thread of its own."

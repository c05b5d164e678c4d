"""The buttons under an answer. All that a click needs is in their ids and in `history.db`, so they outlive the bot."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import discord

from bot.records.answers import KeptAnswer
from retrieval.domain.answers import NoAnswer

TEMPLATE = r"answer:(?P<action>[a-z]+):(?P<exchange>[0-9]{1,18}):(?P<first>[0-9]{1,3})-(?P<last>[0-9]{1,3})"
"""An action, whose answer it is about, and which of its quotes: from `first` to before `last`."""

ARTICLE_LABEL = "Open article"
LINK_LIMIT = 512
"""Discord's limit for the address of a button."""

_LABEL_LIMIT, _A_ROW = 80, 5
Button = discord.ui.Button[discord.ui.View]


class Action(StrEnum):
    """What a button does."""

    CONTEXT = "context"
    MORE = "more"
    NEAREST = "nearest"
    SOURCES = "sources"
    USEFUL = "useful"
    USELESS = "useless"
    WORD = "word"


def answer_view(kept: KeptAnswer, links: Sequence[tuple[str, str]]) -> discord.ui.View:
    """Return the buttons of an answer or a refusal; `links` are labels and addresses of articles."""
    count = len(kept.quotes)
    if isinstance(kept.outcome, NoAnswer):
        label = "Nearest quote" if count == 1 else "Nearest quotes"
        first = [_button(Action.NEAREST, kept, 0, count, label=label)] if count else []
    else:
        first = [_button(Action.CONTEXT, kept, 0, kept.shown, label="Context")]
        if count > kept.shown:
            first.append(_button(Action.MORE, kept, kept.shown, count, label="More quotes"))
        first.append(_button(Action.SOURCES, kept, 0, count, label="Sources"))
    opinion = [
        _button(Action.USEFUL, kept, 0, count, label="Useful", emoji="👍"),
        _button(Action.USELESS, kept, 0, count, emoji="👎"),
    ]
    opening = [Button(label=label[:_LABEL_LIMIT], url=url) for label, url in links]
    if len(first) + len(opening) + len(opinion) <= _A_ROW:
        return _view([*first, *opening, *opinion])
    # A phone breaks rows where they are full: each of these takes as few lines there as it can.
    return _view(first, [*opening, *opinion]) if len(opening) == 1 else _view([*first, *opinion], opening)


def context_view(kept: KeptAnswer, first: int, last: int) -> discord.ui.View:
    """Return the one button under further quotes."""
    return _view([_button(Action.CONTEXT, kept, first, last, label="Context")])


def word_view(kept: KeptAnswer) -> discord.ui.View:
    """Return the one button under the thanks for an opinion."""
    return _view([_button(Action.WORD, kept, 0, 0, label="Add a word")])


def _button(
    action: Action, kept: KeptAnswer, first: int, last: int, *, label: str | None = None, emoji: str | None = None
) -> Button:
    custom_id = f"answer:{action}:{kept.exchange_id}:{first}-{last}"
    return Button(label=label, emoji=emoji, custom_id=custom_id, style=discord.ButtonStyle.secondary)


def _view(*rows: Sequence[Button]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(row for row in rows if row):
        for item in row:
            item.row = number
            view.add_item(item)
    # Clicks are told from their ids (`clicks.py`): a view that is over is not kept in memory for each message.
    view.stop()
    return view

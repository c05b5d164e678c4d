"""What the buttons under an answer show, to the one who clicks alone: verbatim at that moment, or why not."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.records.answers import KeptAnswer
from bot.service.client import PullquoteBot
from bot.service.faults import tell
from bot.words.answers import NEAREST
from cogs._answers.buttons import Action, context_view, word_view
from cogs._answers.feedback import WordForm
from cogs._answers.live import CHANGED, GONE, live
from cogs._answers.place import kept_here
from cogs._rendering import context as words
from cogs._ui.pages import QUIET
from retrieval.domain.answers import Answer, Quote
from retrieval.domain.articles import StoredArticle

Clicked = discord.Interaction[PullquoteBot]

TOO_FAST = "One click at a time, please. Try again in a moment."
THANKS = {
    True: "Thank you, that is good to know.",
    False: "Thank you. Whoever looks after the articles here can see that this did not help.",
}


async def act(interaction: Clicked, action: Action, exchange_id: int, first: int, last: int) -> None:
    """Do what a button under the answer of an exchange does, about its quotes from `first` to before `last`."""
    if not interaction.client.click_limit.check(interaction.user.id).allowed:
        await tell(interaction, TOO_FAST)
        return
    kept = await kept_here(interaction, exchange_id)
    if kept is None:
        return
    match action:
        case Action.USEFUL | Action.USELESS:
            await _judge(interaction, kept, useful=action is Action.USEFUL)
        case Action.WORD:
            await interaction.response.send_modal(WordForm(exchange_id))
        case Action.CONTEXT | Action.MORE | Action.NEAREST | Action.SOURCES:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await _show(interaction, kept, action, first, last)


async def _show(interaction: Clicked, kept: KeptAnswer, action: Action, first: int, last: int) -> None:
    found = await live(interaction, kept.quotes[first:last])
    if not found.found:
        await _say(interaction, [found.lost or GONE])
        return
    match action:
        case Action.SOURCES:
            await _say(interaction, words.source_messages(found.articles, lost=found.lost))
        case Action.NEAREST:
            await _say(interaction, words.nearest_messages(NEAREST, found.quotes, lost=found.lost))
        case Action.MORE:
            comparisons = kept.outcome.comparisons if isinstance(kept.outcome, Answer) else ()
            messages = words.further_messages(kept.outcome.question, found.quotes, comparisons, lost=found.lost)
            await _say(interaction, messages, view=context_view(kept, first, last))
        case _:
            await _say(interaction, await _in_context(interaction, found.found, lost=found.lost))


async def _in_context(
    interaction: Clicked, found: Sequence[tuple[Quote, StoredArticle]], *, lost: str | None
) -> list[str]:
    """Return the messages of the quotes in their context, each read again in its article as what is shown."""
    around = [made for quote, stored in found if (made := words.in_context(stored, quote)) is not None]
    holds = await interaction.client.library.still_verbatim(around)
    shown = [quote for quote, held in zip(around, holds, strict=True) if held]
    return words.context_messages(shown, lost=lost) if shown else [CHANGED]


async def _judge(interaction: Clicked, kept: KeptAnswer, *, useful: bool) -> None:
    await interaction.client.answers.judge(kept, user_id=interaction.user.id, useful=useful)
    await interaction.response.send_message(
        THANKS[useful], view=word_view(kept), ephemeral=True, allowed_mentions=QUIET
    )


async def _say(interaction: Clicked, messages: Sequence[str], *, view: discord.ui.View = discord.utils.MISSING) -> None:
    """Say messages to the one who clicked, with the buttons below the last."""
    for number, message in enumerate(messages, 1):
        await interaction.followup.send(
            message,
            view=view if number == len(messages) else discord.utils.MISSING,
            ephemeral=True,
            suppress_embeds=True,
            allowed_mentions=QUIET,
        )

"""`/library add`: a web page, a file, or a text that is pasted into a form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import app_commands

from bot.service.client import PullquoteBot
from bot.service.faults import report
from cogs._library.guard import (
    AdminButtons,
    AdminModal,
    Asking,
    bad_input_told,
    begin,
    library_of,
    manager_for,
    say,
    sentence_of,
)
from cogs._library.reviewing import ask_about_doubts
from cogs._rendering import safe_url, shown
from cogs._rendering.library import added_text
from cogs._rendering.library_doubts import NO_LONGER_WAITS
from cogs._ui.admission import not_too_fast
from retrieval.domain.articles import Credit
from retrieval.domain.kinds import NAMED, may_be_article
from retrieval.domain.libraries import AddedArticle
from retrieval.errors import ArticleError, RetrievalError

URL_LIMIT = 2_000
FILE_LIMIT_MB = 10
NOT_LOST = "Your text is not lost: for a quarter of an hour, the form opens again as you filled it in."
_NAME_LIMIT = 100

Field = discord.ui.TextInput[AdminModal]


@app_commands.command(name="url", description="Add an article from the web: a page, a PDF or a text.")
@app_commands.describe(url="Its address, beginning with https:// or http://")
async def add_url(interaction: Asking, url: app_commands.Range[str, 1, URL_LIMIT]) -> None:
    """Fetch `url` and add what it holds."""
    if not await begin(interaction):
        return
    async with bad_input_told(interaction):
        manager = await manager_for(interaction)
        added = await manager.add_url(library_of(interaction), url.strip())
        if isinstance(added, AddedArticle):
            await say(interaction, added_text(added))
        elif not await ask_about_doubts(interaction, added):
            await say(interaction, NO_LONGER_WAITS)


@app_commands.command(name="file", description=f"Add an article from a {NAMED} file.")
@app_commands.describe(file=f"A {NAMED} file")
async def add_file(interaction: Asking, file: discord.Attachment) -> None:
    """Read `file` and add it; what is too large or of another kind is not even downloaded."""
    if not await begin(interaction):
        return
    if (wrong := wrong_file(file)) is not None:
        await say(interaction, wrong)
        return
    if (data := await downloaded(interaction, file)) is None:
        return
    async with bad_input_told(interaction):
        manager = await manager_for(interaction)
        await say(interaction, added_text(await manager.add_file(library_of(interaction), file.filename, data)))


@app_commands.command(name="text", description="Add an article by pasting its text into a form.")
async def add_text(interaction: Asking) -> None:
    """Show the form."""
    if await not_too_fast(interaction):
        await interaction.response.send_modal(PastedArticle(shown_by=interaction))


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was typed into the form."""

    title: str = ""
    publisher: str = ""
    address: str = ""
    text: str = ""

    @property
    def credit(self) -> Credit:
        """Who published it, as far as it was said."""
        return Credit(title=self.title or None, publisher=self.publisher or None, url=self.address or None)


class PastedArticle(AdminModal):
    """The form for a text that is pasted; Discord takes 4,000 characters a field. `filled` is what stands in it."""

    def __init__(self, *, shown_by: Asking, filled: Pasted = Pasted()) -> None:
        super().__init__(title="Add an article", shown_by=shown_by)
        long = discord.TextStyle.paragraph
        self.headline = Field(custom_id="title", max_length=300, default=filled.title or None)
        self.publisher = Field(custom_id="publisher", max_length=100, required=False, default=filled.publisher or None)
        self.address = Field(custom_id="address", max_length=500, required=False, default=filled.address or None)
        self.body = Field(custom_id="text", style=long, max_length=4_000, default=filled.text or None)
        for label, hint, field in (
            ("Title", "As the article states it", self.headline),
            ("Publisher", "Leave empty what you do not know", self.publisher),
            ("Address", "Where it can be read, beginning with https://", self.address),
            ("Text", "A longer one goes in with /library add file", self.body),
        ):
            self.add_item(discord.ui.Label(text=label, description=hint, component=field))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Add the text."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        pasted = Pasted(
            self.headline.value.strip(), self.publisher.value.strip(), self.address.value.strip(), self.body.value
        )
        await add_pasted(interaction, pasted)


async def add_pasted(interaction: Asking, pasted: Pasted) -> None:
    """Add what was typed; where that cannot be, say why and offer the form again with all that was typed in it."""
    if pasted.address and safe_url(pasted.address) is None:
        wrong = f"{shown(pasted.address, limit=_NAME_LIMIT)} is not a web address; it should begin with https://."
    else:
        try:
            manager = await manager_for(interaction)
            added = await manager.add_text(library_of(interaction), pasted.text, pasted.credit)
        except ArticleError as error:
            wrong = sentence_of(error)
        except RetrievalError as error:
            wrong = report(error, during="adding a pasted text")
        else:
            await say(interaction, added_text(added))
            return
    view = MendPasted(bot=interaction.client, shown_by=interaction, pasted=pasted)
    await say(interaction, f"{wrong} {NOT_LOST}", view=view)


class MendPasted(AdminButtons):
    """The buttons under what was wrong with a pasted text, which is kept for as long as they are there."""

    during = "mending a pasted text"

    def __init__(self, *, bot: PullquoteBot, shown_by: Asking, pasted: Pasted) -> None:
        super().__init__(bot=bot, shown_by=shown_by)
        self.pasted = pasted
        if not pasted.address:
            self.remove_item(self.without_address)

    @discord.ui.button(label="Open the form again", style=discord.ButtonStyle.primary)
    async def again(self, interaction: Asking, _: discord.ui.Button[MendPasted]) -> None:
        """Show the form with what was typed in it."""
        await interaction.response.send_modal(PastedArticle(shown_by=interaction, filled=self.pasted))

    @discord.ui.button(label="Add it without the address", style=discord.ButtonStyle.secondary)
    async def without_address(self, interaction: Asking, _: discord.ui.Button[MendPasted]) -> None:
        """Add the text as one that stands nowhere on the web."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await add_pasted(interaction, replace(self.pasted, address=""))


def wrong_file(file: discord.Attachment) -> str | None:
    """Return what is wrong with a file, as far as Discord tells without a download; None if nothing."""
    name = shown(file.filename, limit=_NAME_LIMIT)
    if not may_be_article(file.filename, file.content_type or ""):
        return f"I cannot read {name}: please give a {NAMED} file."
    if file.size > FILE_LIMIT_MB * 1_000_000:
        return (
            f"{name} has {file.size / 1_000_000:.1f} MB, and I can take {FILE_LIMIT_MB}. "
            "Please give a smaller file, or the article's text alone."
        )
    return None


async def downloaded(interaction: Asking, file: discord.Attachment) -> bytes | None:
    """Return what is in a file; None, and a sentence for the admin, when Discord no longer has it."""
    try:
        return await file.read()
    except discord.NotFound:
        await say(
            interaction, f"Discord no longer has {shown(file.filename, limit=_NAME_LIMIT)}. Please send it again."
        )
        return None

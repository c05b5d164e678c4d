"""`/library add`: a web page, a file, or a text that is pasted into a form."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from cogs._library.guard import AdminModal, Asking, bad_input_told, begin, library_of, manager_for, say
from cogs._rendering import safe_url, shown
from cogs._rendering.library import added_text
from cogs._ui.admission import not_too_fast
from retrieval.domain.articles import Credit
from retrieval.domain.kinds import NAMED, may_be_article

URL_LIMIT = 2_000
FILE_LIMIT_MB = 10
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
        await say(interaction, added_text(await manager.add_url(library_of(interaction), url.strip())))


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


class PastedArticle(AdminModal):
    """The form for a text that is pasted; Discord takes 4,000 characters a field."""

    def __init__(self, *, shown_by: Asking) -> None:
        super().__init__(title="Add an article", shown_by=shown_by)
        long = discord.TextStyle.paragraph
        self.headline = Field(custom_id="title", max_length=300)
        self.publisher = Field(custom_id="publisher", max_length=100, required=False)
        self.address = Field(custom_id="address", max_length=500, required=False)
        self.body = Field(custom_id="text", style=long, max_length=4_000)
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
        address = self.address.value.strip()
        if address and safe_url(address) is None:
            wrong = shown(address, limit=_NAME_LIMIT)
            await say(interaction, f"{wrong} is not a web address; please give one with https://, or leave it empty.")
            return
        credit = Credit(
            title=self.headline.value.strip() or None,
            publisher=self.publisher.value.strip() or None,
            url=address or None,
        )
        async with bad_input_told(interaction):
            manager = await manager_for(interaction)
            await say(interaction, added_text(await manager.add_text(library_of(interaction), self.body.value, credit)))


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

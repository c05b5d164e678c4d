"""`/library export` and `/library import`: the library as a file."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import discord
from discord import app_commands

from cogs._library.adding import downloaded
from cogs._library.guard import Asking, bad_input_told, begin, library_of, manager_for, say
from cogs._library.progress import watch
from cogs._rendering import shown
from cogs._rendering.library import exported_text
from cogs._rendering.library_jobs import started_text
from cogs._ui.pages import QUIET

SUFFIX = ".pullquote"
IMPORT_LIMIT_MB = 50


@app_commands.command(name="export", description="Get this server's library as a file.")
async def export_library(interaction: Asking) -> None:
    """Send the library as an attachment, if this server's limit lets it through."""
    if not await begin(interaction):
        return
    async with bad_input_told(interaction), _folder() as folder:
        manager = await manager_for(interaction)
        path = folder / f"library-{interaction.created_at:%Y-%m-%d}{SUFFIX}"
        transfer = await manager.export(library_of(interaction), path)
        if transfer.size_bytes > interaction.filesize_limit:
            await say(interaction, too_large(transfer.size_bytes, interaction.filesize_limit))
            return
        with await asyncio.to_thread(path.open, "rb") as opened:
            await interaction.followup.send(
                exported_text(transfer),
                file=discord.File(opened, filename=path.name),
                ephemeral=True,
                allowed_mentions=QUIET,
            )


@app_commands.command(name="import", description="Add to this server's library what an export holds.")
@app_commands.describe(file="What /library export gave")
async def import_library(interaction: Asking, file: discord.Attachment) -> None:
    """Bring in an export, and show the progress in the channel."""
    if not await begin(interaction):
        return
    if (wrong := wrong_export(file)) is not None:
        await say(interaction, wrong)
        return
    if (data := await downloaded(interaction, file)) is None:
        return
    async with bad_input_told(interaction), _folder() as folder:
        path = folder / f"import{SUFFIX}"
        await asyncio.to_thread(path.write_bytes, data)
        manager = await manager_for(interaction)
        job = await manager.import_file(library_of(interaction), path)
        try:
            await say(interaction, started_text(job.what, joined=False))
            await watch(interaction, job)
        finally:
            # The file is needed until the job has ended, however showing it went; its fault is told by `watch`.
            await asyncio.gather(job.wait(), return_exceptions=True)


def wrong_export(file: discord.Attachment) -> str | None:
    """Return what is wrong with a file, as far as Discord tells without a download; None if nothing."""
    name = shown(file.filename, limit=100)
    if not file.filename.lower().endswith(SUFFIX):
        return f"{name} is no export of a library: please give a file that `/library export` made."
    if file.size > IMPORT_LIMIT_MB * 1_000_000:
        return f"{name} has {file.size / 1_000_000:.1f} MB, and I can take {IMPORT_LIMIT_MB}."
    return None


def too_large(size: int, limit: int) -> str:
    """Return what is said when Discord would not take the file."""
    return (
        f"The library's file has {size / 1_000_000:.1f} MB, and this server takes {limit / 1_000_000:.1f}. "
        "Please ask whoever runs me for it."
    )


@asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    """Give a folder of its own for a file on its way, and take it away afterwards."""
    folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="pullquote-")
    try:
        yield Path(folder.name)
    finally:
        await asyncio.to_thread(folder.cleanup)

"""Shows a job's progress in one message that is edited in place, with a button that cancels it."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import discord

from bot.ports import RunsAsJob
from bot.service.client import PullquoteBot
from bot.service.faults import report, tell
from cogs._library.guard import AdminButtons, Asking, sentence_of
from cogs._rendering.library_jobs import CANCELLING, ENDED_ALREADY, progress_text, report_text
from cogs._ui.pages import QUIET
from retrieval.domain.libraries import IndexReport
from retrieval.errors import ArticleError, RetrievalError

# Discord takes five edits in five seconds of all that the bot does in a channel; several jobs may be watched.
EDIT_EVERY_S = 3.0
# An interaction's token lives 15 minutes; after this its message is edited as any other in the channel.
TOKEN_LIVES = timedelta(minutes=14)
CANCEL_ID = "library:cancel"
log = logging.getLogger(__name__)


async def watch(interaction: Asking, job: RunsAsJob) -> IndexReport | None:
    """Show the progress of `job` in the channel until it has ended, then what it did or why it failed.

    Returns what it did, None when it failed.
    The message holds counts only, no titles and no addresses: everybody in the channel sees it.
    """
    view = CancelJob(bot=interaction.client, shown_by=interaction, job=job)
    message = await interaction.followup.send(
        progress_text(job.what, job.progress), view=view, wait=True, suppress_embeds=True, allowed_mentions=QUIET
    )
    board = _Board(interaction, message)
    loop = asyncio.get_running_loop()
    shown_at = loop.time()
    async for progress in job.updates():
        if loop.time() - shown_at >= EDIT_EVERY_S:
            shown_at = loop.time()
            await board.write(progress_text(job.what, progress), view=view)
    view.stop()
    did = None
    try:
        did = await job.wait()
        ended = report_text(job.what, did)
    except ArticleError as error:
        ended = sentence_of(error)
    except RetrievalError as error:
        ended = report(error, during=f"running {job.what}")
    await board.write(ended, view=None)
    return did


class CancelJob(AdminButtons):
    """The button under a job's progress: everybody sees it, only admins may use it. It lives as long as the job."""

    during = "cancelling a job"

    def __init__(self, *, bot: PullquoteBot, shown_by: Asking, job: RunsAsJob) -> None:
        super().__init__(bot=bot, shown_by=shown_by)
        self.timeout = None
        self.job = job

    @discord.ui.button(label="Cancel", style=discord.ButtonStyle.secondary, custom_id=CANCEL_ID)
    async def cancel(self, interaction: Asking, _: discord.ui.Button[CancelJob]) -> None:
        """End the job after the articles at hand."""
        self.job.cancel()
        await tell(interaction, CANCELLING)


class EndedJob(discord.ui.View):
    """Answers the same button on a message whose job has ended, with this process or an earlier one."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Cancel", style=discord.ButtonStyle.secondary, custom_id=CANCEL_ID)
    async def cancel(self, interaction: Asking, _: discord.ui.Button[EndedJob]) -> None:
        """Say so, to whoever clicks: there is nothing to cancel and nothing to tell."""
        await tell(interaction, ENDED_ALREADY)


class _Board:
    """The message that shows the progress: edited with the interaction's token, later as the bot itself."""

    def __init__(self, interaction: discord.Interaction[PullquoteBot], message: discord.WebhookMessage) -> None:
        self._interaction = interaction
        self._message = message
        self._lost = False

    async def write(self, text: str, *, view: discord.ui.View | None) -> None:
        """Show `text`; quietly stop once the message is gone or the bot may not edit it."""
        if self._lost:
            return
        try:
            if discord.utils.utcnow() - self._interaction.created_at < TOKEN_LIVES:
                await self._message.edit(content=text, view=view, allowed_mentions=QUIET)
            else:
                await self._in_channel().edit(content=text, view=view, allowed_mentions=QUIET)
        except (discord.NotFound, discord.Forbidden) as error:
            self._lost = True
            log.info("progress is no longer shown: %s", error)
        except discord.HTTPException as error:  # the next edit may go through
            log.warning("progress could not be shown: %s", error)

    def _in_channel(self) -> discord.PartialMessage:
        channel = self._interaction.client.get_partial_messageable(
            self._message.channel.id, guild_id=self._interaction.guild_id
        )
        return channel.get_partial_message(self._message.id)

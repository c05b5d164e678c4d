"""The Discord client: least intents, no mentions ever, cogs by name, and one way for errors to end."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands, tasks
from yarl import URL

from bot.ports import NewsLibrary
from bot.records.answers import AnswerStore
from bot.records.guilds import GuildStore
from bot.records.history import History
from bot.service.announcing import Announce, Announced, TellDoubts
from bot.service.clock import ClockCheck
from bot.service.departures import Departures
from bot.service.faults import report, tell
from bot.service.metrics import Metrics, discord_errors
from bot.service.rate_limit import RateLimit
from bot.service.recently import Recently
from bot.service.stopping import OpenQuestions
from bot.service.sync import sync_if_changed
from bot.service.visibility import Visibility
from bot.settings import Settings
from retrieval.domain.articles import ArticleSummary
from retrieval.domain.libraries import DoubtfulVersion, Feed
from retrieval.errors import RetrievalError, StorageError
from retrieval.keeping.ingest.proxies import proxy_for
from retrieval.store.sqlite import drop_old_copies

EXTENSIONS = (
    "cogs.ask",
    "cogs.answers",
    "cogs.quote",
    "cogs.sources",
    "cogs.history",
    "cogs.library",
    "cogs.settings",
    "cogs.gaps",
    "cogs.status",
    "cogs.forget",
    "cogs.direct",
    "cogs.announcing",
    "cogs.article",
    "cogs.help",
    "cogs.about",
)
CHANNEL_QUESTIONS = 15
"""Questions that one channel may ask in the time in which a person may ask five."""

EVENTS_REPEAT_WITHIN_S = 600.0
"""Discord sends some events twice when a connection is taken up again."""

COPIES_KEPT = timedelta(days=7)
"""How long the copy stays that a newer version makes of a database before it changes it."""

STOP_WITHIN_S = 7.0
"""How long open questions are waited for; Docker ends a process ten seconds after it asked it to stop."""

UNKNOWN_INTERACTION = 10062
ANSWER_WITHIN = timedelta(seconds=2)
"""Discord waits three seconds for a sign that a click was heard."""

TOO_OLD = "These buttons no longer work. Please use the command again, or ask anew."
log = logging.getLogger(__name__)


class PullquoteTree(app_commands.CommandTree["PullquoteBot"]):
    """The application commands; whatever they raise ends in one calm sentence."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Take each interaction once."""
        return bool(interaction.client.seen.first(interaction.id))

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """Tell the person, and log the cause."""
        if isinstance(error, app_commands.CheckFailure):
            return  # whoever checked has told the person why
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            log.warning("Discord still offers an older command: %s", error)
            await tell(interaction, "That command has just changed. Please try it again in a minute.")
            return
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if isinstance(cause, discord.NotFound) and cause.code == UNKNOWN_INTERACTION:
            log.warning("a command came too late to be answered: %s", cause)  # there is nobody to tell any more
            return
        name = interaction.command.qualified_name if interaction.command else "unknown"
        await tell(interaction, report(cause, during=f"running /{name}"))


class PullquoteBot(commands.Bot):
    """The bot; whoever makes it opens and closes `library` and `history`."""

    def __init__(
        self, *, settings: Settings, library: NewsLibrary, history: History, metrics: Metrics | None = None
    ) -> None:
        self.metrics = metrics or Metrics()
        self.clock = ClockCheck()
        trace = discord_errors(self.metrics)
        self.clock.listen_to(trace)
        super().__init__(
            command_prefix=commands.when_mentioned,  # never used: `on_message` below runs no commands
            help_command=None,
            intents=least_intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            tree_cls=PullquoteTree,
            max_messages=None,  # what people write is not kept in memory
            proxy=_proxy(),
            http_trace=trace,
        )
        self.settings = settings
        self.library = library
        self.history = history
        self.answers = AnswerStore(history)
        self.guild_store = GuildStore(history)
        self.visibility = Visibility(self, self.guild_store)
        self.departures = Departures(history=history, library=library, grace=timedelta(days=settings.left_server_days))
        self.rate_limit = RateLimit()
        self.click_limit = RateLimit(questions=12)
        self.channel_limit = RateLimit(questions=CHANNEL_QUESTIONS)
        self.seen = Recently(seconds=EVENTS_REPEAT_WITHIN_S)
        self.announcer: Announce | None = None
        self.doubt_teller: TellDoubts | None = None
        self.started = time.monotonic()
        self.connected = False
        self.stopping = False
        self.questions = OpenQuestions()
        self._syncing: asyncio.Task[bool] | None = None
        self._clicks: list[tuple[datetime, discord.Interaction[Any]]] = []

    async def setup_hook(self) -> None:
        """Load the cogs; what needs the network or the disk goes on beside the connection."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        self._syncing = asyncio.create_task(
            sync_if_changed(self.tree, application_id=self.application_id, history=self.history)
        )
        self._forget_old_turns.start()

    async def announce(self, feed: Feed, articles: Sequence[ArticleSummary]) -> Announced:
        """Tell the channel of a feed of its new articles; for whoever polls, from the first moment on."""
        if self.announcer is None or not self.is_ready():
            return Announced.NOT_CONNECTED
        return await self.announcer(feed, articles)

    async def tell_doubts(self, feed: Feed, versions: Sequence[DoubtfulVersion]) -> Announced:
        """Tell the channel of a feed of its articles that lost most of their text."""
        if self.doubt_teller is None or not self.is_ready():
            return Announced.NOT_CONNECTED
        return await self.doubt_teller(feed, versions)

    async def on_ready(self) -> None:
        """Say who the bot is and where."""
        log.info("ready as %s in %d servers", self.user, len(self.guilds))
        if not self._look_for_left_servers.is_running():
            self._look_for_left_servers.start()

    async def on_connect(self) -> None:
        """Count a connection to the gateway that was made anew."""
        self.connected = True
        self.metrics.gateway("connected")

    async def on_resumed(self) -> None:
        """Count a connection that was taken up where it was lost."""
        self.connected = True
        self.metrics.gateway("resumed")

    async def on_disconnect(self) -> None:
        """Count a connection that was lost; discord.py takes it up again by itself."""
        if self.connected:
            self.metrics.gateway("lost")
        self.connected = False

    async def on_interaction(self, interaction: discord.Interaction[Any], /) -> None:
        """Say so when nobody answers a click or a form: its buttons are older than this process, or were let go."""
        clicked = interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit)
        if not clicked or not self.seen.first(("waited for", interaction.id)):
            return
        self._clicks.append((discord.utils.utcnow() + ANSWER_WITHIN, interaction))
        if not self._look_for_unanswered.is_running():
            self._look_for_unanswered.start()

    @tasks.loop(seconds=0.5)
    async def _look_for_unanswered(self) -> None:
        """Tell those whose clicks nobody has answered in time; rest while no click waits."""
        now = discord.utils.utcnow()
        due = [interaction for when, interaction in self._clicks if when <= now]
        self._clicks = [(when, interaction) for when, interaction in self._clicks if when > now]
        for interaction in due:
            if not interaction.response.is_done():
                await tell(interaction, TOO_OLD)
        if not self._clicks:
            self._look_for_unanswered.stop()

    async def on_message(self, message: discord.Message, /) -> None:
        """Leave messages to `cogs.ask`: there are no text commands to look for."""

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Log what an event handler raised; there is no person to tell."""
        if (error := sys.exc_info()[1]) is not None:
            report(error, during=f"handling {event_method}")

    @tasks.loop(hours=24)
    async def _forget_old_turns(self) -> None:
        await self.forget_old_turns()

    async def forget_old_turns(self) -> None:
        """Delete the questions that are old enough; by a clock that has jumped, nothing is."""
        if not self.clock.may_be_believed(before="the deletion of old questions"):
            return
        now = discord.utils.utcnow()
        try:
            forgotten = await self.history.prune(before=now - timedelta(days=self.settings.history_days))
            for guild_id, days in (await self.guild_store.retention()).items():
                forgotten += await self.history.prune(before=now - timedelta(days=days), guild_id=guild_id)
        except StorageError:
            log.exception("old questions could not be deleted; trying again tomorrow")
            return
        finally:
            await self._drop_copies()
        if forgotten:
            log.info("deleted %d questions that were old enough", forgotten)

    async def _drop_copies(self) -> None:
        """Delete what a newer version copied of the databases, once it has shown that it can be lived with."""
        try:
            await asyncio.to_thread(
                drop_old_copies, self.settings.data_dir, before=time.time() - COPIES_KEPT.total_seconds()
            )
        except OSError as error:
            log.warning("old copies of the databases could not be deleted; trying again tomorrow: %s", error)

    @tasks.loop(hours=6)
    async def _look_for_left_servers(self) -> None:
        await self.look_for_left_servers()

    async def look_for_left_servers(self) -> None:
        """Delete what has had its time of grace of the servers that the bot has left; see `departures`."""
        if not self.is_ready():
            return  # who has just lost the connection may not know its servers
        if not self.clock.may_be_believed(before="the deletion of servers that were left"):
            return
        try:
            await self.departures.look([guild.id for guild in self.guilds], at=discord.utils.utcnow())
        except RetrievalError:
            log.exception("what is kept of servers that were left could not be looked through; trying again later")

    async def stop(self) -> None:
        """Take no more questions, finish or refuse the open ones, and disconnect; a second call waits for none."""
        if not self.stopping:
            self.stopping = True
            await self.questions.finish(STOP_WITHIN_S)
        await self.close()

    async def close(self) -> None:
        """Stop what runs beside the connection, then disconnect."""
        self._forget_old_turns.cancel()
        self._look_for_left_servers.cancel()
        self._look_for_unanswered.cancel()
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)  # whatever it raised, the rest is to be closed
        await super().close()


def _proxy() -> str | None:
    """Return the proxy through which the environment says that Discord is reached."""
    proxy = proxy_for(URL("https://discord.com"))
    return str(proxy) if proxy is not None else None


def least_intents() -> discord.Intents:
    """Return the intents the bot needs, none of them privileged.

    Discord hands over the text of mentions, of replies to the bot that ping it, and of direct messages
    without the message content intent.
    """
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True)

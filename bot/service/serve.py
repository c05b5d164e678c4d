"""Runs the bot on Discord: wires engine, history and client, and makes of every failure to start one sentence."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import aiohttp
import discord

from bot.commands.session import keeping_of, open_engine
from bot.logs import set_up_logging
from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.health import BEAT_S, beat
from bot.settings import Settings
from retrieval.asking.lookups.quote_check import QuoteCheck
from retrieval.asking.lookups.sources import SourceLookup, SourceSummary
from retrieval.domain.articles import Answer, Outcome, Quote
from retrieval.engine import Engine
from retrieval.errors import RetrievalError
from retrieval.keeping.management.manager import LibraryManager
from retrieval.keeping.management.polling import Announce
from retrieval.keeping.management.watching import watch

log = logging.getLogger(__name__)


class ServeError(Exception):
    """The bot cannot run on Discord; the message says why and what to do."""


class StartingLibrary:
    """The engine from its first moment on: what is asked while it gets ready waits and is answered."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._preparing: asyncio.Task[None] | None = None
        self._manager: LibraryManager | None = None

    def prepare(self) -> asyncio.Task[None]:
        """Begin to load the model and to index the seeds, once; the task raises what went wrong."""
        if self._preparing is None:
            self._preparing = asyncio.create_task(self._prepare())
        return self._preparing

    async def _prepare(self) -> None:
        mended = await self._engine.ready()
        if mended:
            log.info("made %d articles anew that a crash or another model had left incomplete", mended)
        self._manager = self._engine.manager(keeping_of(self._settings))
        await self._manager.start()
        report = await (await self._manager.index_folders()).wait()
        log.info("folders: %d added, %d changed, %d unchanged", report.added, report.changed, report.unchanged)
        for _, error in report.failed:
            log.warning("not indexed: %s", error)
        log.info("ready to answer")

    async def ask(self, question: str, *, libraries: Sequence[str], asked_at: datetime) -> Outcome:
        """Answer as soon as the library is ready."""
        await asyncio.shield(self.prepare())
        zone = ZoneInfo(self._settings.time_zone)
        outcome = await self._engine.ask(question, libraries=libraries, asked_at=asked_at, zone=zone)
        if await self._is_current(outcome):
            return outcome
        # An article has changed since the library was laid out in memory.
        await self._engine.refresh(libraries)
        return await self._engine.ask(question, libraries=libraries, asked_at=asked_at, zone=zone)

    async def _is_current(self, outcome: Outcome) -> bool:
        quotes = outcome.quotes if isinstance(outcome, Answer) else outcome.near_misses
        return all([await self._engine.is_verbatim(quote) for quote in quotes])

    async def manager(self) -> LibraryManager:
        """Return what manages the libraries, as soon as they are ready."""
        await asyncio.shield(self.prepare())
        assert self._manager is not None  # set when prepared
        return self._manager

    async def look_after(self, announce: Announce) -> None:
        """Follow the feeds and watch the folders, as soon as the library is ready, until cancelled."""
        manager = await self.manager()
        folders = [folder for folder in keeping_of(self._settings).folders if folder.is_dir()]
        async with asyncio.TaskGroup() as group:
            group.create_task(manager.poller.run(announce))
            group.create_task(watch(folders, manager.index_folders))

    async def stop(self) -> None:
        """End preparing and the jobs, if any go on; the engine can be closed then."""
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)  # its error went to whoever asked
        if self._manager is not None:
            await self._manager.close()

    async def check_quote(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        """Check a quote as soon as the library is ready."""
        await asyncio.shield(self.prepare())
        return await self._engine.check_quote(text, speaker, libraries=libraries)

    async def is_verbatim(self, quote: Quote) -> bool:
        """Tell whether the live stored article still reads exactly so at the quote's offsets."""
        return await self._engine.is_verbatim(quote)

    async def sources(self, topic: str | None, *, libraries: Sequence[str]) -> list[SourceSummary]:
        """List who is quoted as soon as the library is ready."""
        await asyncio.shield(self.prepare())
        return await self._engine.sources(topic, libraries=libraries)

    async def source(self, name: str, topic: str | None, *, libraries: Sequence[str]) -> SourceLookup:
        """Look a source up as soon as the library is ready."""
        await asyncio.shield(self.prepare())
        return await self._engine.source(name, topic, libraries=libraries)

    async def suggest_sources(self, typed: str, *, libraries: Sequence[str]) -> list[str]:
        """Suggest names as soon as the library is ready."""
        await asyncio.shield(self.prepare())
        return await self._engine.suggest_sources(typed, libraries=libraries)


async def serve(settings: Settings, *, json_logs: bool = False) -> None:
    """Run until stopped. Raises `ServeError` or `RetrievalError` with one sentence."""
    if settings.discord_token is None:
        raise ServeError(
            "No DISCORD_TOKEN is set; put the bot's token into the environment or the file .env (see README)."
        )
    token = settings.discord_token.get_secret_value()
    set_up_logging(level=settings.log_level, secrets=[token], time_zone=settings.time_zone, as_json=json_logs)
    engine = await open_engine(settings)
    try:
        library = StartingLibrary(engine, settings)
        history = await History.open(settings.data_dir / "history.db")
        try:
            bot = PullquoteBot(settings=settings, library=library, history=history)
            await _run(bot, library, token, settings)
        finally:
            await library.stop()
            await history.close()
    finally:
        await engine.close()


async def _run(bot: PullquoteBot, library: StartingLibrary, token: str, settings: Settings) -> None:
    async with bot, _stopped_by_signals(bot):
        connected = asyncio.create_task(_connect(bot, token))
        prepared = asyncio.create_task(_prepare_once_ready(bot, library))
        others = [
            asyncio.create_task(_keep_beating(bot, settings)),
            asyncio.create_task(_look_after(bot, library)),
        ]
        try:
            # Whichever ends badly first ends the other; preparing ends well long before the connection.
            done, _ = await asyncio.wait({connected, prepared}, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            await bot.close()
            for task in (connected, prepared, *others):
                task.cancel()
            await asyncio.gather(connected, prepared, *others, return_exceptions=True)


async def _connect(bot: PullquoteBot, token: str) -> None:
    try:
        await bot.start(token)
    except discord.LoginFailure as error:
        raise ServeError(
            "Discord does not accept DISCORD_TOKEN; copy the token again from the developer portal, page Bot."
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise ServeError(f"Discord refuses the intents that the bot asks for ({error}); see README.") from error
    except (aiohttp.ClientError, discord.GatewayNotFound, OSError) as error:
        raise ServeError(f"Discord cannot be reached ({error}); check this machine's network and try again.") from error
    except discord.HTTPException as error:
        raise ServeError(f"Discord answers with an error ({error.status} {error.text}); try again later.") from error


async def _prepare_once_ready(bot: PullquoteBot, library: StartingLibrary) -> None:
    # Importing torch holds the interpreter for seconds: the gateway comes first, a question starts it sooner.
    await bot.wait_until_ready()
    try:
        await library.prepare()
    except RetrievalError:
        log.critical("the library cannot be used; stopping")
        raise


async def _look_after(bot: PullquoteBot, library: StartingLibrary) -> None:
    await bot.wait_until_ready()
    try:
        await library.look_after(bot.announce)
    except RetrievalError:
        return  # the library could not be prepared, which ends the bot elsewhere
    except Exception:
        log.exception("feeds are no longer followed, nor folders watched; questions are answered as before")


async def _keep_beating(bot: PullquoteBot, settings: Settings) -> None:
    while True:
        if bot.is_ready() and not bot.is_closed():
            with contextlib.suppress(OSError):  # a full disk is the databases' to report
                await asyncio.to_thread(beat, settings.data_dir)
        await asyncio.sleep(BEAT_S)


@contextlib.asynccontextmanager
async def _stopped_by_signals(bot: PullquoteBot) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    closing: set[asyncio.Task[None]] = set()

    def stop() -> None:
        log.info("stopping")
        task = loop.create_task(bot.close())
        closing.add(task)
        task.add_done_callback(closing.discard)

    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop)
    try:
        yield
    finally:
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(signal_number)

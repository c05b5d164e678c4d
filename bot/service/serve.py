"""Runs the bot on Discord: wires engine, history and client, and makes of every failure to start one sentence."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator

import aiohttp
import discord

from bot.logs import log_loop_fault, set_up_logging
from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.health import BEAT_S, beat
from bot.service.later import LaterEngine
from bot.service.metrics import CountsRecords, Metrics
from bot.service.monitoring import Monitor, monitored
from bot.service.starting import StartingLibrary
from bot.settings import Settings
from retrieval.errors import RetrievalError
from retrieval.keeping.management.backoff import BackOff

log = logging.getLogger(__name__)
LOOK_AGAIN_S, LONGEST_LOOK_AGAIN_S = 30.0, 3_600.0
"""How long to wait after an unexpected fault before feeds and folders are looked after again, and at most."""


class ServeError(Exception):
    """The bot cannot run on Discord; the message says why and what to do."""


async def serve(settings: Settings, *, json_logs: bool = False) -> None:
    """Run until stopped. Raises `ServeError` or `RetrievalError` with one sentence."""
    if settings.discord_token is None:
        raise ServeError(
            "No DISCORD_TOKEN is set; put the bot's token into the environment or the file .env (see README)."
        )
    token = settings.discord_token.get_secret_value()
    as_json = json_logs or settings.log_format == "json"
    set_up_logging(level=settings.log_level, secrets=[token], time_zone=settings.time_zone, as_json=as_json)
    asyncio.get_running_loop().set_exception_handler(log_loop_fault)
    metrics = Metrics()
    logging.getLogger().addHandler(CountsRecords(metrics))
    engine = await LaterEngine.take(settings, observe=metrics.staged)
    try:
        library = StartingLibrary(engine, settings)
        history = await History.open(settings.data_dir / "history.db")
        try:
            bot = PullquoteBot(settings=settings, library=library, history=history, metrics=metrics)
            async with _watched(bot, library, settings):
                await _run(bot, library, token, settings)
        finally:
            await library.stop()
            await history.close()
    finally:
        await engine.close()


@contextlib.asynccontextmanager
async def _watched(bot: PullquoteBot, library: StartingLibrary, settings: Settings) -> AsyncIterator[None]:
    """Serve metrics, health and readiness where the settings name a port."""
    port = settings.metrics_port
    if not port:
        yield
        return
    monitor = Monitor(bot=bot, library=library, metrics=bot.metrics, data_dir=settings.data_dir)
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(monitored(monitor, port))
        except OSError as error:
            raise ServeError(
                f"Port {port} on this machine cannot be used for metrics ({error.strerror or error}); choose another "
                "with PULLQUOTE_METRICS_PORT, or 0 for none."
            ) from error
        log.info("metrics, health and readiness on port %d of this machine", port)
        yield


async def _run(bot: PullquoteBot, library: StartingLibrary, token: str, settings: Settings) -> None:
    async with bot, _stopped_by_signals(bot):
        connected = asyncio.create_task(_connect(bot, token))
        prepared = asyncio.create_task(_prepare_once_ready(bot, library))
        others = [
            asyncio.create_task(_keep_beating(bot, settings)),
            asyncio.create_task(_look_after(bot, library)),
        ]
        try:
            # The connection's end is the bot's, also while it is still preparing; so is preparing that fails.
            await asyncio.wait({connected, prepared}, return_when=asyncio.FIRST_COMPLETED)
            if not connected.done():
                prepared.result()
            await connected
        finally:
            await bot.stop()
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
    except discord.ConnectionClosed as error:
        raise ServeError(
            f"Discord has closed the connection for good (code {error.code}); look into the developer portal whether "
            "the token was reset or the application changed, and start again."
        ) from error
    except discord.HTTPException as error:
        raise ServeError(f"Discord answers with an error ({error.status} {error.text}); try again later.") from error


async def _prepare_once_ready(bot: PullquoteBot, library: StartingLibrary) -> None:
    # Importing torch holds the interpreter for seconds: the gateway comes first, a question starts it sooner.
    await bot.wait_until_ready()
    try:
        await library.prepare()
        await bot.look_for_left_servers()
    except RetrievalError:
        log.critical("the library cannot be used; stopping")
        raise


async def _look_after(bot: PullquoteBot, library: StartingLibrary) -> None:
    await bot.wait_until_ready()
    backoff = BackOff(LOOK_AGAIN_S, LONGEST_LOOK_AGAIN_S)
    while True:
        try:
            await library.look_after(bot.announce, bot.tell_doubts)
        except RetrievalError:
            return  # the library could not be prepared, which ends the bot elsewhere
        except Exception:
            wait_s = backoff.fault()
            log.exception("feeds and folders are not looked after; trying again in %.0f s", wait_s)
            await asyncio.sleep(wait_s)


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
        log.info("stopping at once" if bot.stopping else "stopping: no more questions are taken")
        task = loop.create_task(bot.stop())
        closing.add(task)
        task.add_done_callback(closing.discard)

    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop)
    try:
        yield
    finally:
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(signal_number)

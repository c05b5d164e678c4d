"""What Prometheus is told: figures that grow with what happens, over real HTTP on loopback, and nobody's words."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import simcord
from prometheus_client.parser import text_string_to_metric_families

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.metrics import CountsRecords, Metrics
from bot.service.monitoring import Monitor, monitored
from bot.settings import Settings
from retrieval.domain.answers import NoAnswer, Refusal
from retrieval.domain.vitals import Holding, Readiness, Vitals
from tests.cogs.quotes import FakeLibrary, refusal

SECRET = "xylophone"
VITALS = Vitals({"shared": Holding(3, 30), "guild-7": Holding(2, 20), "guild-8": Holding(1, 5)}, 4, 6, 1, 9, 2)


class Library(FakeLibrary):
    """A library that tells how it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.state = Readiness(ready=True, waiting=0)
        self.now = VITALS

    def readiness(self) -> Readiness:
        return self.state

    async def vitals(self) -> Vitals:
        return self.now


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def simcord_bot(library: Library, history: History) -> PullquoteBot:
    return PullquoteBot(settings=Settings(_env_file=None), library=library, history=history)


@pytest_asyncio.fixture
async def pages(simcord_env: simcord.Env, library: Library, tmp_path: Path) -> AsyncIterator[str]:
    monitor = Monitor(bot=simcord_env.bot, library=library, metrics=simcord_env.bot.metrics, data_dir=tmp_path)
    async with monitored(monitor, 0) as port:
        yield f"http://127.0.0.1:{port}"


async def fetched(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


def values(page: str) -> dict[tuple[str, ...], float]:
    """Return each sample's value by its name and the values of its labels."""
    return {
        (sample.name.removeprefix("pullquote_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


async def test_questions_refusals_and_faults_are_counted_and_nobodys_words_are_shown(
    simcord_env: simcord.Env, pages: str, library: Library
):
    guild = simcord_env.create_guild(SECRET)
    channel = guild.create_text_channel("news")
    alice = guild.add_member(simcord_env.create_user(f"{SECRET}-alice"))
    for outcome in (library.outcome, refusal(), RuntimeError(SECRET)):
        library.outcome = outcome
        await alice.send(channel, f"<@{simcord_env.bot.user.id}> what of the {SECRET}?")
    status, page = await fetched(f"{pages}/metrics")
    found = values(page)
    assert status == 200
    assert found["questions_total", "answered"] == 1
    assert found["questions_total", "refused"] == 1
    assert found["questions_total", "failed"] == 1
    assert found["refusals_total", "unknown_name"] == 1
    assert found["refusals_total", "nothing_near"] == 0
    assert found["answer_seconds_count",] == 2
    assert found["stage_seconds_count", "send"] == 2
    assert found["stage_seconds_count", "check"] == 2
    assert SECRET not in page
    assert not {str(one.id) for one in (guild, channel, alice)} & set(page.replace('"', " ").split())


async def test_index_queue_feeds_and_disk_are_as_they_are_now(
    simcord_env: simcord.Env, pages: str, library: Library, tmp_path: Path
):
    (tmp_path / "library.db").write_bytes(b"x" * 5_000)
    await fetched(f"{pages}/metrics")
    library.now = replace(VITALS, waiting=1, polls=11, failed_polls=3)
    found = values((await fetched(f"{pages}/metrics"))[1])
    assert (found["articles", "shared"], found["articles", "servers"]) == (3, 3)
    assert (found["passages", "shared"], found["passages", "servers"], found["largest_server_passages",]) == (
        30,
        25,
        20,
    )
    assert (found["models_queue",], found["feeds",], found["feeds_failing",]) == (1, 6, 1)
    assert (found["feed_polls_total",], found["feed_errors_total",]) == (11, 3)
    assert found["disk_bytes", "used"] >= 5_000
    assert (found["gateway_connected",], found["ready",]) == (1, 1)
    assert found["process_resident_memory_bytes",] > 1e6


async def test_readiness_says_what_is_lacking_and_health_only_that_the_loop_turns(
    simcord_env: simcord.Env, pages: str, library: Library
):
    library.state = Readiness(ready=False, waiting=0)
    status, page = await fetched(f"{pages}/readyz")
    assert (status, "still loading" in page) == (503, True)
    library.state = Readiness(ready=False, waiting=0, fault=f"The model in {SECRET} is not there.")
    status, page = await fetched(f"{pages}/readyz")
    assert (status, "see the log" in page, SECRET in page) == (503, True, False)
    library.state = Readiness(ready=True, waiting=0)
    assert (await fetched(f"{pages}/readyz"))[0] == 200
    simcord_env.bot.connected = False
    status, page = await fetched(f"{pages}/readyz")
    assert (status, "not connected" in page) == (503, True)
    assert (await fetched(f"{pages}/healthz"))[0] == 200


async def test_only_loopbacks_one_address_is_served(simcord_env: simcord.Env, pages: str):
    elsewhere = pages.replace("127.0.0.1", "127.0.0.2")  # would be served too if all addresses were
    with pytest.raises(aiohttp.ClientConnectorError):
        await fetched(f"{elsewhere}/healthz")


def test_two_bots_in_one_process_count_for_themselves():
    one, other = Metrics(), Metrics()
    one.answered(NoAnswer("?", Refusal.GREETING), 0.1)
    assert other.registry.get_sample_value("pullquote_refusals_total", {"kind": "greeting"}) == 0
    assert one.registry.get_sample_value("pullquote_refusals_total", {"kind": "greeting"}) == 1


def test_log_records_are_counted_from_warnings_up():
    metrics = Metrics()
    logger = logging.Logger("counted")
    logger.addHandler(CountsRecords(metrics))
    for level in (logging.INFO, logging.WARNING, logging.ERROR, logging.ERROR):
        logger.log(level, SECRET)
    samples = {level: metrics.registry.get_sample_value("pullquote_log_records_total", {"level": level})
               for level in ("info", "warning", "error")}  # fmt: skip
    assert samples == {"info": None, "warning": 1, "error": 2}

"""A re-index shows its progress in one message that is edited in place, and `status` tells what ran."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import discord
import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.settings import Settings
from cogs._library.guard import NOT_ALLOWED
from cogs._library.progress import EDIT_EVERY_S
from cogs._library.upkeep import ONE_OF_THEM
from cogs._rendering import MESSAGE_LIMIT, units
from cogs._rendering.library_jobs import CANCELLING, ENDED_ALREADY, progress_text, report_text, status_pages
from retrieval.domain.libraries import (
    Failure,
    IndexReport,
    JobProgress,
    LibraryStatus,
    Quota,
    RunRecord,
    RunState,
    Scope,
)
from retrieval.errors import ArticleError, IndexUnavailableError
from tests.cogs.conftest import World
from tests.cogs.managing import NOW, FakeManager
from tests.cogs.quotes import FakeLibrary


@pytest.fixture
def manager(library: FakeLibrary, world: World) -> FakeManager:
    """A manager whose job waits for the test, and whose waits SimCord knows of."""

    async def wait(awaitable: object) -> object:
        return await world.env.external_wait(awaitable, reason="the job goes on")

    library.managed.job.waiting = wait
    return library.managed


async def begin(world: World, ada: simcord.MemberActor, **options: object) -> tuple[str, discord.Message]:
    result = await ada.slash(world.channel, "library reindex", **options)
    assert result.ephemeral
    return result.response.content, world.channel.last_message


async def test_progress_is_shown_in_one_message_and_ends_in_what_was_done(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    told, _ = await begin(world, ada)
    assert told.startswith("Re-index has started;")
    assert world.channel.last_message.content == "**Re-index** · looking what there is to do"
    await world.env.advance_time(EDIT_EVERY_S)
    manager.job.step(150, 600, passages=420, left_s=125.0)
    await world.env.settle()
    assert world.channel.last_message.content == (
        "**Re-index**\n█████░░░░░░░░░░░░░░░ 25%\n150 of 600 articles · 420 passages encoded · about 2 minutes left"
    )
    manager.job.end()
    await world.env.settle()
    assert world.channel.last_message.content == "**Re-index** has ended.\n3 added, 20 unchanged · 4.2 seconds"
    assert world.channel.last_message.components == []
    assert len(world.answers()) == 1
    assert manager.given == [(Scope(), False)]


async def test_edits_keep_to_discords_pace(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    await begin(world, ada)
    before = len(world.env.http_requests)
    for second in range(30):
        await world.env.advance_time(1)
        manager.job.step(second, 30)
        await world.env.settle()
    edits = [entry for entry in world.env.http_requests[before:] if entry.method == "PATCH"]
    assert len(edits) == 10


async def test_a_second_request_joins_the_first_and_sees_its_progress(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    await begin(world, ada)
    manager.joined = True
    told, _ = await begin(world, ada)
    assert told == "Re-index is running already and covers what you ask for; the channel shows its progress."
    manager.job.end()
    await world.env.settle()
    assert [said.startswith("**Re-index** has ended.") for said in world.answers()] == [True, True]


async def test_it_goes_on_after_the_token_has_expired(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    await begin(world, ada)
    await world.env.advance_time(20 * 60)
    manager.job.step(9, 10)
    await world.env.settle()
    assert "90%" in world.channel.last_message.content
    before = len(world.env.http_requests)
    await ada.click(world.channel.last_message, label="Cancel")
    await world.env.settle()
    assert "was cancelled" in world.channel.last_message.content
    edits = [entry.path for entry in world.env.http_requests[before:] if entry.method == "PATCH"]
    assert edits == [f"/channels/{world.channel.id}/messages/{world.channel.last_message.id}"]


async def test_it_stops_quietly_where_the_bot_may_no_longer_edit(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    await begin(world, ada)
    await world.env.advance_time(20 * 60)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=403)
    manager.job.step(9, 10)
    await world.env.settle()
    before = len(world.env.http_requests)
    manager.job.end()
    await world.env.settle()
    assert len(world.env.http_requests) == before
    assert world.env.errors == []


async def test_a_failed_edit_does_not_end_it(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    await begin(world, ada)
    await world.env.advance_time(EDIT_EVERY_S)
    world.env.inject_error("PATCH", "/webhooks/*", status=400)
    manager.job.step(1, 10)
    await world.env.settle()
    manager.job.end()
    await world.env.settle()
    assert "has ended" in world.channel.last_message.content


async def test_any_admin_cancels_it_and_nobody_else(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    await begin(world, ada)
    shown = world.channel.last_message
    refused = await world.alice.click(shown, label="Cancel")
    assert (refused.response.content, refused.ephemeral) == (NOT_ALLOWED, True)
    assert not manager.job.cancelled
    result = await world.add_admin("bea").click(shown, label="Cancel")
    assert (result.response.content, result.ephemeral) == (CANCELLING, True)
    assert "was cancelled; what was done stays" in world.channel.last_message.content


async def test_the_button_of_a_job_from_before_a_restart_says_so(
    world: World, ada: simcord.MemberActor, manager: FakeManager, library: FakeLibrary, history: History
) -> None:
    await begin(world, ada)
    shown = world.channel.last_message
    bot = PullquoteBot(settings=Settings(_env_file=None), library=library, history=history)
    await world.env.restart_bot(bot)
    result = await ada.click(shown, label="Cancel")
    assert (result.response.content, result.ephemeral) == (ENDED_ALREADY, True)
    assert not manager.job.cancelled


async def test_who_lost_the_permission_cancels_nothing(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    await begin(world, ada)
    world.take_roles_from(ada)
    assert (await ada.click(world.channel.last_message, label="Cancel")).response.content == NOT_ALLOWED
    assert not manager.job.cancelled
    manager.job.end()
    await world.env.settle()


async def test_a_fault_of_the_job_is_told_calmly(
    world: World, ada: simcord.MemberActor, manager: FakeManager, caplog: pytest.LogCaptureFixture
) -> None:
    await begin(world, ada)
    manager.job.fault = IndexUnavailableError("http://chroma:8000 is gone")
    manager.job.end()
    await world.env.settle()
    said = world.channel.last_message.content
    assert "chroma" not in said
    assert said.split("`")[1] in caplog.text


async def test_bad_input_found_by_the_job_is_told(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    await begin(world, ada)
    manager.job.fault = ArticleError("Its line 3 is no article.")
    manager.job.end()
    await world.env.settle()
    assert world.channel.last_message.content == "Its line 3 is no article."


async def test_one_article_or_one_feed_is_looked_at(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.put(world.own, "rift")
    manager.follow(world.own, 4)
    manager.job.end()
    for options in ({"article": "rift"}, {"feed": 4, "remove_vanished": True}):
        await begin(world, ada, **options)
        manager.job.end()
        await world.env.settle()
    assert manager.given == [(Scope(article_id="rift"), False), (Scope(feed_id=4), True)]
    told, _ = await begin(world, ada, article="rift", feed=4)
    assert told == ONE_OF_THEM
    told, _ = await begin(world, ada, article="nothing")
    assert told == "This library has no article nothing."


async def test_the_address_of_a_feed_is_not_shown_to_the_channel(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.job.what = "feed https://example.com/?token=secret"
    await begin(world, ada)
    manager.job.end()
    await world.env.settle()
    assert world.channel.last_message.content.startswith("**Feed** has ended.")
    assert "token" not in world.sent()


async def test_the_status_tells_what_runs_what_ran_and_what_failed(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.running = ("re-index", JobProgress(3, 10, 7, 2.0, 30.0))
    failure = Failure("https://example.com/@everyone", "The page is *empty*.")
    run = RunRecord(1, "feed https://example.com/f", NOW, NOW, RunState.DONE, added=2, vanished=1, failures=(failure,))
    manager.runs = (replace(run, run_id=2, what="re-index", state=RunState.INTERRUPTED, failures=()), run)
    result = await ada.slash(world.channel, "library status")
    assert result.ephemeral
    assert result.response.content == (
        "**This server's library**\n0 articles · 7 passages · 900 characters · 0 feeds\n\n"
        "Running: Re-index, 3 of 10 articles, about 30 seconds left\n"
        "- Re-index, <t:1767225600:R>: 2 added · 1 no longer found · interrupted; the next run does the rest\n"
        "- Feed https\\://example.com/f, <t:1767225600:R>: 2 added · 1 no longer found\n"
        "  - https\\://example.com/\\@everyone: The page is \\*empty\\*."
    )


texts = st.text(max_size=400)


@given(st.lists(st.builds(Failure, texts, texts), max_size=40), texts)
def test_every_page_of_the_status_fits_and_every_failure_is_on_one(failures: list[Failure], what: str) -> None:
    run = RunRecord(1, what, NOW, None, RunState.FAILED, failures=tuple(failures))
    running = (what, JobProgress(1, 2, 3, 4.0, 5.0))
    status = LibraryStatus("guild-1", 1, 2, 3, Quota(1_000, 1_000_000), 4, running, (run, run))
    pages = status_pages(status)
    assert all(units(page) <= MESSAGE_LIMIT for page in pages)
    assert sum(page.count("\n  - ") for page in pages) == 2 * len(failures)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.none() | st.floats(0, 10**6), texts)
def test_progress_always_fits(done: int, total: int, passages: int, left_s: float | None, what: str) -> None:
    text = progress_text(what, JobProgress(done, total, passages, 1.0, left_s))
    assert units(text) <= MESSAGE_LIMIT
    assert text.count("█") + text.count("░") in (0, 20)


def test_what_vanished_and_what_failed_is_counted() -> None:
    report = IndexReport(failed=[("a", "b")], vanished=["x", "y"], seconds=timedelta(minutes=2).total_seconds())
    assert report_text("re-index", report) == (
        "**Re-index** has ended.\nnothing new · 120 seconds\n"
        "No longer where it was: 2 articles. `/library reindex remove_vanished:True` removes such articles.\n"
        "1 article failed; `/library status` tells which, and why."
    )

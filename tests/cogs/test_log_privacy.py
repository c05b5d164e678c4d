"""Nothing that people write reaches the log: not at DEBUG, not through faults, not through libraries."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import simcord

from bot.logs import OURS, set_up_logging
from bot.records.history import History
from retrieval.errors import IndexUnavailableError
from tests.cogs.conftest import World
from tests.cogs.quotes import FakeLibrary

WORD = "xylophone"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in ("", *OURS)}
    set_up_logging(level="DEBUG", stream=stream, as_json=True)
    yield stream
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def say_it_everywhere(world: World, admin: simcord.MemberActor) -> None:
    """Use the word wherever a person can write one."""
    message = await world.alice.send(world.channel, f"{world.me} what about the {WORD}?")
    await world.env.advance_time(60)
    await world.alice.edit(message, f"{world.me} who plays the {WORD}?")
    await world.alice.send_dm(f"and the {WORD}?")
    await world.alice.slash(world.channel, "ask", question=f"who has a {WORD}?")
    await world.alice.slash(world.channel, "quote", text=f"I have a {WORD}", speaker=WORD)
    await world.env.advance_time(60)
    await world.alice.slash(world.channel, "sources", topic=WORD)
    await world.alice.slash(world.channel, "source", name=WORD)
    await world.alice.slash(world.channel, "article", article=WORD)
    await world.alice.context_menu(world.channel, "Ask about this", message)
    await world.env.advance_time(60)
    await admin.slash(world.channel, "library show", article=WORD)
    await admin.slash(world.channel, "library add url", url=f"https://example.com/{WORD}")
    form = await admin.slash(world.channel, "library add text")
    await admin.submit_modal(form, {"title": WORD, "text": WORD * 3})
    await world.alice.slash(world.channel, "history")
    await admin.slash(world.channel, "gaps")


@pytest.mark.parametrize("fault", [None, KeyError(WORD), RuntimeError(f"no {WORD}"), IndexUnavailableError("gone")])
async def test_what_people_write_is_nowhere_in_the_log(
    world: World, library: FakeLibrary, ada: simcord.MemberActor, logged: io.StringIO, fault: Exception | None
) -> None:
    if fault is not None:
        library.outcome = library.check = fault
    await say_it_everywhere(world, ada)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [line for line in lines if WORD in str(line)] == []
    assert WORD in world.sent() or fault is not None  # it was there to be logged
    if fault is not None:
        assert any(type(fault).__name__ in line.get("error", "") for line in lines)
        world.env.errors.clear()


async def test_a_history_that_fails_logs_no_question(world: World, history: History, logged: io.StringIO) -> None:
    await history._connection.execute("DROP TABLE turns")
    await world.alice.send(world.channel, f"{world.me} what about the {WORD}?")
    assert "history" in logged.getvalue()
    assert WORD not in logged.getvalue()

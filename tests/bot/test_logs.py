"""Log lines are readable and hold no secret, not even in a traceback."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sqlite3
from collections.abc import Iterator

import pytest

from bot.logs import OURS, log_loop_fault, set_up_logging, told
from retrieval.errors import StorageError


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in ("", *OURS)}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def logged(
    *, level: str = "INFO", secrets: tuple[str, ...] = (), zone: str = "UTC", as_json: bool = False
) -> io.StringIO:
    stream = io.StringIO()
    set_up_logging(level=level, secrets=secrets, time_zone=zone, as_json=as_json, stream=stream)
    return stream


def test_a_line_tells_time_level_and_place() -> None:
    stream = logged(zone="Asia/Jerusalem")
    logging.getLogger("bot.client").info("ready")
    line = stream.getvalue()
    assert line.endswith(" INFO    bot.client: ready\n")
    assert line.split(" ")[0][-6:] in ("+02:00", "+03:00")


def test_a_secret_is_blotted_out_in_messages_and_tracebacks() -> None:
    stream = logged(secrets=("hunter2", ""))
    logging.getLogger("x").error("token %s", "hunter2", exc_info=StorageError("refused hunter2"))
    assert "hunter2" not in stream.getvalue()
    assert stream.getvalue().count("[redacted]") >= 2


def test_what_has_the_shape_of_a_token_is_blotted_out_too() -> None:
    stream = logged()
    logging.getLogger("x").warning("got %s", "M" * 26 + "." + "a" * 6 + "." + "b" * 38)
    assert "bbbb" not in stream.getvalue()


def test_discord_py_never_writes_what_people_said() -> None:
    """At DEBUG it would log whole gateway payloads."""
    stream = logged(level="DEBUG")
    logging.getLogger("discord.gateway").debug("payload")
    logging.getLogger("bot").debug("ours")
    assert "payload" not in stream.getvalue()
    assert "ours" in stream.getvalue()


def test_an_interactions_token_is_no_part_of_an_address() -> None:
    stream = logged()
    logging.getLogger("x").warning("POST https://discord.com/api/v10/webhooks/1234567890/%s/messages", "aW50" * 40)
    assert "aW50" not in stream.getvalue()
    assert "/webhooks/1234567890/[redacted]/messages" in stream.getvalue()


def raised(error: Exception, *, behind: Exception | None = None) -> Exception:
    try:
        raise error from behind
    except type(error) as caught:
        return caught


@pytest.mark.parametrize("as_json", [False, True])
def test_an_unexpected_error_is_told_by_its_kind_and_place_alone(as_json: bool) -> None:
    """Its words may be a person's: a KeyError is the word that was looked up."""
    stream = logged(as_json=as_json)
    inner = ExceptionGroup("gantz", [raised(KeyError("gantz"))])
    error = raised(StorageError("The disk is full."), behind=raised(RuntimeError("gantz"), behind=inner))
    logging.getLogger("bot").error("no", exc_info=error)
    line = stream.getvalue()
    assert "gantz" not in line
    assert all(name in line for name in ("KeyError", "RuntimeError", "ExceptionGroup", "in raised"))
    assert "retrieval.errors.StorageError: The disk is full." in line


def test_what_the_disk_or_a_database_says_is_kept() -> None:
    assert told(OSError(28, "No space left on device")).endswith("No space left on device")
    assert told(sqlite3.OperationalError("database is locked")).endswith("database is locked")


def test_json_lines_are_one_object_a_record() -> None:
    stream = logged(as_json=True, secrets=("hunter2",))
    logging.getLogger("bot.a").info("one\ntwo “three” hunter2")
    logging.getLogger("bot.b").error("four", exc_info=raised(StorageError("hunter2 five")))
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first.keys() == {"time", "level", "logger", "message"}
    assert (first["level"], first["logger"], first["message"]) == ("INFO", "bot.a", "one\ntwo “three” [redacted]")
    assert second["error"] == "retrieval.errors.StorageError: [redacted] five"
    assert second["traceback"].startswith("Traceback (most recent call last):")


def test_libraries_that_show_what_they_store_are_silent_at_debug() -> None:
    stream = logged(level="DEBUG")
    logging.getLogger("aiosqlite").debug("executing INSERT ('gantz')")
    logging.getLogger("cogs.x").debug("ours")
    assert "gantz" not in stream.getvalue()
    assert "ours" in stream.getvalue()


async def test_a_fault_that_nobody_waited_for_is_logged_without_arguments() -> None:
    stream = logged()
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(log_loop_fault)

    def fail(word: str) -> None:
        raise KeyError(word)

    loop.call_soon(fail, "gantz")
    await asyncio.sleep(0.01)
    loop.set_exception_handler(before)
    assert "gantz" not in stream.getvalue()
    assert "KeyError" in stream.getvalue()

"""Log lines are readable and hold no secret, not even in a traceback."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import set_up_logging


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root, theirs = logging.getLogger(), logging.getLogger("discord")
    before = (root.level, root.handlers[:], theirs.level)
    yield
    root.handlers[:] = before[1]
    root.setLevel(before[0])
    theirs.setLevel(before[2])


def logged(*, level: str = "INFO", secrets: tuple[str, ...] = (), zone: str = "UTC") -> io.StringIO:
    stream = io.StringIO()
    set_up_logging(level=level, secrets=secrets, time_zone=zone, stream=stream)
    return stream


def test_a_line_tells_time_level_and_place() -> None:
    stream = logged(zone="Asia/Jerusalem")
    logging.getLogger("bot.client").info("ready")
    line = stream.getvalue()
    assert line.endswith(" INFO    bot.client: ready\n")
    assert line.split(" ")[0][-6:] in ("+02:00", "+03:00")


def test_a_secret_is_blotted_out_in_messages_and_tracebacks() -> None:
    stream = logged(secrets=("hunter2", ""))
    logging.getLogger("x").error("token %s", "hunter2", exc_info=RuntimeError("refused hunter2"))
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

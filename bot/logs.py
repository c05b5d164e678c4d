"""Sets up logging: one readable line or one JSON object a record, without secrets and without what people wrote.

What our own calls log holds no message text. Two things could bring it in all the same, and are kept out here: the
words of an unexpected exception (`KeyError: 'a word of the question'`), and what libraries say at DEBUG (aiosqlite
writes every value that is stored, discord.py every event).
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import traceback
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from types import TracebackType
from typing import Any, TextIO
from zoneinfo import ZoneInfo

LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
REDACTED = "[redacted]"
OURS = ("bot", "cogs", "retrieval")
"""The packages whose records are shown below INFO, if the level says so."""

# The shape of a Discord token: an id, a time and a signature in base64, joined by dots; and of the token in an
# interaction's address, with which anybody could answer in its place for a quarter of an hour.
_TOKEN = re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|(?<=\d/)[\w-]{60,}")
_SPEAK_FOR_THEMSELVES = frozenset({"aiohttp", "discord", "sqlite3", "retrieval", "bot"})
_REPEAT_WHAT_WAS_TYPED = ("discord.app_commands", "discord.ext.commands")
_Excinfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

log = logging.getLogger(__name__)


def told(error: BaseException) -> str:
    """Return the kind of an error, and its own words where these cannot hold what somebody wrote."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    package = kind.__module__.split(".")[0]
    known = package in _SPEAK_FOR_THEMSELVES and not kind.__module__.startswith(_REPEAT_WHAT_WAS_TYPED)
    words = str(error) if known or isinstance(error, OSError) else ""
    return f"{name}: {words}" if words else name


def traced(error: BaseException) -> str:
    """Return the traceback of an error and of those behind it, the first cause first, each as `told`."""
    parts = []
    for one in reversed(list(_behind(error))):
        frames = "".join(traceback.format_tb(one.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{told(one)}" if frames else told(one))
        if isinstance(one, BaseExceptionGroup):
            parts += [traced(inner) for inner in one.exceptions]
    return "\n\n".join(parts)


def _behind(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        yield now
        seen.add(id(now))
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and replaces every secret in the result."""

    def __init__(self, *, secrets: Sequence[str], zone: tzinfo) -> None:
        super().__init__(LINE)
        self._secrets = tuple(secret for secret in secrets if secret)
        self._zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """Give the record's time with its offset, so that logs of two machines can be compared."""
        return datetime.fromtimestamp(record.created, tz=self._zone).isoformat(timespec="milliseconds")

    def formatException(self, ei: _Excinfo) -> str:  # noqa: N802
        """Give the traceback without the words of unexpected exceptions."""
        return traced(ei[1]) if ei[1] is not None else ""

    def format(self, record: logging.LogRecord) -> str:
        """Format `record`; the secrets are replaced last, so that no part of a line can bring one in."""
        record.exc_text = None  # another handler's formatter may have left its own there
        return self.redacted(super().format(record))

    def redacted(self, text: str) -> str:
        """Return a text with every secret replaced."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return _TOKEN.sub(REDACTED, text)


class JsonFormatter(RedactingFormatter):
    """Formats a record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Format `record` as {"time", "level", "logger", "message"}, and "error" and "traceback" where there is one."""
        fields = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self.redacted(record.getMessage()),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            fields |= {"error": self.redacted(told(error)), "traceback": self.redacted(traced(error))}
        return json.dumps(fields, ensure_ascii=False)


def set_up_logging(
    *,
    level: str,
    secrets: Sequence[str] = (),
    time_zone: str = "UTC",
    as_json: bool = False,
    stream: TextIO | None = None,
) -> None:
    """Send all log records to `stream` (standard error by default), replacing earlier handlers."""
    handler = logging.StreamHandler(stream)
    formatter = JsonFormatter if as_json else RedactingFormatter
    handler.setFormatter(formatter(secrets=secrets, zone=ZoneInfo(time_zone)))
    theirs = max(logging.INFO, logging.getLevelName(level))
    logging.basicConfig(level=theirs, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def log_loop_fault(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what the event loop could tell nobody, for `loop.set_exception_handler`; asyncio itself shows arguments."""
    log.error("in the event loop: %s", str(context["message"]).split("(")[0].strip(), exc_info=context.get("exception"))

"""Sets up logging: one readable line a record, in the chosen time zone, with secrets blotted out."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TextIO
from zoneinfo import ZoneInfo

LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
REDACTED = "[redacted]"
# The shape of a Discord token: an id, a time and a signature in base64, joined by dots.
_TOKEN = re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and replaces every secret in the result."""

    def __init__(self, *, secrets: Sequence[str], zone: tzinfo) -> None:
        super().__init__(LINE)
        self._secrets = tuple(secret for secret in secrets if secret)
        self._zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """Give the record's time with its offset, so that logs of two machines can be compared."""
        return datetime.fromtimestamp(record.created, tz=self._zone).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """Format `record`; the secrets are replaced last, so that no part of a line can bring one in."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, REDACTED)
        return _TOKEN.sub(REDACTED, line)


class JsonFormatter(RedactingFormatter):
    """Formats a record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Format `record` as {"time", "level", "logger", "message"}, traceback in the message."""
        time = self.formatTime(record)
        line = super().format(record)
        message = line[line.index(f"{record.name}: ") + len(record.name) + 2 :]
        fields = {"time": time, "level": record.levelname, "logger": record.name, "message": message}
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
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # At DEBUG discord.py writes whole gateway payloads, and with them what people said.
    logging.getLogger("discord").setLevel(max(logging.INFO, logging.getLevelName(level)))

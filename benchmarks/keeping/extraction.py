"""Reads saved pages as the bot reads pages.

python -m benchmarks.keeping.extraction PAGES_DIR GROUND_TRUTH --out OUT.json

PAGES_DIR holds `ID.html.gz` (or `ID.html`), GROUND_TRUTH the pages' ids and addresses, as in scrapinghub's
article-extraction-benchmark. OUT.json becomes `{id: {"articleBody": text}}`, which that benchmark scores.
Sentences whose words do not stand next to each other on their page are printed and counted; there should be none.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
from pathlib import Path

from trafilatura.utils import load_html

from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_page
from retrieval.keeping.formats.content import read_content
from retrieval.keeping.formats.marks import resolve_marks
from retrieval.keeping.formats.visible import VisibleWords
from retrieval.keeping.ingest.sandbox import Sandbox
from retrieval.language.sentences import split_sentences


async def extract(pages: Path, gold: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the article body of each page of the ground truth; empty where the bot finds none."""
    sandbox = Sandbox()
    bodies: dict[str, dict[str, str]] = {}
    for page_id, page in gold.items():
        url = page.get("url") or f"https://example.org/{page_id}"
        try:
            draft = await sandbox.run(read_content, _page(pages, page_id), origin=url, name=page_id, url=url)
            bodies[page_id] = {"articleBody": draft.text}
        except ArticleError as error:
            print(f"{page_id}: {error}")
            bodies[page_id] = {"articleBody": ""}
    await sandbox.close()
    return bodies


def torn_sentences(page: bytes, text: str) -> list[str]:
    """Return the sentences of a page's text whose words do not stand next to each other on the page."""
    tree = load_html(decode_page(page))
    if tree is None:
        return []
    resolve_marks(tree)
    visible = VisibleWords(tree)
    return [words for sentence in split_sentences(text) if not visible.hold(words := sentence.span.of(text))]


def _page(pages: Path, page_id: str) -> bytes:
    packed = pages / f"{page_id}.html.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (pages / f"{page_id}.html").read_bytes()


def main() -> None:
    """Extract and write the run file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path, metavar="PAGES_DIR")
    parser.add_argument("ground_truth", type=Path, metavar="GROUND_TRUTH")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    gold = json.loads(arguments.ground_truth.read_text(encoding="utf-8"))
    bodies = asyncio.run(extract(arguments.pages, gold))
    arguments.out.write_text(json.dumps(bodies, ensure_ascii=False, indent=1), encoding="utf-8")
    torn = {
        page_id: torn_sentences(_page(arguments.pages, page_id), body["articleBody"])
        for page_id, body in bodies.items()
    }
    for page_id, sentences in torn.items():
        for sentence in sentences:
            print(f"{page_id}: not contiguous on its page: {sentence}")
    total = sum(len(split_sentences(body["articleBody"])) for body in bodies.values())
    print(f"{sum(map(len, torn.values()))} of {total} sentences are not contiguous on their page")
    print(f"{len(bodies)} pages read into {arguments.out}")


if __name__ == "__main__":
    main()

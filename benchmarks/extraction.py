"""Reads saved pages as the bot reads pages, and holds what came in against the pages and their labels.

python -m benchmarks.extraction PAGES_DIR GROUND_TRUTH --out OUT.json

PAGES_DIR holds `ID.html.gz` (or `ID.html`), GROUND_TRUTH the pages' ids, addresses and article bodies, as in
scrapinghub's article-extraction-benchmark. OUT.json becomes `{id: {"articleBody": text}}`, which that benchmark scores.
Ends with status 1 where a sentence's words do not stand next to each other on their page, or where the mean F1 of word
4-grams is below `LEAST_F1`. Bylines and days are held against `read_credits.json`: what readers see on each page.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

from trafilatura.utils import load_html

from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_page
from retrieval.keeping.formats.content import read_content
from retrieval.keeping.formats.marks import resolve_marks
from retrieval.keeping.formats.visible import VisibleWords
from retrieval.keeping.ingest.sandbox import Sandbox
from retrieval.language.sentences import split_sentences

LEAST_F1 = 0.97
READ = Path(__file__).parent / "read_credits.json"
"""Of every second page: the byline and the day of publishing that its readers see, None where there is none."""


async def extract(pages: Path, gold: dict[str, dict[str, str]]) -> dict[str, ArticleDraft]:
    """Return what is read of each page of the ground truth, without those in which the bot finds no article."""
    sandbox = Sandbox()
    drafts: dict[str, ArticleDraft] = {}
    for page_id, page in gold.items():
        url = page.get("url") or f"https://example.org/{page_id}"
        try:
            drafts[page_id] = await sandbox.run(read_content, _page(pages, page_id), origin=url, name=page_id, url=url)
        except ArticleError as error:
            print(f"{page_id}: {error}")
    await sandbox.close()
    return drafts


def torn_sentences(page: bytes, text: str) -> list[str]:
    """Return the sentences of a page's text whose words do not stand next to each other on the page."""
    tree = load_html(decode_page(page))
    if tree is None:
        return []
    resolve_marks(tree)
    visible = VisibleWords(tree)
    return [words for sentence in split_sentences(text) if not visible.hold(words := sentence.span.of(text))]


def f1_of(gold: str, text: str) -> float:
    """Return the F1 of the word 4-grams of a text against those of its gold body."""
    wanted, taken = _grams(gold), _grams(text)
    shared = (wanted & taken).total()
    return 2 * shared / (wanted.total() + taken.total()) if shared else float(not wanted and not taken)


def credits_line(what: str, pairs: list[tuple[str | None, str | None]]) -> str:
    """Say how many parts of credits are shown, how many of these are wrong, and how many are left out."""
    shown = [(read, said) for read, said in pairs if said is not None]
    wrong = sum(read is None or read not in said for read, said in shown)
    left_out = sum(read is not None and said is None for read, said in pairs)
    right = 1 - wrong / len(shown) if shown else 1.0
    return f"{what}: {len(shown)} shown, {wrong} wrong ({right:.1%} right), {left_out} left out"


def _grams(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    size = min(4, max(1, len(words)))
    return Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _page(pages: Path, page_id: str) -> bytes:
    packed = pages / f"{page_id}.html.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (pages / f"{page_id}.html").read_bytes()


def _report_credits(drafts: dict[str, ArticleDraft]) -> None:
    read = json.loads(READ.read_text(encoding="utf-8"))
    known = {page_id: draft.credit if (draft := drafts.get(page_id)) else Credit() for page_id in read}
    print(credits_line("bylines", [(read[one]["byline"], credit.byline) for one, credit in known.items()]))
    days = {one: str(credit.published_at.date()) if credit.published_at else None for one, credit in known.items()}
    print(credits_line("days", [(read[one]["day"], day) for one, day in days.items()]))


def main() -> None:
    """Extract, write the run file, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path, metavar="PAGES_DIR")
    parser.add_argument("ground_truth", type=Path, metavar="GROUND_TRUTH")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    gold = json.loads(arguments.ground_truth.read_text(encoding="utf-8"))
    drafts = asyncio.run(extract(arguments.pages, gold))
    texts = {page_id: draft.text if (draft := drafts.get(page_id)) else "" for page_id in gold}
    bodies = {page_id: {"articleBody": text} for page_id, text in texts.items()}
    arguments.out.write_text(json.dumps(bodies, ensure_ascii=False, indent=1), encoding="utf-8")
    torn = [
        f"{page_id}: not contiguous on its page: {sentence}"
        for page_id, text in texts.items()
        if text
        for sentence in torn_sentences(_page(arguments.pages, page_id), text)
    ]
    print(*torn, sep="\n")
    total = sum(len(split_sentences(text)) for text in texts.values())
    print(f"{len(torn)} of {total} sentences are not contiguous on their page")
    f1 = sum(f1_of(gold[page_id]["articleBody"], text) for page_id, text in texts.items()) / len(gold)
    _report_credits(drafts)
    print(f"{len(drafts)} of {len(gold)} pages read into {arguments.out}, mean F1 {f1:.4f}")
    sys.exit(1 if torn or f1 < LEAST_F1 else 0)


if __name__ == "__main__":
    main()

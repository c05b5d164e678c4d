"""`pullquote attribute`: who is credited with what in texts, without storing them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.commands.session import opened, print_json
from bot.output.json_attributions import attributions_json
from bot.output.terminal import plain
from bot.settings import Settings
from retrieval.domain.articles import Article, Credit
from retrieval.engine import Engine
from retrieval.errors import ArticleError
from retrieval.keeping.ingest.intake import Ingest

GROUP = 16
"""Articles read together: the encoder's batches fill better."""


async def attribute(settings: Settings, files: Sequence[Path], *, as_json: bool) -> None:
    """Print the attributions of article files, and of each line of `.jsonl` files of {"id", "text"}.

    As JSON: one list for the article files, and one object a line for the lines of `.jsonl` files.
    """
    async with opened(settings, quiet=as_json) as engine:
        single = await _articles([file for file in files if file.suffix != ".jsonl"])
        if single:
            made = await engine.attributions(single)
            found = [attributions_json(article.article_id, its) for article, its in zip(single, made, strict=True)]
            if as_json:
                print_json(found)
            else:
                _print(single, found)
        for file in files:
            if file.suffix == ".jsonl":
                await _lines(engine, file)


async def _articles(files: Sequence[Path]) -> list[Article]:
    ingest = Ingest()
    try:
        drafts = [await ingest.path(file) for file in files]
    finally:
        await ingest.close()
    return [Article(str(file), draft.text, draft.credit) for file, draft in zip(files, drafts, strict=True)]


async def _lines(engine: Engine, file: Path) -> None:
    group: list[Article] = []
    for article in _read_lines(file):
        group.append(article)
        if len(group) == GROUP:
            await _print_lines(engine, group)
            group = []
    await _print_lines(engine, group)


def _read_lines(file: Path) -> Iterator[Article]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(f"{file} cannot be read ({error}); give UTF-8 lines of JSON.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            yield Article(str(entry["id"]), str(entry["text"]), Credit())
        except (ValueError, KeyError, TypeError) as error:
            raise ArticleError(
                f'Line {number} of {file} is not an object like {{"id": "1", "text": "..."}}; correct it.'
            ) from error


async def _print_lines(engine: Engine, articles: Sequence[Article]) -> None:
    for article, made in zip(articles, await engine.attributions(articles), strict=True):
        print_json(attributions_json(article.article_id, made))


def _print(articles: Sequence[Article], found: Sequence[dict[str, Any]]) -> None:
    console = Console(highlight=False)
    for article, entry in zip(articles, found, strict=True):
        console.print(Text(article.article_id, style="bold"))
        shown = [one for one in entry["attributions"] if one["shown"]]
        for one in shown:
            words = " … ".join(article.text[s["start"] : s["end"]] for s in one["content"])
            cue = " ".join(article.text[s["start"] : s["end"]] for s in one["cue"])
            console.print(Text(plain(f"  {one['name']} ({one['kind']}, “{cue}”): {words}")), soft_wrap=True)
        if not shown:
            console.print("  No attribution found in the text.")

"""Lists articles and shows one: `pullquote articles` and `article`, and `library list` and `show`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from bot.commands.session import print_json
from bot.opening import open_engine
from bot.output.json_answers import JSON, article_json, summary_json
from bot.output.json_library import listed_json, shown_json
from bot.output.terminal import print_article, print_articles
from bot.settings import Settings
from retrieval.domain.articles import ArticleSummary, StoredArticle
from retrieval.errors import ArticleError


@dataclass(frozen=True, slots=True)
class Wording:
    """What one family of commands says of articles: the JSON of each, and what an unknown id is told."""

    listed: Callable[[ArticleSummary], JSON]
    shown: Callable[[StoredArticle, int], JSON]
    unknown: str


BRIEF = Wording(summary_json, article_json, "There is no article {id!r}; `pullquote articles` lists them.")
FULL = Wording(listed_json, shown_json, "The library has no article {id!r}; `pullquote library list` shows the ids.")


async def list_articles(settings: Settings, library: str, *, wording: Wording, as_json: bool) -> None:
    """List a library's articles, newest first."""
    engine = await open_engine(settings)
    try:
        listed = await engine.articles([library])
    finally:
        await engine.close()
    if as_json:
        print_json([wording.listed(summary) for summary in listed])
    else:
        print_articles(Console(), listed)


async def show_article(settings: Settings, library: str, article_id: str, *, wording: Wording, as_json: bool) -> None:
    """Show one article with its text; raises `ArticleError` for an id that the library has not."""
    engine = await open_engine(settings)
    try:
        stored = await engine.article(article_id, [library])
        passages = next((s.passages for s in await engine.articles([library]) if s.article_id == article_id), 0)
    finally:
        await engine.close()
    if stored is None:
        raise ArticleError(wording.unknown.format(id=article_id))
    if as_json:
        print_json(wording.shown(stored, passages))
    else:
        print_article(Console(), stored)

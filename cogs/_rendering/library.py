"""Writes what admins read about the articles of their library; titles and file names in it are hostile input."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from bot.words.answers import date_words, published_layer
from bot.words.grammar import counted
from cogs._markdown.lengths import ELLIPSIS, MESSAGE_LIMIT, shown, units
from cogs._rendering.credit import safe_url
from retrieval.domain.articles import ArticleSummary, Credit, StoredArticle
from retrieval.domain.libraries import AddedArticle, Change, RemovedArticle, Transfer

ARTICLES_A_PAGE = 10
NO_ARTICLES = "This server's library has no articles yet. Add one with `/library add`, or follow a feed."
NO_SUCH_ARTICLE = "This server's library has no such article; `/library list` shows those it has."
NOT_RESTORABLE = "No removed article has this id, or the time to undo its removal is over."
NOTHING_REMOVED = "Nothing was removed."
_TITLE_LIMIT, _ID_LIMIT, _BEGINNING_LIMIT = 200, 120, 900
_CHOICE_LIMIT = 100


def named(credit: Credit, fallback: str) -> str:
    """Return an article's title in quotation marks, or what it was made from when it has none."""
    return f"“{shown(title_of(credit, fallback), limit=_TITLE_LIMIT)}”"


def title_of(credit: Credit, fallback: str) -> str:
    """Return an article's title as it is, or what it was made from."""
    return (credit.title or "").strip() or fallback


def added_text(added: AddedArticle) -> str:
    """Return what became of an article that was brought in."""
    name, ident = named(added.credit, added.origin), shown(added.article_id, limit=_ID_LIMIT)
    match added.change:
        case Change.ADDED:
            told = f"Added {name}, {counted(added.passages, 'passage')}."
        case Change.CHANGED:
            told = f"{name} was in the library and has changed; it is now up to date."
        case Change.UNCHANGED:
            told = f"{name} is in the library already, word for word. Nothing was changed."
        case Change.CREDITED:
            told = f"The library has these very words already; they are now credited to {_origin(added)} as well."
    return f"{told}\n-# Id: {ident}"


def ask_removal_text(summary: ArticleSummary) -> str:
    """Return the question whether to remove an article."""
    return f"Remove {named(summary.credit, summary.origin)} from this server's library?"


def removed_text(removed: RemovedArticle) -> str:
    """Return that an article was removed, and until when that can be undone."""
    name, ident = named(removed.credit, removed.article_id), shown(removed.article_id, limit=_ID_LIMIT)
    until = _moment(removed.restorable_until)
    return f"Removed {name}. You can undo this until {until}, here or with `/library restore`.\n-# Id: {ident}"


def restored_text(restored: AddedArticle) -> str:
    """Return that an article is back."""
    return f"{named(restored.credit, restored.origin)} is back in the library."


def article_pages(summaries: Sequence[ArticleSummary]) -> list[str]:
    """Return the pages that list articles; one that says so if there are none."""
    if not summaries:
        return [NO_ARTICLES]
    heading = f"**This server's library** · {counted(len(summaries), 'article')}"
    return paged(heading, [_line(summary) for summary in summaries], per_page=ARTICLES_A_PAGE)


def article_text(stored: StoredArticle, summary: ArticleSummary) -> str:
    """Return one article: who published it, where it is, and how it begins."""
    article = stored.article
    lines = [
        f"**{shown(title_of(article.credit, summary.origin), limit=_TITLE_LIMIT)}**",
        published_layer(article.credit, show=lambda text, limit: shown(text, limit=limit)),
        f"{counted(summary.passages, 'passage')} · {counted(len(article.text), 'character')}",
    ]
    if (url := safe_url(article.credit.url)) is not None:
        lines.append(f"[Open the article](<{url}>)")
    lines.append(f"> {shown(article.text, limit=_BEGINNING_LIMIT)}")
    lines.append(f"-# Id: {shown(article.article_id, limit=_ID_LIMIT)}")
    return "\n".join(lines)


def exported_text(transfer: Transfer) -> str:
    """Return what an export holds."""
    feeds = f" and {counted(transfer.feeds, 'feed')}" if transfer.feeds else ""
    return (
        f"This server's library: {counted(transfer.articles, 'article')}{feeds}. `/library import` takes it in again."
    )


def choice_name(text: str) -> str:
    """Return `text` as the name of an autocomplete choice: one line of at most 100 harmless characters."""
    # Choices know no Markdown, but a bidirectional override would turn the other choices around as well.
    kept = "".join(char for char in " ".join(text.split()) if unicodedata.category(char)[0] != "C")
    line = (" ".join(kept.split()) or "?")[: 2 * _CHOICE_LIMIT]
    if units(line) <= _CHOICE_LIMIT:
        return line
    while units(line) >= _CHOICE_LIMIT:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


def paged(heading: str, lines: Sequence[str], *, per_page: int) -> list[str]:
    """Return pages of whole lines under a heading, each within Discord's limit.

    A line must fit beside the heading; `shown` sees to that.
    """
    room = MESSAGE_LIMIT - units(heading) - len("\n\n\n-# Page 10,000 of 10,000")
    groups: list[list[str]] = [[]]
    for line in lines:
        if groups[-1] and (len(groups[-1]) == per_page or units("\n".join([*groups[-1], line])) > room):
            groups.append([])
        groups[-1].append(line)
    return [
        f"{heading}\n\n" + "\n".join(group) + (f"\n-# Page {number:,} of {len(groups):,}" if len(groups) > 1 else "")
        for number, group in enumerate(groups, 1)
    ]


def _line(summary: ArticleSummary) -> str:
    credit = summary.credit
    parts = [
        f"- {shown(title_of(credit, summary.origin), limit=80)}",
        shown(credit.publisher or "", limit=40),
        date_words(credit.published_at),
        counted(summary.passages, "passage"),
    ]
    return f"{' · '.join(part for part in parts if part)}\n  -# {shown(summary.article_id, limit=60)}"


def _origin(added: AddedArticle) -> str:
    return shown(added.credit.publisher or added.origin, limit=_TITLE_LIMIT)


def _moment(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:f>"

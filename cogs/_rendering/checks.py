"""Turns a checked quote into the messages that tell it."""

from __future__ import annotations

from bot.words.checks import not_in_the_articles, verdict_words
from cogs._markdown.lengths import shown
from cogs._rendering.answers import render_quotes
from retrieval.domain.lookups import QuoteCheck

_CHECKED_LIMIT, _VERDICT_LIMIT, _MISSING_LIMIT = 300, 600, 400


def render_check(check: QuoteCheck) -> list[str]:
    """Return what was checked, the verdict, and the articles' words, those that differ in bold."""
    lines = [
        f"-# Checked: “{shown(check.text, limit=_CHECKED_LIMIT)}”",
        shown(verdict_words(check), limit=_VERDICT_LIMIT),
    ]
    if missing := not_in_the_articles(check):
        listed = ", ".join(f"“{words}”" for words in missing)
        lines.append(f"-# Not in the articles: {shown(listed, limit=_MISSING_LIMIT)}")
    return render_quotes("\n".join(lines), check.quotes)

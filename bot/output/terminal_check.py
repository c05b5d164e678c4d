"""How a checked quote looks in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from bot.output.terminal import plain, print_quotes, print_text
from bot.words.checks import not_in_the_articles, verdict_words
from retrieval.domain.lookups import QuoteCheck


def print_check(console: Console, check: QuoteCheck) -> None:
    """Print the verdict, the articles' own words, and what of the text they have not."""
    print_text(console, Text(plain(verdict_words(check))))
    print_quotes(console, check.quotes, marked=True)
    if missing := not_in_the_articles(check):
        listed = ", ".join(f"“{plain(words)}”" for words in missing)
        print_text(console, Text(f"Not in the articles: {listed}"), indent=2)

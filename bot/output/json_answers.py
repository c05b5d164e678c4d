"""The JSON that scripts read: each function returns exactly the documented keys."""

from __future__ import annotations

from typing import Any

from bot.words.refusals import refusal_words
from retrieval.domain.answers import Answer, Comparison, NoAnswer, Outcome, Quote
from retrieval.domain.articles import ArticleSummary, Credit, StoredArticle
from retrieval.domain.libraries import IndexReport
from retrieval.domain.lookups import QuoteCheck, SourceSummary

JSON = dict[str, Any]


def outcome_json(outcome: Outcome, *, elapsed_ms: float) -> JSON:
    """Return an answer or a refusal as `pullquote ask --json` prints it."""
    answer = outcome if isinstance(outcome, Answer) else None
    refusal = outcome if isinstance(outcome, NoAnswer) else None
    return {
        "question": outcome.question,
        "about": list(outcome.about),
        "answered": answer is not None,
        "reason": refusal_words(refusal) if refusal else None,
        "quotes": [quote_json(quote) for quote in answer.quotes] if answer else [],
        "comparisons": [comparison_json(comparison, answer) for comparison in answer.comparisons] if answer else [],
        "reporters": list(answer.reporters) if answer else [],
        "taken_for": dict(answer.taken_for) if answer else {},
        "near_misses": [quote_json(quote) for quote in refusal.near_misses] if refusal else [],
        "elapsed_ms": round(elapsed_ms, 1),
    }


def comparison_json(comparison: Comparison, answer: Answer) -> JSON:
    """Return which quotes of an answer tell the same, or differ, by their places in `quotes`."""
    return {
        "relation": comparison.relation.value,
        "quotes": [answer.quotes.index(quote) for quote in comparison.quotes],
        "reporters": list(comparison.reporters),
        "values": list(comparison.values),
    }


def quote_json(quote: Quote) -> JSON:
    """Return a quote with both layers of who it comes from."""
    attribution = quote.attribution
    return {
        "text": quote.text,
        "article_id": quote.article_id,
        "start": quote.start,
        "end": quote.end,
        "score": round(quote.score, 4),
        "emphasis": [[span.start, span.end] for span in quote.emphasis],
        "credit": credit_json(quote.credit),
        "attribution": {"source": attribution.name, "cue": attribution.cue_text, "kind": attribution.kind.value}
        if attribution is not None
        else None,
    }


def check_json(check: QuoteCheck) -> JSON:
    """Return a checked quote as `pullquote quote --json` prints it; `diff` is null where nothing differs."""
    return {
        "verdict": check.verdict.value,
        "quotes": [quote_json(quote) for quote in check.quotes],
        "diff": [{"op": segment.op, "asked": segment.asked, "article": segment.article} for segment in check.diff]
        or None,
    }


def credit_json(credit: Credit) -> JSON:
    """Return who published an article; what is not known is null. A label is no title of the article's own."""
    return {
        "title": credit.title,
        "publisher": credit.publisher,
        "byline": credit.byline,
        "published_at": credit.published_at.isoformat() if credit.published_at else None,
        "url": credit.url,
    }


def source_json(summary: SourceSummary) -> JSON:
    """Return one line of `pullquote sources --json`."""
    return {
        "source": summary.source,
        "kind": summary.kind.value,
        "quotes": summary.quotes,
        "articles": summary.articles,
        "first_at": summary.first_at.isoformat() if summary.first_at else None,
        "last_at": summary.last_at.isoformat() if summary.last_at else None,
    }


def report_json(report: IndexReport) -> JSON:
    """Return an indexing run as `pullquote index --json` prints it."""
    return {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "failed": [{"path": path, "error": error} for path, error in report.failed],
        "passages": report.passages,
        "seconds": round(report.seconds, 3),
    }


def summary_json(summary: ArticleSummary) -> JSON:
    """Return one line of `pullquote articles --json`."""
    credit = credit_json(summary.credit)
    return {
        "article_id": summary.article_id,
        "title": credit["title"],
        "publisher": credit["publisher"],
        "published_at": credit["published_at"],
        "url": credit["url"],
        "passages": summary.passages,
    }


def article_json(stored: StoredArticle, passages: int) -> JSON:
    """Return one article with its text, so that anyone can check `text[start:end]`."""
    credit = credit_json(stored.article.credit)
    return {
        "article_id": stored.article.article_id,
        "title": credit["title"],
        "publisher": credit["publisher"],
        "published_at": credit["published_at"],
        "url": credit["url"],
        "passages": passages,
        "text": stored.article.text,
    }

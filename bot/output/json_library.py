"""The JSON of `pullquote library …`: each function returns exactly the documented keys."""

from __future__ import annotations

from bot.output.json_answers import JSON, article_json, credit_json, report_json
from retrieval.domain.articles import ArticleSummary, StoredArticle
from retrieval.domain.libraries import (
    AddedArticle,
    DoubtfulVersion,
    Feed,
    IndexReport,
    LibraryStatus,
    RemovedArticle,
    RunRecord,
)


def added_json(added: AddedArticle) -> JSON:
    """Return an article that was brought in."""
    return {
        "article_id": added.article_id,
        "change": added.change.value,
        "origin": added.origin,
        "credit": credit_json(added.credit),
        "passages": added.passages,
    }


def doubtful_json(version: DoubtfulVersion) -> JSON:
    """Return a new version that waits for a decision."""
    return {
        "version_id": version.version_id,
        "article_id": version.article_id,
        "origin": version.origin,
        "credit": credit_json(version.credit),
        "kept": round(version.kept, 3),
        "looks": version.looks.value if version.looks else None,
        "characters": version.characters,
        "old_characters": version.old_characters,
        "beginning": version.beginning,
        "seen_at": version.seen_at.isoformat(),
    }


def removed_json(removed: RemovedArticle) -> JSON:
    """Return an article that was taken out."""
    return {
        "article_id": removed.article_id,
        "credit": credit_json(removed.credit),
        "removed_at": removed.removed_at.isoformat(),
        "restorable_until": removed.restorable_until.isoformat(),
    }


def listed_json(summary: ArticleSummary) -> JSON:
    """Return one line of `library list --json`."""
    return {
        "article_id": summary.article_id,
        "origin": summary.origin,
        "credit": credit_json(summary.credit),
        "passages": summary.passages,
        "characters": summary.characters,
    }


def shown_json(stored: StoredArticle, passages: int) -> JSON:
    """Return one article with its text, its language and who else carries it."""
    carriers = [credit_json(credit) for credit in stored.carriers]
    extra = {"byline": stored.article.credit.byline, "language": stored.article.language, "also_carried_by": carriers}
    return article_json(stored, passages) | extra


def job_json(report: IndexReport) -> JSON:
    """Return a re-index or an import: the report of `pullquote index`, and what became of each article."""
    return report_json(report) | {
        "credited": report.credited,
        "vanished": report.vanished,
        "doubtful": [doubtful_json(version) for version in report.doubtful],
        "cancelled": report.cancelled,
        "articles": [
            {"article_id": one.article_id, "origin": one.origin, "change": one.change.value} for one in report.brought
        ],
    }


def feed_json(feed: Feed) -> JSON:
    """Return one feed."""
    return {
        "feed_id": feed.feed_id,
        "url": feed.url,
        "title": feed.title,
        "paused": feed.paused,
        "articles": feed.articles,
        "polled_at": feed.polled_at.isoformat() if feed.polled_at else None,
        "next_poll_at": feed.next_poll_at.isoformat(),
        "failures": feed.failures,
        "last_error": feed.last_error,
    }


def status_json(status: LibraryStatus) -> JSON:
    """Return a library at a glance, with its last runs."""
    return {
        "library": status.library,
        "articles": status.articles,
        "passages": status.passages,
        "characters": status.characters,
        "quota": {"articles": status.quota.articles, "characters": status.quota.characters} if status.quota else None,
        "feeds": status.feeds,
        "doubtful": status.doubtful,
        "runs": [_run_json(run) for run in status.runs],
    }


def _run_json(run: RunRecord) -> JSON:
    return {
        "what": run.what,
        "state": run.state.value,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "added": run.added,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "credited": run.credited,
        "removed": run.removed,
        "vanished": run.vanished,
        "doubtful": run.doubtful,
        "passages": run.passages,
        "failed": [{"path": failure.origin, "error": failure.reason} for failure in run.failures],
    }

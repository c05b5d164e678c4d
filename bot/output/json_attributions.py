"""The JSON of attributions: who, inside a text, is credited with what."""

from __future__ import annotations

from collections.abc import Sequence

from bot.output.json_answers import JSON
from retrieval.domain.articles import Attribution, Span


def attributions_json(article_id: str, attributions: Sequence[Attribution]) -> JSON:
    """Return the attributions of one article as `pullquote attribute --json` prints them."""
    return {"id": article_id, "attributions": [attribution_json(found) for found in attributions]}


def attribution_json(attribution: Attribution) -> JSON:
    """Return one attribution."""
    return {
        "source": _spans(attribution.source),
        "cue": _spans(attribution.cue),
        "content": _spans(attribution.content),
        "kind": attribution.kind.value,
        "name": attribution.name,
        "confidence": round(attribution.confidence, 4),
        "shown": attribution.shown,
    }


def _spans(spans: Sequence[Span]) -> list[dict[str, int]]:
    return [{"start": span.start, "end": span.end} for span in spans]

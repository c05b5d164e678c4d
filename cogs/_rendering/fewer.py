"""Shortens an answer to as many quotes as a server wants."""

from __future__ import annotations

from dataclasses import replace

from retrieval.domain.answers import Answer, Comparison, Outcome, Relation


def at_most(outcome: Outcome, most: int | None) -> Outcome:
    """Return `outcome` with its first `most` quotes; None: with all.

    Of quotes that tell the same those that are left still do; a difference is told of both or not at all.
    """
    if most is None:
        return outcome
    if not isinstance(outcome, Answer):
        return replace(outcome, near_misses=outcome.near_misses[:most])
    quotes = outcome.quotes[:most]
    shortened = (_shortened(comparison, quotes) for comparison in outcome.comparisons)
    return replace(outcome, quotes=quotes, comparisons=tuple(kept for kept in shortened if kept is not None))


def _shortened(comparison: Comparison, kept: tuple[object, ...]) -> Comparison | None:
    pairs = [
        (quote, reporter)
        for quote, reporter in zip(comparison.quotes, comparison.reporters, strict=True)
        if quote in kept
    ]
    if len(pairs) == len(comparison.quotes):
        return comparison
    if len(pairs) < 2 or comparison.relation is not Relation.SAME:
        return None
    return replace(
        comparison,
        quotes=tuple(quote for quote, _ in pairs),
        reporters=tuple(reporter for _, reporter in pairs),
    )

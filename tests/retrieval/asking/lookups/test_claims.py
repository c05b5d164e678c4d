"""Words that were denied, handed on, nested or cut short are confirmed as nobody's but the one's who said them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quote_claims import KINDS, make_claims
from benchmarks.quotecheck import check_claims
from retrieval.engine import Engine


async def test_claims_of_every_kind_are_told_apart(tmp_path: Path) -> None:
    engine = await Engine.open(tmp_path)
    await engine.ready()
    rows = await check_claims(engine, 8, seed=5)
    await engine.close()
    for kind in KINDS:
        own = [row["right"] for row in rows if row["kind"] == kind]
        assert sum(own) >= 0.95 * len(own), [row for row in rows if row["kind"] == kind and not row["right"]]


@pytest.mark.parametrize("seed", range(4))
def test_every_claim_stands_once(seed: int) -> None:
    drafts, claims = make_claims(20, seed)
    text = "\n".join(draft.text for draft in drafts).lower()
    assert all(text.count(claim.words.lower()) == 1 for claim in claims)
    assert {claim.kind for claim in claims} == set(KINDS)

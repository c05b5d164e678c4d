"""`make demo`: the real bot, models and all, answers in a page that only this machine can open."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from cogs._rendering import quote_text
from demo.__main__ import QUESTIONS, greet
from demo.world import ARTICLES, demo_world
from retrieval.keeping.ingest.files import read_article


def test_each_of_its_articles_says_who_published_it_and_is_made_up() -> None:
    drafts = [read_article(path) for path in sorted(ARTICLES.iterdir())]
    assert len(drafts) >= 5
    for draft in drafts:
        credit = draft.credit
        assert credit.title
        assert credit.publisher
        assert credit.published_at
        assert credit.url is not None
        assert ".example/" in credit.url
    assert len({draft.credit.publisher for draft in drafts}) >= 4


async def test_it_answers_in_a_page_on_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with demo_world(tmp_path / "data") as demo:
        await greet(demo)
        assert "Gantz" in quote_text(demo.channel.last_message.content)
        await demo.alice.send(demo.channel, f"@pullquote {QUESTIONS[2]}")
        assert "million crowns" in demo.channel.last_message.content
        async with demo.env.preview(demo.channel, viewers=[demo.alice, demo.ada], layout="channel") as preview:
            assert preview.url.startswith("http://127.0.0.1:")
            async with aiohttp.ClientSession() as session, session.get(preview.url) as response:
                assert response.status == 200

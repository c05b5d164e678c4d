"""What `make demo` reads is made up, and says who published it."""

from __future__ import annotations

from demo.world import ARTICLES
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

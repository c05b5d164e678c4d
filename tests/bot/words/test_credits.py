"""Who published an article is said with what it rests on, and so is that only a part of it came in."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.words.answers import date_words, published_layer
from bot.words.crediting import publisher_named, who_published_it
from retrieval.domain.articles import Credit, Ground, Grounds


@pytest.mark.parametrize(
    ("ground", "told"),
    [
        (Ground.DATA, "Published by The Day"),
        (None, "Published by The Day"),
        (Ground.FEED, "Published, as its feed says, by The Day"),
        (Ground.CLAIM, "Published at fast-news.example, which calls itself The Day"),
    ],
)
def test_a_publisher_is_told_as_what_it_is(ground, told):
    url = "https://www.fast-news.example/a"
    credit = Credit(title="A", publisher="The Day", url=url, grounds=Grounds(publisher=ground))
    assert published_layer(credit, show=lambda text, _: text) == f"{told}, “A”; date not stated"
    assert who_published_it(credit, show=lambda text, _: text) == told


def test_an_excerpt_is_said_to_be_one():
    at = datetime(2024, 3, 5, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    credit = Credit(title="A", publisher="The Day", published_at=at, excerpt=True)
    told = published_layer(credit, show=lambda text, _: text)
    assert told == "Published by The Day, “A”, 5 March 2024; only the part that is free to read"
    assert date_words(at) == "5 March 2024"
    short = who_published_it(credit, show=lambda text, _: text)
    assert short == "Published by The Day, 5 March 2024; only the part that is free to read"


def test_who_else_carries_it_is_named_by_what_is_sure():
    def claimed(host: str) -> Credit:
        return Credit(publisher="Reuters", url=f"https://{host}/a", grounds=Grounds(publisher=Ground.CLAIM))

    also = [claimed("www.fast-news.example"), claimed("slow.example"), Credit(publisher="The Hour")]
    told = who_published_it(Credit(publisher="The Day"), also, show=lambda text, _: text)
    assert told == "Published by The Day; also in fast-news.example, slow.example and The Hour"
    assert publisher_named(also[0]) == "fast-news.example, which calls itself Reuters"
    assert (publisher_named(also[2]), publisher_named(Credit())) == ("The Hour", "")

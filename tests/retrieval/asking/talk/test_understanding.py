"""What a question comes to within a talk, over a real library that needs no model."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.indexing import index
from retrieval.asking.talk.pointing import Pointing
from retrieval.asking.talk.understanding import shown_rows, understand
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.talk import Exchange, QuotedSpan
from retrieval.engine import Engine
from retrieval.library.layout import Library

TEXT = (
    "The reservoir above Glen Orrin is to be drained in May. The engineer Anna Lund said that the dam leaks.\n\n"
    "Anglers have asked for the trout to be moved before. The ministry has set aside two million pounds."
)
OTHER = (
    "The violin maker Tom Hay of Cremona Street repairs a cello for the opera. He has waited for spruce since March."
)


@pytest_asyncio.fixture
async def library(engine: Engine) -> AsyncIterator[Library]:
    drafts = [
        ArticleDraft("made:dam", TEXT, Credit(title="A dam that leaks", publisher="The Glen Times")),
        ArticleDraft("made:cello", OTHER, Credit(title="A cello", publisher="The Glen Times")),
    ]
    await index(engine, drafts)
    yield engine._libraries.open(SHARED_LIBRARY)


def dam(library: Library, words: str = "The engineer Anna Lund said that the dam leaks.") -> Exchange:
    article = next(
        stored.article for stored in library.stored.values() if stored.article.credit.title == "A dam that leaks"
    )
    start = article.text.index(words)
    return Exchange(
        "What did Anna Lund say about the dam?", (QuotedSpan(article.article_id, start, start + len(words), words),)
    )


async def test_without_a_talk_everything_stands_alone(library: Library) -> None:
    assert understand("and why?", [], [library]) is None
    assert understand("more", [Exchange("thanks!")], [library]) is None


@pytest.mark.parametrize("small", [False, True])
async def test_what_the_talk_was_about_is_added_and_its_article_gains(library: Library, *, small: bool) -> None:
    talk = [dam(library)]
    if small:
        talk = [Exchange(talk[0].question.lower(), talk[0].quotes)]
    understood = understand("and what about the trout?", talk, [library])
    assert understood is not None
    assert "Lund" in " ".join(understood.about)
    assert understood.text.startswith("and what about the trout (")
    leaning = understood.leaning(library)
    (number,) = leaning.articles
    assert library.stored[number].article.credit.title == "A dam that leaks"
    assert [library.sentence(row).text for row in leaning.sentences] == [talk[0].quotes[0].text]


@pytest.mark.parametrize("question", ["Who repairs the cello of the opera?", "who is tom hay of cremona street?"])
async def test_another_topic_stands_alone(library: Library, question: str) -> None:
    assert understand(question, [dam(library)], [library]) is None


async def test_an_article_that_is_gone_shapes_nothing(library: Library) -> None:
    gone = Exchange("What did Anna Lund say?", (QuotedSpan("no-such-article", 0, 5, "words"),))
    understood = understand("and why?", [gone], [library])
    assert understood is not None
    assert understood.leaning(library).articles == {}
    assert shown_rows([gone], library) == frozenset()


async def test_more_goes_back_to_the_question_and_knows_all_that_was_shown(library: Library) -> None:
    talk = [dam(library), Exchange("more", dam(library, "The ministry has set aside two million pounds.").quotes)]
    understood = understand("more", talk, [library])
    assert understood is not None
    assert (understood.pointing, understood.text) == (Pointing.MORE, talk[0].question)
    assert len(shown_rows(understood.talk, library)) == 2


async def test_a_publishers_name_is_not_what_a_talk_is_about(library: Library) -> None:
    talk = [Exchange("What did The Glen Times report on the dam?", dam(library).quotes)]
    understood = understand("why?", talk, [library])
    assert understood is not None
    assert "Glen" not in " ".join(understood.about)
    assert "dam" in understood.about


async def test_any_text_after_any_talk_is_understood_one_way_or_the_other(library: Library) -> None:
    @given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=10))
    def check(text: str, asked: list[str]) -> None:
        understood = understand(text, [*map(Exchange, asked), dam(library)], [library])
        assert understood is None or understood.line

    check()

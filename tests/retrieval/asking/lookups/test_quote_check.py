"""A quote is checked against the articles' words: exact, altered, spliced, misattributed or not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.indexing import index
from retrieval.asking.lookups.alignment import align
from retrieval.asking.lookups.quote_check import check_quote
from retrieval.asking.lookups.word_places import WordIndex, split_words
from retrieval.domain.articles import Article, Attribution, Credit, Sentence, SourceKind, Span
from retrieval.domain.lookups import QuoteCheck, Verdict
from retrieval.engine import Engine
from retrieval.language.sentences import split_sentences
from retrieval.store import StoredArticle

HARBOUR = (
    "The mayor of Tallinn said on Monday that the old harbour will be closed to cruise ships by 2031. "
    "“We can’t go on like this — the quays are crumbling,” Mari Tamm told reporters.\n\n"
    "Repairs would cost €40 million, the port authority’s engineers reckon, and take at least six years."
)
FERRY = (
    "A ferry company in Helsinki wants to build three electric ships, each for 1,200 passengers. "
    "Its director expects that the first of them sails before the winter of 2029."
)


def stored(text: str, *attributions: Attribution, name: str = "a", publisher: str | None = "The Day") -> StoredArticle:
    return StoredArticle(Article(name, text, Credit(publisher=publisher)), "shared", (), attributions)


def index_of(*articles: StoredArticle, name: str = "shared") -> WordIndex:
    return WordIndex(name, articles)


def said_by(
    name: str, text: str, words: str, *, shown: bool = True, kind: SourceKind = SourceKind.PERSON
) -> Attribution:
    start = text.index(words)
    return Attribution((), (), (Span(start, start + len(words)),), kind, name, "told", shown=shown)


TAMM = said_by("Mari Tamm", HARBOUR, "We can’t go on like this — the quays are crumbling")
LIBRARY = index_of(stored(HARBOUR, TAMM, name="harbour"), stored(FERRY, name="ferry", publisher="The Baltic Post"))


def check(text: str, speaker: str | None = None) -> QuoteCheck:
    """Check a text, having made sure of what holds for every check."""
    result = check_quote([LIBRARY], text, speaker)
    texts = {"harbour": HARBOUR, "ferry": FERRY}
    assert all(texts[quote.article_id][quote.start : quote.end] == quote.text for quote in result.quotes)
    if result.diff:
        told = result.quotes if result.verdict is Verdict.SPLICED else result.quotes[:1]
        assert "".join(segment.asked for segment in result.diff) == result.text
        assert "".join(segment.article for segment in result.diff) == "".join(quote.text for quote in told)
    return result


def keys(text: str) -> list[str]:
    return [key for key, _ in split_words(text)]


@pytest.mark.parametrize(
    "text",
    [
        "the quays are crumbling",
        "We can't go on like this - the quays are crumbling",
        "“WE CAN’T GO ON LIKE THIS–THE  QUAYS ARE\ncrumbling…”",
        "... the port authority's engineers reckon, ...",
        "quays are crumbling,” Mari Tamm told reporters. Repairs would cost €40 million",
    ],
)
def test_typography_and_case_do_not_count(text: str):
    result = check(text)
    assert (result.verdict, result.diff) == (Verdict.EXACT, ())
    assert result.quotes[0].emphasis == ()
    assert keys(result.quotes[0].text) == keys(text)


@pytest.mark.parametrize(
    ("text", "article", "asked"),
    [
        ("that the old harbour will not be closed to cruise ships", [], ["not"]),
        ("Repairs would cost $40 million, the port authority’s engineers reckon", ["€"], ["$"]),
        ("the old harbour will be opened to cruise ships by 2031", ["closed"], ["opened"]),
        ("The mayor said on Monday that the old harbour will be closed", ["of Tallinn"], []),
        ("Its director expects that the first of them sails before the summer", ["winter"], ["summer"]),
    ],
)
def test_one_changed_word_is_found_and_marked(text: str, article: list[str], asked: list[str]):
    result = check(text)
    assert result.verdict is Verdict.ALTERED
    [quote] = result.quotes
    assert [span.of(quote.text) for span in quote.emphasis] == article
    changed = [segment for segment in result.diff if segment.op != "equal"]
    assert [segment.asked.strip() for segment in changed if segment.asked] == asked


def test_parts_from_different_articles_are_spliced():
    result = check("the old harbour will be closed to three electric ships, each for 1,200 passengers")
    assert result.verdict is Verdict.SPLICED
    assert [quote.article_id for quote in result.quotes] == ["harbour", "ferry"]
    assert result.speakers == ("The Day", "The Baltic Post")


def test_parts_from_far_apart_in_one_article_are_spliced():
    result = check("the old harbour will be closed and take at least six years")
    assert result.verdict is Verdict.SPLICED
    assert [quote.text for quote in result.quotes] == ["the old harbour will be closed", "and take at least six years."]


@pytest.mark.parametrize(
    "text", ["", "…", "Lisbon", "the the the the the", "a mayor of Lisbon opened two libraries and a swimming pool",
             "ships of the quays six crumbling port this by Tamm old three"],
)  # fmt: skip
def test_what_stands_nowhere_is_not_found(text: str):
    assert check(text) == QuoteCheck(text, None, Verdict.NOT_FOUND)


@pytest.mark.parametrize("speaker", ["Mari Tamm", "tamm", "Mayor Tamm", "The Day", "day"])
def test_who_is_credited_or_published_it_did_say_it(speaker: str):
    assert check("the quays are crumbling", speaker).verdict is Verdict.EXACT


@pytest.mark.parametrize("text", ["the quays are crumbling", "like this — the old quays are crumbling"])
def test_somebody_else_did_not(text: str):
    result = check(text, "The Baltic Post")
    assert (result.verdict, result.speakers) == (Verdict.MISATTRIBUTED, ("Mari Tamm",))


def test_where_nobody_is_credited_the_publisher_is_named():
    result = check("each for 1,200 passengers", "Mari Tamm")
    assert (result.verdict, result.speakers) == (Verdict.MISATTRIBUTED, ("The Baltic Post",))


def test_any_article_with_the_words_may_be_the_speakers():
    copies = [stored(FERRY, name=name, publisher=name) for name in ("One", "Two", "Three", "Four", "Five")]
    result = check_quote([index_of(*copies)], "three electric ships, each for 1,200", "Five")
    assert result.verdict is Verdict.EXACT
    assert (len(result.quotes), result.quotes[0].article_id) == (3, "Five")


def test_an_attribution_in_doubt_counts_for_the_speaker_but_is_not_told():
    doubtful = said_by("the director", FERRY, "the first of them sails before the winter of 2029", shown=False)
    index = index_of(stored(FERRY, doubtful))
    words = "the first of them sails before the winter"
    assert check_quote([index], words, "The director").verdict is Verdict.EXACT
    assert check_quote([index], words).quotes[0].attribution is None
    assert check_quote([index], words, "The mayor").speakers == ("The Day",)


def test_what_somebody_denied_he_has_not_said():
    words = "the first of them sails before the winter of 2029"
    denied = replace(said_by("Aldo Wexler", FERRY, words), cue_text="denied on Tuesday")
    result = check_quote([index_of(stored(FERRY, denied))], words, "Aldo Wexler")
    assert (result.verdict, result.speakers) == (Verdict.MISATTRIBUTED, ())  # nor has who published the denial


def test_words_never_run_from_one_article_into_the_next():
    index = index_of(stored("one two three", name="a"), stored("four five six", name="b"))
    assert check_quote([index], "two three four five").verdict is Verdict.NOT_FOUND


def test_parts_may_come_from_different_libraries():
    indexes = [index_of(stored(HARBOUR), name="guild-1"), index_of(stored(FERRY, name="b"))]
    result = check_quote(indexes, "the old harbour will be closed to three electric ships, each for 1,200")
    assert result.verdict is Verdict.SPLICED
    assert [quote.article_id for quote in result.quotes] == ["a", "b"]


def test_marks_around_the_words_are_shown_but_no_part_of_a_word():
    index = index_of(stored("It cost €5 (or more). Gantz’s aides won’t say."))
    shown = [check_quote([index], text).quotes[0].text for text in ("or more", "5 or", "more Gantz")]
    assert shown == ["(or more).", "5 (or", "more). Gantz"]


def test_an_empty_library_finds_nothing():
    assert check_quote([index_of()], "anything at all, really?").verdict is Verdict.NOT_FOUND


WORDS = st.lists(st.sampled_from("a the Zürich’s can't €5 3.5 don’t U.S. İstanbul ﬁnd 𝔘nd naïve e\u0301te —x".split()) |
                 st.text("abcxyz-’.,\u00ad", min_size=1, max_size=5), min_size=6, max_size=60)  # fmt: skip


@given(words=WORDS, others=WORDS, data=st.data())
def test_any_six_words_of_an_article_are_exact(words: list[str], others: list[str], data: st.DataObject):
    text = data.draw(st.sampled_from([" ", "\n", "  "])).join(words)
    spans = [span for _, span in split_words(text)]
    if len(spans) < 6:
        return
    first = data.draw(st.integers(0, len(spans) - 6))
    last = data.draw(st.integers(first + 5, len(spans) - 1))
    asked = text[spans[first].start : spans[last].end]
    result = check_quote([index_of(stored(" ".join(others), name="b"), stored(text))], asked)
    assert result.verdict is Verdict.EXACT
    for quote in result.quotes:
        assert keys(quote.text) == keys(asked)
        assert {"a": text, "b": " ".join(others)}[quote.article_id][quote.start : quote.end] == quote.text


def edit_distance(text: Sequence[int], article: Sequence[int]) -> int:
    """The textbook's way, as slow as it is plain: all of the text against any part of the article."""
    row = [0] * (len(article) + 1)
    for word in text:
        before, row = row, [row[0] + 1]
        for column, other in enumerate(article):
            row.append(min(before[column] + (word != other), before[column + 1] + 1, row[-1] + 1))
    return min(row)


NUMBERS = st.lists(st.integers(1, 5), min_size=1, max_size=12)


@given(NUMBERS, NUMBERS)
def test_an_alignment_is_the_shortest_and_covers_the_text(text: list[int], article: list[int]):
    found = align(np.array(text, np.int32), np.array(article, np.int32))
    assert found.edits == edit_distance(text, article)
    assert [n for step in found.steps for n in text[step.a : step.b]] == text
    assert [n for step in found.steps for n in article[step.c : step.d]] == article[found.first : found.end]
    assert all(text[s.a : s.b] == article[s.c : s.d] for s in found.steps if s.op == "equal")


async def test_the_engine_sees_a_new_article_at_once(engine: Engine, write):
    words = "the quays are crumbling"
    assert (await engine.check_quote(words, None, libraries=["shared"])).verdict is Verdict.NOT_FOUND
    path: Path = write("harbour.md", HARBOUR, publisher="The Day")
    await index(engine, [path])
    result = await engine.check_quote(words, None, libraries=["guild-1", "shared"])
    assert result.verdict is Verdict.EXACT
    assert await engine.still_verbatim([result.quotes[0]]) == [True]


LOCK = (
    "Nobody on the board believes that the lock will open before June, director Ivo Brandl said. "
    "The lock is old but sound.\n\n"
    "“A barge may not pass without a pilot,” Brandl said.\n\n"
    "The lock cost 31 million crowns, the board said.\n\n"
    "Correction: An earlier version of this story gave a wrong price. The lock cost 13 million crowns, not 31 million."
)


def _cut(text: str) -> tuple[Sentence, ...]:
    return tuple(split_sentences(text))


CORRECTED = index_of(
    replace(stored(LOCK, said_by("Ivo Brandl", LOCK, "A barge may not pass without a pilot")), sentences=_cut(LOCK))
)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("the lock will open before June", "Nobody on the board believes that"),
        ("pass without a pilot", "may not pass"),
    ],
)
def test_words_cut_off_from_their_not_are_shown_with_it(words: str, shown: str) -> None:
    result = check_quote([CORRECTED], words)
    assert result.verdict is Verdict.EXACT
    assert shown in result.quotes[0].text
    assert words in result.quotes[0].text


def test_what_nothing_turns_is_shown_alone() -> None:
    assert check_quote([CORRECTED], "The lock is old").quotes[0].text == "The lock is old"


def test_what_an_article_corrects_stands_beside_it() -> None:
    quotes = check_quote([CORRECTED], "The lock cost 31 million crowns").quotes
    assert [quote.text.split(":")[0] for quote in quotes[1:]] == ["Correction"]
    assert len(check_quote([CORRECTED], "The lock is old but sound").quotes) == 1


def test_words_in_quotation_marks_are_not_their_publishers() -> None:
    text = "“The tide took all of it,” it was heard on the quay that night.\n\nThe tide took the shed too."
    index = index_of(stored(text))
    assert check_quote([index], "The tide took all of it", "Bo Lund").speakers == ()
    assert check_quote([index], "The tide took the shed", "Bo Lund").speakers == ("The Day",)


@pytest.mark.parametrize("asked", ["Lea Dahl", "Bo Lund", "Lund", "Mayor Bo Lund"])
def test_words_of_two_are_each_ones(asked: str) -> None:
    text = "“We pay no crown of it,” Lea Dahl and Bo Lund said."
    index = index_of(stored(text, said_by("Lea Dahl and Bo Lund", text, "“We pay no crown of it,”")))
    assert check_quote([index], "We pay no crown of it", asked).verdict is Verdict.EXACT
    assert check_quote([index], "We pay no crown of it", "Anna Lund").verdict is Verdict.MISATTRIBUTED

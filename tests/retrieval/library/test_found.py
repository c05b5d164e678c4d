"""What is found in `library.db` is what laying all articles out would give, however they came and went."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.domain.articles import Article, Attribution, Credit, Sentence, SourceKind, Span, text_sha256
from retrieval.language.rarity import rarity
from retrieval.language.stems import index_stems
from retrieval.library import postings
from retrieval.library.layout import Library
from retrieval.library.live import LiveLibraries
from retrieval.neural.vectors import SMALL_DIM, PassageEncoding
from retrieval.store import ArticleVersion, LibraryStore, PassageVersion, clear, entering, ledger

WORDS = ("storm", "harbour", "ferry", "Lund", "budget", "unsafe", "well-known", "the", "minister", "tax")
DIMENSIONS = 4
ids = st.sampled_from("abcdef")
sentences = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=5)
articles = st.tuples(sentences, st.sampled_from(["", "Storm tax", "The ferry"]), st.integers(0, 3))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), ids, articles),
        st.tuples(st.just("remove"), ids, st.none()),
        st.tuples(st.just("clear"), st.just(""), st.none()),
    ),
    min_size=1,
    max_size=14,
)


def version(article_id: str, words: list[list[str]], title: str, day: int, passage_ids: list[int]) -> ArticleVersion:
    """Return an article of two sentences a passage."""
    parts = [f"{' '.join(one)}." for one in words]
    text = " ".join(parts)
    places, start = [], 0
    for part in parts:
        places.append(Span(start, start + len(part)))
        start += len(part) + 1
    passages = []
    for passage_id, first in zip(passage_ids, range(0, len(places), 2), strict=True):
        held = range(first, min(first + 2, len(places)))
        encoding = PassageEncoding(
            np.full(DIMENSIONS, passage_id, np.float32),
            np.zeros((len(held), DIMENSIONS), np.float16),
            np.zeros((0, SMALL_DIM), np.int8),
            np.zeros(len(held), np.int32),
        )
        span = Span(places[held[0]].start, places[held[-1]].end)
        passages.append(PassageVersion(passage_id, span, held, f"{passage_id}", encoding, "[]"))
    at = datetime(2024, 3, day, tzinfo=UTC) if day else None
    credit = Credit(title=title or None, publisher=f"Paper {day}" if day else None, published_at=at)
    said = Attribution((places[0],), (), (places[0],), SourceKind.PERSON, "Ada Lund", "said")
    return ArticleVersion(
        Article(article_id, text, credit), "shared", article_id, text_sha256(text), "made",
        tuple(Sentence(place, 0) for place in places), (said,), tuple(passages),
    )  # fmt: skip


def documents(live: Mapping[str, ArticleVersion]) -> dict[tuple[str, int], list[str]]:
    """Return the stems of each passage with its title."""
    return {
        (article_id, place): [
            *index_stems(one.article.credit.title or ""),
            *(stem for i in passage.sentences for stem in index_stems(one.sentences[i].span.of(one.article.text))),
        ]
        for article_id, one in live.items()
        for place, passage in enumerate(one.passages)
    }


def bm25(docs: Mapping[object, list[str]], stem: str) -> dict[object, float]:
    """Return BM25 as the papers have it, document by document."""
    having = sum(stem in words for words in docs.values())
    mean = max(sum(map(len, docs.values())) / len(docs), 1.0)
    idf = np.log(1 + (len(docs) - having + 0.5) / (having + 0.5))
    return {
        key: idf * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * len(words) / mean))
        for key, words in docs.items()
        if (often := Counter(words)[stem])
    }


def check(library: Library, live: Mapping[str, ArticleVersion]) -> None:
    stems = sorted({stem for word in WORDS for stem in index_stems(word)})
    passages = documents(live)
    whole = {
        article_id: [
            *index_stems(one.article.credit.title or ""),
            *(stem for s in one.sentences for stem in index_stems(s.span.of(one.article.text))),
        ]
        for article_id, one in live.items()
    }
    titles = {article_id: index_stems(one.article.credit.title or "") for article_id, one in live.items()}
    assert (library.articles, library.passages) == (len(live), len(passages))
    counts = [sum(stem in words for words in passages.values()) for stem in stems]
    assert [library.knows(stem) for stem in stems] == [count > 0 for count in counts]
    assert np.allclose(library.rarity(stems), rarity(stems, counts, len(passages)))
    numbers = {article_id: library.number_of(article_id) for article_id in "abcdef"}
    assert {article_id for article_id, number in numbers.items() if number is not None} == set(live)
    terms = library.term_ids(stems)
    found = library.bm25(terms)
    keys = np.array(sorted((numbers[a] or 0) << 16 | place for a, place in passages), np.int64)
    rows = library.lay_out(keys)
    tables = {
        "passages": found.passages.table(keys, len(stems)),
        "articles": found.articles.table(keys >> 16, len(stems)) if len(set(keys >> 16)) == len(keys) else None,
    }
    common = list(found.common)
    tables["passages"][common], of_articles, of_titles = library.weigh_common(terms[common], rows)
    article_ids = {number: article_id for article_id, number in numbers.items()}
    for row, stem in enumerate(stems):
        expected = bm25(passages, stem) if passages else {}
        for column, key in enumerate(keys.tolist()):
            place = (article_ids[key >> 16], key & 0xFFFF)
            assert tables["passages"][row, column] == pytest.approx(expected.get(place, 0.0), abs=1e-4)
        if row in common:
            at = common.index(row)
            for column, key in enumerate(keys.tolist()):
                own = article_ids[key >> 16]
                assert of_articles[at, column] == pytest.approx(bm25(whole, stem).get(own, 0.0), abs=1e-4)
                assert of_titles[at, column] == pytest.approx(bm25(titles, stem).get(own, 0.0), abs=1e-4)
        else:
            for weights, docs in ((found.articles, whole), (found.titles, titles)):
                mine = {
                    article_ids[int(weights.documents[at])]: weight
                    for term, at, weight in zip(weights.term, weights.at, weights.weight, strict=True)
                    if term == row
                }
                assert mine == pytest.approx(bm25(docs, stem) if docs else {}, abs=1e-4)
    for row in rows:
        catalogue = library.catalogue
        one = live[catalogue.articles[int(catalogue.article_of[row])].article_id]
        passage = one.passages[int(catalogue.place_in_article[row])]
        assert catalogue.passages[row].passage_id == passage.passage_id
        assert catalogue.passage_vectors[row].tolist() == [passage.passage_id] * DIMENSIONS
        sentence_rows = range(catalogue.sentence_start[row], catalogue.sentence_start[row] + len(passage.sentences))
        texts = [catalogue.sentence_text(sentence, row) for sentence in sentence_rows]
        assert texts == [one.sentences[i].span.of(one.article.text) for i in passage.sentences]
        assert [library.sentence(i).attribution is not None for i in sentence_rows] == [
            i == 0 for i in passage.sentences
        ]
    dated = {article_id for article_id, one in live.items() if one.article.credit.published_at}
    for day in (1, 2, 3):
        on = {a for a in dated if live[a].article.credit.published_at == datetime(2024, 3, day, tzinfo=UTC)}
        assert {article_ids[n] for n in library.published_within(lambda at, day=day: at.day == day)} == on
        assert {article_ids[n] for n in library.published_by(f"paper {day}")} == on
        assert {article_ids[int(n)] for n in library.published_as(f"Paper {day}")} == on
    assert {article_ids[credit.article] for credit in library.credited_to("lund")} == set(live)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(1, 3), st.sampled_from([0, 4, 100_000]))
def test_what_is_found_is_what_is_there(
    monkeypatch: pytest.MonkeyPatch, done: list, together: int, most_rows: int
) -> None:
    monkeypatch.setattr(entering, "MERGED_TOGETHER", together)
    monkeypatch.setattr(entering, "BLOCK", 3)
    monkeypatch.setattr(postings, "MOST_ROWS", most_rows)

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = await LibraryStore.open(Path(folder) / "library.db")
            live: dict[str, ArticleVersion] = {}
            libraries = LiveLibraries(store)
            for step, article_id, made in done:
                if step == "publish":
                    words, title, day = made
                    passage_ids = await ledger.reserve(store, "c", -(-len(words) // 2))
                    live[article_id] = version(article_id, words, title, day, passage_ids)
                    await store.publish(live[article_id])
                elif step == "remove" and article_id in live:
                    await store.remove(article_id)
                    del live[article_id]
                elif step == "clear":
                    await clear(store, "shared")
                    live.clear()
                library = libraries.open("shared")
                with library.held():
                    check(library, live)
            for article_id in live:
                await store.remove(article_id)
            async with store.reading() as db:
                (left,) = await db.execute_fetchall(
                    "SELECT (SELECT count(*) FROM entries) + (SELECT count(*) FROM words) + (SELECT count(*) FROM "
                    "postings) + (SELECT count(*) FROM publishers) + (SELECT count(*) FROM source_keys)"
                )
                assert left[0] == 0
                assert [row[0] for row in await db.execute_fetchall("PRAGMA quick_check")] == ["ok"]
            await store.close()

    asyncio.run(run())

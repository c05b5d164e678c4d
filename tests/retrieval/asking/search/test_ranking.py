from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from retrieval.asking.question.question import take_apart
from retrieval.asking.question.wants import Wants, holds_wanted
from retrieval.asking.reading.reader import Reader
from retrieval.asking.search.candidates import find_candidates, rank_passages
from retrieval.asking.search.linear import Figures, weigh
from retrieval.asking.search.matching import encode_question
from retrieval.domain.articles import Article, Credit, Sentence, Span, text_sha256
from retrieval.index.passage_index import VectorHit
from retrieval.language.rarity import rarity
from retrieval.language.stems import WORD, content_words, stem
from retrieval.library.layout import Library
from retrieval.library.live import LiveLibraries
from retrieval.neural.vectors import EncodedText, PassageEncoding, default_projection, unit, word_means
from retrieval.store import ArticleVersion, LibraryStore, PassageVersion, ledger
from tests.support.fake_reader import FakeReader

TEXTS = (
    "The whale swam north. A sailor saw it near Oslo.",
    "Budget talks failed on Monday. The minister blamed the opposition.",
)


class AllOfIt:
    """An index that finds every passage."""

    def query(self, collection: str, vectors: np.ndarray, count: int) -> list[list[VectorHit]]:
        return [[VectorHit(1, 1.0), VectorHit(2, 1.0)] for _ in vectors]


def encode(text: str) -> EncodedText:
    """Give each word a vector of its own stem, so that equal words are equal."""
    words = list(WORD.finditer(text))
    rows = [np.random.default_rng(sum(map(ord, stem(word.group())))).normal(size=384) for word in words]
    spans = np.array([word.span() for word in words], np.int32).reshape(-1, 2)
    tokens = np.array(rows, np.float32).reshape(-1, 384)
    return EncodedText(tokens, spans, unit(tokens.mean(axis=0)) if len(tokens) else np.zeros(384, np.float32))


def version(passage_id: int, text: str) -> ArticleVersion:
    cut = text.index(". ") + 1
    sentences = (Span(0, cut), Span(cut + 1, len(text)))
    encoded = encode(text)
    words = content_words(text)
    encoding = PassageEncoding(
        vector=encoded.vector,
        sentence_vectors=encoded.pooled(sentences).astype(np.float16),
        word_vectors=default_projection().packed(word_means(encoded, words)),
        sentence_words=np.array([sum(sentence.contains(word) for word in words) for sentence in sentences], np.int32),
    )
    return ArticleVersion(
        article=Article(str(passage_id), text, Credit(publisher=f"Paper {passage_id}")),
        library="shared",
        origin=str(passage_id),
        text_sha256=text_sha256(text),
        recipe="made",
        sentences=tuple(Sentence(span, 0) for span in sentences),
        attributions=(),
        passages=(PassageVersion(passage_id, Span(0, len(text)), range(2), "hash", encoding, "[]"),),
    )


@pytest_asyncio.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    store = await LibraryStore.open(tmp_path / "library.db")
    for passage_id, text in zip(await ledger.reserve(store, "x", len(TEXTS)), TEXTS, strict=True):
        await store.publish(version(passage_id, text))
    yield LiveLibraries(store).open("shared")
    await store.close()


@pytest.mark.parametrize(
    ("text", "article", "sentence"),
    [("Who saw the whale near Oslo?", 0, 1), ("whom did the minister blame", 1, 1), ("???", None, None)],
)
def test_the_sentence_with_the_words_comes_first(
    library: Library, text: str, article: int | None, sentence: int | None
) -> None:
    question = take_apart(text, library.publisher_names.find(text))
    vectors = encode_question(question, encode(text if article is not None else "x"), default_projection())
    candidates = find_candidates(question, vectors, library, index=AllOfIt(), collection="x")
    assert candidates is not None
    assert candidates.figures.table.shape[0] == 2
    ranked = rank_passages(candidates)
    reading = Reader(FakeReader()).read(candidates, ranked)
    assert 0 <= reading.confidence <= 1
    assert np.isfinite(reading.scores).all()
    if article is not None and sentence is not None:
        evidence = candidates.evidence
        row = int(evidence.rows[ranked.read[0]])
        assert library.catalogue.passages[row].span.of(TEXTS[article]) == TEXTS[article]
        assert library.catalogue.passages[row].passage_id == article + 1
        assert evidence.sentences[reading.close.numbers[int(np.argmax(reading.scores))]] == 2 * article + sentence


def test_figures_without_a_weight_and_weights_without_a_figure_are_refused() -> None:
    figures = Figures.of({"wit": np.ones(2), "charm": np.zeros(2)})
    assert weigh(figures, {"charm": 1.0, "wit": 2.0, "intercept": 1.0}).tolist() == [3.0, 3.0]
    with pytest.raises(ValueError, match="charm"):
        weigh(figures, {"wit": 1.0})
    with pytest.raises(ValueError, match="grace"):
        weigh(figures, {"wit": 1.0, "charm": 1.0, "grace": 1.0})


async def test_an_empty_library_is_a_library(tmp_path: Path) -> None:
    store = await LibraryStore.open(tmp_path / "empty.db")
    library = LiveLibraries(store).open("shared")
    assert (library.articles, library.passages, library.publisher_names.find("Paper 1")) == (0, 0, ())
    assert library.term_ids(["whale"]).tolist() == [-1]
    assert library.rarity(["whale"]).shape == (1,)
    assert library.bm25(np.array([-1], np.int32)).passages.total().shape == (0,)
    assert library.catalogue.passage_vectors.shape == (0, 0)
    assert len(library.lay_out(np.zeros(0, np.int64))) == 0
    assert library.spelt_like("whales") is None
    assert library.as_written("whale") is None
    await store.close()


def test_an_ordinary_word_is_never_as_rare_as_a_name() -> None:
    go, london = rarity(["go", "london"], [0, 0], 3)
    assert go < london


@pytest.mark.parametrize("count", ["forty", "Twenty-one", "seventeen", "40", "a dozen", "none"])
def test_a_number_in_words_is_a_number(count: str):
    assert holds_wanted(Wants.NUMBER, f"The ferry carries {count} cars.", frozenset({"ferri", "car"})) == 1.0


def test_a_sentence_without_a_number_gives_none():
    assert holds_wanted(Wants.NUMBER, "The ferry carries cars to the island.", frozenset()) == 0.0

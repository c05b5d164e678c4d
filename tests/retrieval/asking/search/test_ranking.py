import numpy as np
import pytest

from retrieval.asking.question.question import Shape, take_apart
from retrieval.asking.question.wants import Wants, holds_wanted
from retrieval.asking.reading.confidence_figures import CONFIDENCE_FEATURES, confidence_features
from retrieval.asking.reading.sentence_figures import SENTENCE_FEATURES, sentence_features
from retrieval.asking.search.choosing import choose_candidates
from retrieval.asking.search.linear import LinearModel, linear_model, stored_coefficients
from retrieval.asking.search.matching import encode_question, gather, look_up, score_lexically
from retrieval.asking.search.passage_figures import PASSAGE_FEATURES, passage_features
from retrieval.domain.articles import Article, Credit, Passage, Span
from retrieval.language.outlets import PublisherNames
from retrieval.language.rarity import rarity
from retrieval.language.stems import WORD, content_words, stem
from retrieval.library.catalogue import Catalogue, CatalogueArticle, build_catalogue
from retrieval.library.postings import build_lexical
from retrieval.neural.vectors import EncodedText, default_projection, unit, word_means

TEXTS = (
    "The whale swam north. A sailor saw it near Oslo.",
    "Budget talks failed on Monday. The minister blamed the opposition.",
)


def encode(text: str) -> EncodedText:
    """Give each word a vector of its own stem, so that equal words are equal."""
    words = list(WORD.finditer(text))
    rows = [np.random.default_rng(sum(map(ord, stem(word.group())))).normal(size=384) for word in words]
    spans = np.array([word.span() for word in words], np.int32).reshape(-1, 2)
    tokens = np.array(rows, np.float32).reshape(-1, 384)
    return EncodedText(tokens, spans, unit(tokens.mean(axis=0)) if len(tokens) else np.zeros(384, np.float32))


def indexed(number: int, text: str) -> CatalogueArticle:
    cut = text.index(". ") + 1
    sentences = (Span(0, cut), Span(cut + 1, len(text)))
    encoded = encode(text)
    words = content_words(text)
    return CatalogueArticle(
        article=Article(str(number), text, Credit(publisher=f"Paper {number}")),
        passages=(Passage(number, str(number), Span(0, len(text))),),
        sentences=(sentences,),
        passage_vectors=encoded.vector[None, :],
        sentence_vectors=encoded.pooled(sentences).astype(np.float16),
        word_vectors=default_projection().packed(word_means(encoded, words)),
        sentence_words=np.array([sum(sentence.contains(word) for word in words) for sentence in sentences], np.int32),
        publishers=(f"Paper {number}",),
    )


@pytest.fixture
def catalogue() -> Catalogue:
    return build_catalogue([indexed(number, text) for number, text in enumerate(TEXTS)])


@pytest.mark.parametrize(
    ("text", "article", "sentence"),
    [("Who saw the whale near Oslo?", 0, 1), ("whom did the minister blame", 1, 1), ("???", None, None)],
)
def test_the_sentence_with_the_words_comes_first(
    catalogue: Catalogue, text: str, article: int | None, sentence: int | None
) -> None:
    lexical = build_lexical(catalogue)
    question = take_apart(text, PublisherNames(["Paper 0", "Paper 1"]))
    vectors = encode_question(question, encode(text if article is not None else "x"), default_projection())
    lexicon = look_up(question, catalogue, lexical)
    scores = score_lexically(lexicon, lexical)
    rows = choose_candidates(question, vectors, scores, catalogue, [0, 1])
    evidence = gather(question, vectors, lexicon, catalogue, rows)
    table = passage_features(question, vectors, lexicon, scores, evidence, catalogue, lexical, {})
    assert table.shape == (2, len(PASSAGE_FEATURES))
    passage_scores = linear_model("passage", Shape.PLAIN, PASSAGE_FEATURES).score(table)
    best = np.argsort(-passage_scores).astype(np.int32)
    numbers, read = sentence_features(question, lexicon, evidence, catalogue, best, passage_scores)
    sentence_scores = linear_model("sentence", Shape.PLAIN, SENTENCE_FEATURES).score(read)
    figures = confidence_features(
        question, lexicon, evidence, catalogue, table, passage_scores, numbers, read, sentence_scores
    )
    assert figures.shape == (len(CONFIDENCE_FEATURES),)
    assert np.isfinite(figures).all()
    if article is not None and sentence is not None:
        assert catalogue.article_of[rows[best[0]]] == article
        assert evidence.sentences[numbers[int(np.argmax(sentence_scores))]] == 2 * article + sentence


def test_the_shipped_coefficients_name_features_that_exist() -> None:
    names = {"passage": PASSAGE_FEATURES, "sentence": SENTENCE_FEATURES, "confidence": CONFIDENCE_FEATURES}
    for model, features in names.items():
        for shape in Shape:
            assert linear_model(model, shape, features).names == features
    assert all("threshold" in table for table in stored_coefficients()["confidence"].values())


def test_an_unknown_coefficient_is_refused() -> None:
    with pytest.raises(ValueError, match="charm"):
        LinearModel.from_mapping(("wit",), {"charm": 1.0})


def test_an_empty_library_is_a_library() -> None:
    empty = build_catalogue([])
    assert build_lexical(empty).passages.rows == 0
    assert empty.passage_vectors.shape == (0, 384)


def test_an_ordinary_word_is_never_as_rare_as_a_name() -> None:
    go, london = rarity(["go", "london"], [0, 0], 3)
    assert go < london


@pytest.mark.parametrize("count", ["forty", "Twenty-one", "seventeen", "40", "a dozen", "none"])
def test_a_number_in_words_is_a_number(count: str):
    assert holds_wanted(Wants.NUMBER, f"The ferry carries {count} cars.", frozenset({"ferri", "car"})) == 1.0


def test_a_sentence_without_a_number_gives_none():
    assert holds_wanted(Wants.NUMBER, "The ferry carries cars to the island.", frozenset()) == 0.0

"""Passages are made of whole sentences, each sentence in exactly one, and fit the encoder."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from retrieval.models import Article, Credit
from retrieval.passages import PASSAGE_TOKENS, header_of, plan_passages
from retrieval.sentences import split_sentences

SENTENCE = st.lists(st.sampled_from(["war", "Gantz", "peace", "said", "2024", "ünï"]), min_size=1, max_size=60)
ARTICLE = st.lists(st.lists(SENTENCE, min_size=1, max_size=5), min_size=1, max_size=8).map(
    lambda paragraphs: "\n\n".join(" ".join(f"{' '.join(words)}." for words in p) for p in paragraphs)
)


def count(texts):
    return [len(text.split()) for text in texts]


@given(ARTICLE, st.sampled_from([Credit(), Credit(title="A title", publisher="The Day")]))
def test_every_sentence_is_in_exactly_one_passage(text, credit):
    sentences = split_sentences(text)
    plans = plan_passages(Article("a", text, credit), sentences, count)
    assert [i for plan in plans for i in plan.sentences] == list(range(len(sentences)))
    for plan in plans:
        inside = [sentences[i].span for i in plan.sentences]
        assert (plan.span.start, plan.span.end) == (inside[0].start, inside[-1].end)
        assert [s.of(plan.encoded.text) for s in plan.encoded.sentences] == [s.of(text) for s in inside]
        assert len(inside) == 1 or sum(count(s.of(text) for s in inside)) <= PASSAGE_TOKENS
    assert len({plan.content_hash for plan in plans}) == len(plans)


def test_a_heading_never_ends_a_passage():
    body = "word " * 150
    text = f"{body.strip()}.\n\nA Heading Here\n\n{body.strip()}."
    plans = plan_passages(Article("a", text, Credit()), split_sentences(text), count)
    assert [plan.span.of(text)[:14] for plan in plans] == ["word word word", "A Heading Here"]


def test_the_header_names_title_publisher_byline_and_date():
    credit = Credit("T", "P", "B", datetime(2024, 3, 5, tzinfo=UTC), "https://example.org")
    assert header_of(credit) == "T | P | B | 5 March 2024"

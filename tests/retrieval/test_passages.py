"""Passages are made of whole sentences, each sentence in exactly one, and fit the encoder."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.models import Article, Credit
from retrieval.passages import header_of, plan_passages
from retrieval.sentences import split_sentences

SENTENCE = st.lists(st.sampled_from(["war", "Gantz", "peace", "said", "2024", "ünï"]), min_size=1, max_size=60)
ARTICLE = st.lists(st.lists(SENTENCE, min_size=1, max_size=5), min_size=1, max_size=8).map(
    lambda paragraphs: "\n\n".join(" ".join(f"{' '.join(words)}." for words in p) for p in paragraphs)
)


ROOM = 100


def count(texts):
    return [len(text.split()) for text in texts]


def plans_of(text, credit=None):
    article = Article("a", text, credit or Credit())
    sentences = split_sentences(text)
    return sentences, plan_passages(article, sentences, count, max_tokens=ROOM)


@given(ARTICLE, st.sampled_from([Credit(), Credit(title="A title", publisher="The Day")]))
def test_every_sentence_is_in_exactly_one_passage(text, credit):
    sentences, plans = plans_of(text, credit)
    assert [i for plan in plans for i in plan.sentences] == list(range(len(sentences)))
    for plan in plans:
        inside = [sentences[i].span for i in plan.sentences]
        assert (plan.span.start, plan.span.end) == (inside[0].start, inside[-1].end)
        assert [s.of(plan.encoded) for s in plan.inner] == [s.of(text) for s in inside]
        assert len(inside) == 1 or count([plan.encoded])[0] <= ROOM
    assert len({plan.content_hash for plan in plans}) == len(plans)


def test_a_heading_never_ends_a_passage():
    body = "word " * 60
    text = f"{body.strip()}.\n\nA Heading Here\n\n{body.strip()}."
    _, plans = plans_of(text)
    assert [plan.span.of(text)[:14] for plan in plans] == ["word word word", "A Heading Here"]


def test_the_header_is_title_and_publisher_and_never_a_label():
    assert header_of(Credit(title="T", publisher="P")) == "T (P)"
    assert header_of(Credit(publisher="P")) == "(P)"
    assert header_of(Credit(title="My label", title_is_label=True)) == ""


def test_an_article_without_any_credit_is_encoded_as_it_is():
    _, [plan] = plans_of("One sentence.")
    assert plan.encoded == "One sentence."

"""Passages are made of whole sentences, each sentence in exactly one, and fit the encoder."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain.articles import Article, Credit, Span
from retrieval.keeping.indexing.passages import header_of, plan_passages
from retrieval.keeping.indexing.regrouping import OldPassage
from retrieval.language.sentences import split_sentences

SENTENCE = st.lists(st.sampled_from(["war", "Gantz", "peace", "said", "2024", "ünï"]), min_size=1, max_size=60)
ARTICLE = st.lists(st.lists(SENTENCE, min_size=1, max_size=5), min_size=1, max_size=8).map(
    lambda paragraphs: "\n\n".join(" ".join(f"{' '.join(words)}." for words in p) for p in paragraphs)
)


ROOM = 100


def count(texts):
    return [len(text.split()) for text in texts]


def plans_of(text, credit=None, old=()):
    article = Article("a", text, credit or Credit())
    sentences = split_sentences(text)
    return sentences, plan_passages(article, sentences, count, max_tokens=ROOM, old=old)


def as_old(text, sentences, plans):
    """Return plans as the passages of a version before."""
    return [
        OldPassage(
            plan.span.of(text),
            tuple(
                Span(s.span.start - plan.span.start, s.span.end - plan.span.start)
                for s in sentences[plan.sentences.start : plan.sentences.stop]
            ),
        )
        for plan in plans
    ]


def whole(text, sentences, plans):
    """Hold every plan to what all plans promise."""
    assert [i for plan in plans for i in plan.sentences] == list(range(len(sentences)))
    for plan in plans:
        inside = [sentences[i].span for i in plan.sentences]
        assert (plan.span.start, plan.span.end) == (inside[0].start, inside[-1].end)
        assert [s.of(plan.encoded) for s in plan.inner] == [s.of(text) for s in inside]
        assert len(inside) == 1 or count([plan.encoded])[0] <= ROOM
    assert len({plan.content_hash for plan in plans}) == len(plans)


@given(ARTICLE, st.sampled_from([Credit(), Credit(title="A title", publisher="The Day")]))
def test_every_sentence_is_in_exactly_one_passage(text, credit):
    sentences, plans = plans_of(text, credit)
    whole(text, sentences, plans)


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


WORDS = "war peace harbour wind 2024 minister vote crowd bridge".split()
LINE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=ROOM // 4).map(
    lambda words: f"The {' '.join(words)} ended."
)
HEADING = st.lists(st.sampled_from(["War", "Peace", "Harbour"]), min_size=2, max_size=4).map(" ".join)
PARAGRAPH = st.one_of(st.lists(LINE, min_size=1, max_size=6), st.lists(HEADING, min_size=1, max_size=1))
PARAGRAPHS = st.lists(PARAGRAPH, min_size=1, max_size=10)


def joined(paragraphs):
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs if paragraph)


@st.composite
def edits(draw):
    """Draw paragraphs of sentences, and the same with one sentence replaced, added or taken out."""
    before = draw(PARAGRAPHS)
    after = [list(paragraph) for paragraph in before]
    paragraph = after[draw(st.integers(0, len(after) - 1))]
    place = draw(st.integers(0, len(paragraph) - 1))
    kind = draw(st.sampled_from(["replaced", "added", "taken out"]))
    paragraph[place : place + (kind != "added")] = [] if kind == "taken out" else [draw(LINE)]
    return before, after


@given(edits())
def test_one_changed_sentence_makes_at_most_two_new_passages(edit):
    """Sentences here fill at most a quarter of a passage, and a heading is not what changes."""
    before, after = map(joined, edit)
    old_sentences, old_plans = plans_of(before)
    new_sentences, plans = plans_of(after, old=as_old(before, old_sentences, old_plans))
    whole(after, new_sentences, plans)
    assert len({plan.content_hash for plan in plans} - {plan.content_hash for plan in old_plans}) <= 2


@given(st.lists(PARAGRAPHS, min_size=2, max_size=8))
def test_whatever_changes_passages_stay_whole_and_do_not_crumble(versions):
    old = []
    for paragraphs in versions:
        text = joined(paragraphs)
        sentences, plans = plans_of(text, old=old)
        whole(text, sentences, plans)
        assert len(plans) <= 2 * len(plans_of(text)[1])
        old = as_old(text, sentences, plans)


@given(ARTICLE)
def test_the_same_text_again_has_the_same_passages(text):
    sentences, plans = plans_of(text)
    assert plans_of(text, old=as_old(text, sentences, plans))[1] == plans


def test_a_paragraph_that_moved_keeps_its_passage():
    body = [" ".join(f"The {word} of the harbour ended with number {i}." for i in range(11)) for word in WORDS]
    before, after = "\n\n".join(body), "\n\n".join([*body[1:], body[0]])
    sentences, old_plans = plans_of(before)
    plans = plans_of(after, old=as_old(before, sentences, old_plans))[1]
    assert {plan.content_hash for plan in plans} == {plan.content_hash for plan in old_plans}


def test_nothing_but_headings_is_not_a_passage_a_line():
    """A list of short lines costs as many passages as its words need."""
    text = "\n".join(f"A Short Line {number}" for number in range(500))
    sentences, plans = plans_of(text)
    assert all(sentence.heading for sentence in sentences)
    whole(text, sentences, plans)
    assert len(plans) <= 2 * 500 * 4 / ROOM + 1

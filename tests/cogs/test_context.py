"""The context of a quote is a slice of its article with the quote marked, in one message as far as it fits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cogs._markdown.lengths import MESSAGE_LIMIT, units
from cogs._rendering.context import SENTENCES_AROUND, context_messages, in_context, source_messages
from retrieval.domain.answers import Quote
from retrieval.domain.articles import Article, Credit, Sentence, Span, StoredArticle
from tests.cogs.discord_markdown import read
from tests.cogs.quotes import AGENDA, FULL, NEWS, article, placed

SENTENCES = st.lists(st.text("ab*.\n ", min_size=1, max_size=60).map(lambda t: f"x{t}x"), min_size=1, max_size=12)


def stored(sentences: list[str]) -> StoredArticle:
    text, spans = "", []
    for sentence in sentences:
        spans.append(Sentence(Span(len(text), len(text) + len(sentence)), 0))
        text += f"{sentence} "
    return StoredArticle(Article("a", text, FULL), "shared", tuple(spans), ())


@given(SENTENCES, st.data())
def test_a_context_is_of_the_article_and_marks_the_quote(sentences: list[str], data: st.DataObject) -> None:
    made = stored(sentences)
    first = data.draw(st.integers(0, len(sentences) - 1))
    last = data.draw(st.integers(first, len(sentences) - 1))
    span = Span(made.sentences[first].span.start, made.sentences[last].span.end)
    quote = Quote(span.of(made.article.text), "a", span.start, span.end, 0.0, FULL, NEWS)
    around = in_context(made, quote)
    assert around is not None
    assert around.text == made.article.text[around.start : around.end]
    (emphasis,) = around.emphasis
    assert emphasis.of(around.text) == quote.text
    assert around.attribution is None
    assert around.start == made.sentences[max(first - SENTENCES_AROUND, 0)].span.start
    assert len(context_messages([around], lost=None)) == 1


def test_what_does_not_fit_into_one_message_loses_neighbours_first() -> None:
    sentences = [f"{number} " + "word " * 90 for number in range(9)]
    made = stored(sentences)
    span = made.sentences[4].span
    quote = Quote(span.of(made.article.text), "a", span.start, span.end, 0.0, FULL)
    around = in_context(made, quote)
    assert around is not None
    assert (around.start, around.end) == (made.sentences[3].span.start, made.sentences[5].span.end)
    (message,) = context_messages([around], lost=None)
    assert units(message) <= MESSAGE_LIMIT
    assert read(message).bold == [quote.text.strip()]


def test_an_article_that_no_longer_reads_so_has_no_context() -> None:
    quote = placed(AGENDA)
    assert in_context(article(AGENDA), replace(quote, start=quote.start + 1, end=quote.end + 1)) is None


def test_many_sources_with_long_names_go_over_several_messages() -> None:
    credit = Credit(title="[*" * 900, publisher="_" * 900, url="https://example.com/" + "a" * 480)
    articles = [article(article_id=str(number), credit=credit) for number in range(5)]
    messages = source_messages(articles, lost="1 further quote no longer in the articles.")
    assert all(units(message) <= MESSAGE_LIMIT for message in messages)
    assert sum(message.count("<https://example.com/") for message in messages) == 5

"""Words in quotation marks inside of another's are the inner speaker's; a credit below a block quotation is its own."""

from __future__ import annotations

import pytest

from bot.words.answers import credit_layers
from retrieval.asking.lookups.speakers import is_from, names_of
from retrieval.domain.answers import Quote
from retrieval.domain.articles import Article, Attribution, Credit, SourceKind, Span
from retrieval.keeping.formats.pages import read_page
from retrieval.store import StoredArticle
from tests.retrieval.keeping.attribution.helpers import read, told

TUGS = (
    "The tug owners met the harbour board on Friday.\n\n"
    "“The minister told me, ‘Your tugs will be the last to go,’” shipowner Ruth Amsel said. “I wrote it down.”\n\n"
    "“He said to us, ‘We are done with tugs,’ and then he left,” deckhand Olle Brink recalled."
)


def at(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_the_inner_speaker_speaks_and_the_outer_one_hands_it_on() -> None:
    stored = StoredArticle(Article("a", TUGS, Credit(publisher="The Quay")), "shared", (), tuple(read(TUGS)))
    inner = at(TUGS, "Your tugs will be the last to go")
    assert is_from(stored, inner, "the minister")
    assert not is_from(stored, inner, "Ruth Amsel")
    assert not is_from(stored, at(TUGS, "We are done with tugs"), "Olle Brink")
    assert is_from(stored, at(TUGS, "and then he left"), "Olle Brink")
    assert is_from(stored, at(TUGS, "I wrote it down"), "Ruth Amsel")
    assert list(names_of(stored, at(TUGS, "We are done with tugs"))) == []


def test_both_are_told_apart() -> None:
    found = {a.name: a.cue_text for a in read(TUGS) if a.shown}
    assert found["The minister"] == "told me, quoted by Ruth Amsel"
    assert "Ruth Amsel" in found


def test_a_thing_in_quotation_marks_inside_of_words_is_nobodys() -> None:
    text = "“There was a sign, ‘No swimming after dark,’ and nobody read it,” lifeguard Ana Pohl said."
    assert all(name == "Ana Pohl" for name, _ in told(text))


BLOCK = (
    "<html><body><article><h1>Bell lost</h1><p>The island of Sorr lost its bell in a storm that lasted for two nights, "
    "and the council will not buy another one before the spring, it was told on Friday.</p>{}<p>The lighthouse stays "
    "dark until the wiring has been mended, which will take the whole of the winter, engineers think.</p>"
    "</article></body></html>"
)


@pytest.mark.parametrize(
    "block",
    [
        "<blockquote><p>“We lost the sound of every evening.”</p><footer>— <cite>Ina Korr</cite></footer></blockquote>",
        "<blockquote><p>We lost the sound of every evening.</p><footer>Ina Korr, keeper</footer></blockquote>",
        "<blockquote><p>“We lost the sound of every evening.” <cite>Ina Korr</cite></p></blockquote>",
        "<figure><blockquote>We lost the sound of every evening.</blockquote><figcaption>Ina Korr</figcaption>",
    ],
)
def test_a_block_quotation_keeps_its_credit(block: str) -> None:
    text = read_page(BLOCK.format(block), origin="x", name="x").text
    said = [words for name, words in told(text) if name == "Ina Korr"]
    assert len(said) == 1
    assert said[0].strip("“”") == "We lost the sound of every evening."


def test_a_title_inside_of_a_block_quotation_is_no_credit() -> None:
    block = "<blockquote><p>“We read <cite>The Bell</cite> each night and never tired of it.”</p></blockquote>"
    assert "— " not in read_page(BLOCK.format(block), origin="x", name="x").text


def test_a_sentence_credited_for_a_clause_is_shown_as_such() -> None:
    text = (
        "The yard, which has built ferries since 1911 and now has three hundred workers in two halls by the river, "
        "will shut in May, and its owner said nobody wanted that."
    )
    clause = at(text, "nobody wanted that")
    owner = Attribution(
        (at(text, "its owner"),), (at(text, "said"),), (clause,), SourceKind.UNNAMED, "its owner", "said", shown=True
    )
    whole = Quote(text, "a", 0, len(text), 1.0, Credit(), owner)
    assert credit_layers(whole, show=lambda words, _: words).startswith(
        "“nobody wanted that”: credited in the text to its owner (“said”)"
    )
    end = at(text, "and its owner said nobody wanted that.")
    own = Quote(end.of(text), "a", end.start, end.end, 1.0, Credit(), owner)
    assert credit_layers(own, show=lambda words, _: words).startswith("Credited in the text to its owner")

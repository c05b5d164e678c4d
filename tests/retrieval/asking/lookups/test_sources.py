"""Sources are listed, found by any of their names and never mixed; what is shown is verbatim."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.indexing import index
from retrieval.asking.lookups.gathering import MAX_QUOTE_CHARS
from retrieval.asking.lookups.source_desk import KEPT_SOURCES
from retrieval.asking.lookups.sources import list_sources, quotes_of_source, suggest
from retrieval.domain.articles import Article, Attribution, Credit, SourceKind, Span
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.lookups import SeveralSources, SourceQuotes
from retrieval.language.sentences import split_sentences
from retrieval.store import StoredArticle

PERSON, OUTLET, ORGANISATION = SourceKind.PERSON, SourceKind.OUTLET, SourceKind.ORGANISATION
TREATY = "Benny Gantz landed early. The treaty is dead, Benny Gantz said. Nobody else spoke."


def said(text: str, content: str, source: str, cue: str = "said", *, name: str = "", kind: SourceKind = PERSON,
         shown: bool = True) -> Attribution:  # fmt: skip
    """Make an attribution whose parts are found in `text`; the source is its last mention."""

    def span(part: str, at: int) -> tuple[Span, ...]:
        assert at >= 0, part
        return (Span(at, at + len(part)),)

    return Attribution(
        source=span(source, text.rfind(source)),
        cue=span(cue, text.find(cue)),
        content=span(content, text.find(content)),
        kind=kind,
        name=name or source,
        cue_text=cue,
        shown=shown,
    )


def stored(text: str, *attributions: Attribution, day: int = 0, publisher: str | None = None,
           title: str | None = None) -> StoredArticle:  # fmt: skip
    published_at = datetime(2024, 3, day, tzinfo=UTC) if day else None
    credit = Credit(title=title, publisher=publisher, published_at=published_at)
    article = Article(f"{publisher}-{day}-{hash(text)}", text, credit)
    return StoredArticle(article, "shared", tuple(split_sentences(text)), attributions)


def library(*articles: StoredArticle) -> tuple[StoredArticle, ...]:
    """Return a library as looking sources up reads it."""
    return articles


def quoted(libraries: list[tuple[StoredArticle, ...]], name: str, topic: str | None = None) -> list[str]:
    found = quotes_of_source(libraries, name, topic)
    assert isinstance(found, SourceQuotes)
    return [quote.text for quote in found.quotes]


def gantz(day: int = 0, **credit: str) -> StoredArticle:
    return stored(TREATY, said(TREATY, "The treaty is dead", "Benny Gantz"), day=day, **credit)


def test_a_source_is_summed_up_over_its_articles():
    [summary] = list_sources([library(gantz(day=2), gantz(day=9), gantz())])
    assert (summary.source, summary.kind, summary.quotes, summary.articles) == ("Benny Gantz", PERSON, 3, 3)
    assert (summary.first_at, summary.last_at) == (datetime(2024, 3, 2, tzinfo=UTC), datetime(2024, 3, 9, tzinfo=UTC))


def test_a_publisher_is_an_outlet_even_if_nothing_is_attributed_to_it():
    listed = list_sources([library(gantz(day=2, publisher="The Day"))])
    assert [(s.source, s.kind, s.quotes, s.articles) for s in listed] == [
        ("Benny Gantz", PERSON, 1, 1),
        ("The Day", OUTLET, 0, 1),
    ]


def test_an_outlet_that_publishes_and_is_cited_is_one_source():
    text = "The port is shut, the Day reported."
    cited = stored(text, said(text, "The port is shut", "the Day", "reported", kind=OUTLET), publisher="The Sun")
    listed = {s.source: s for s in list_sources([library(gantz(publisher="The Day"), cited)])}
    assert (listed["The Day"].quotes, listed["The Day"].articles) == (1, 2)


def test_what_is_not_shown_does_not_count():
    hidden = stored(TREATY, said(TREATY, "The treaty is dead", "Benny Gantz", shown=False))
    assert list_sources([library(hidden)]) == []
    assert quotes_of_source([library(hidden)], "Benny Gantz") is None


def test_the_whole_sentence_is_quoted_with_both_layers():
    found = quotes_of_source([library(gantz(publisher="The Day"))], "benny gantz")
    assert isinstance(found, SourceQuotes)
    [quote] = found.quotes
    assert quote.text == "The treaty is dead, Benny Gantz said."
    assert quote.text == TREATY[quote.start : quote.end]
    assert quote.attribution is not None
    assert (quote.attribution.name, quote.credit.publisher) == ("Benny Gantz", "The Day")


def test_the_sentence_that_names_the_source_is_quoted_only_where_it_adjoins():
    near = "Gantz spoke. The treaty is dead. It rained."
    far = "Gantz spoke. It rained. The treaty is dead."
    books = [library(stored(text, said(text, "The treaty is dead", "Gantz", "spoke"))) for text in (near, far)]
    assert quoted(books[:1], "Gantz") == ["Gantz spoke. The treaty is dead."]
    assert quoted(books[1:], "Gantz") == ["The treaty is dead."]


def test_two_statements_in_one_sentence_are_one_quote():
    text = "The treaty is dead and the port is shut, Gantz said."
    parts = (said(text, "The treaty is dead", "Gantz"), said(text, "the port is shut", "Gantz"))
    books = [library(stored(text, *parts))]
    assert quoted(books, "Gantz") == [text]
    assert list_sources(books)[0].quotes == 1


def test_the_newest_comes_first_and_the_undated_last():
    books = [library(gantz(), gantz(day=2)), library(gantz(day=9))]
    found = quotes_of_source(books, "Gantz")
    assert isinstance(found, SourceQuotes)
    dates = [quote.credit.published_at for quote in found.quotes]
    assert [date.day if date else None for date in dates] == [9, 2, None]


def test_an_outlet_is_shown_with_the_opening_of_what_it_published():
    text = "Unsanctioned Trip Sparks Controversy\n\nThe port is shut. Ships wait."
    books = [library(stored(text, publisher="The Day"))]
    assert quoted(books, "the day") == ["The port is shut."]


def test_an_opening_that_credits_someone_tells_so():
    text = "The port is shut, Gantz said. Ships wait."
    books = [library(stored(text, said(text, "The port is shut", "Gantz"), publisher="The Day"))]
    found = quotes_of_source(books, "The Day")
    assert isinstance(found, SourceQuotes)
    assert found.quotes[0].attribution is not None
    assert found.quotes[0].attribution.name == "Gantz"


@pytest.mark.parametrize("typed", ["Benny Gantz", "GANTZ", "Gantz's", "benny  gantz", "Bénny Gantz"])
def test_a_person_is_found_however_typed_and_by_surname(typed):
    assert quoted([library(gantz())], typed) == ["The treaty is dead, Benny Gantz said."]


def test_a_surname_that_several_bear_is_not_mixed():
    text = "It rained, Yael Gantz said."
    books = [library(gantz(), stored(text, said(text, "It rained", "Yael Gantz")))]
    assert quotes_of_source(books, "gantz") == SeveralSources(("Benny Gantz", "Yael Gantz"))
    assert quoted(books, "Yael Gantz") == [text]


def test_a_bare_surname_joins_the_only_bearer_and_stays_apart_from_several():
    text, other = "It rained, Gantz said.", "It snowed, Yael Gantz said."
    bare = stored(text, said(text, "It rained", "Gantz"))
    yael = stored(other, said(other, "It snowed", "Yael Gantz"))
    assert len(quoted([library(gantz(), bare)], "Gantz")) == 2
    found = quotes_of_source([library(gantz(), bare, yael)], "Gantz")
    assert isinstance(found, SourceQuotes)
    assert ([quote.text for quote in found.quotes], found.others) == ([text], ("Benny Gantz", "Yael Gantz"))


def test_a_title_before_a_name_makes_no_other_person():
    text = "It rained, Cabinet Minister Benny Gantz said."
    books = [library(gantz(), stored(text, said(text, "It rained", "Cabinet Minister Benny Gantz")))]
    assert [(summary.source, summary.quotes) for summary in list_sources(books)] == [("Benny Gantz", 2)]
    assert quoted(books, "cabinet minister benny gantz") == quoted(books, "gantz")


def test_a_description_is_no_source_to_look_up_but_an_unnamed_group_is():
    text = "It rained, the company said."
    named = {"the company": ORGANISATION, "The report": SourceKind.DOCUMENT, "officials": SourceKind.UNNAMED}
    parts = (said(text, "It rained", "the company", name=name, kind=kind) for name, kind in named.items())
    assert [summary.source for summary in list_sources([library(stored(text, *parts))])] == ["officials"]


def test_an_outlet_is_found_by_its_short_form_and_initials_but_not_by_a_pronoun():
    texts = {"The Post": "It rained, The Post said.", "NYP": "It rained, NYP said.", "he": "It rained, he said."}
    articles = (
        stored(text, said(text, "It rained", form, name="New York Post", kind=OUTLET)) for form, text in texts.items()
    )
    books = [library(*articles)]
    assert len(quoted(books, "the post")) == len(quoted(books, "NYP")) == 3
    assert quotes_of_source(books, "he") is None
    assert set(list_sources(books)[0].aliases) == {"The Post", "NYP"}


def test_a_topic_is_matched_by_stems_in_the_quote_or_the_title():
    books = [library(gantz(title="Floods in Haifa"))]
    for topic in ("treaties", "flood", "the flooding treaty", "Haifa"):
        assert len(quoted(books, "Gantz", topic)) == 1
    assert quoted(books, "Gantz", "nobody") == []
    assert list_sources(books, "ministry") == []
    assert list_sources(books, "treaties")[0].quotes == 1


@pytest.mark.parametrize("name", ["Kamala Harris", "", "?!", "Ben"])
def test_nothing_from_a_source_is_none(name):
    assert quotes_of_source([library(gantz())], name) is None


def test_only_the_given_libraries_are_read():
    other = "It rained, Yael Levi said."
    own, foreign = library(gantz()), library(stored(other, said(other, "It rained", "Yael Levi")))
    assert [summary.source for summary in list_sources([own])] == ["Benny Gantz"]
    assert quotes_of_source([own], "Levi") is None
    assert suggest([own], "") == ["Benny Gantz"]
    assert suggest([own, foreign], "l") == ["Yael Levi"]


def test_suggestions_begin_a_word_and_the_most_quoted_come_first():
    text = "It rained, Gabi Ben said."
    books = [library(stored(text, said(text, "It rained", "Gabi Ben")), gantz(), gantz())]
    assert suggest(books, "ben") == ["Benny Gantz", "Gabi Ben"]
    assert suggest(books, "gabi b") == ["Gabi Ben"]
    assert suggest(books, "antz") == suggest(books, "!!") == []


def test_suggestions_are_few_and_short_and_a_cut_name_is_found():
    long_name = "Committee of " + "Very " * 30 + "Important People"
    text = "It rained, the group said."
    names = [long_name, *(f"Person {chr(65 + n)}" for n in range(26))]
    books = [library(*(stored(text, said(text, "It rained", "the group", name=n, kind=ORGANISATION)) for n in names))]
    assert len(suggest(books, "")) == 25
    [cut] = suggest(books, "committee")
    assert len(cut) <= 100
    assert quoted(books, cut) == [text]


async def test_the_engine_looks_up_what_is_indexed_at_that_moment(engine, write):
    libraries = [SHARED_LIBRARY]
    assert await engine.sources(None, libraries=libraries) == []
    told = (
        ("a.txt", "The port is shut, according to Benny Gantz."),
        ("b.txt", "It rained, according to Yael Levi."),
    )
    for name, text in told:
        await index(engine, [write(name, text)])
        found = await engine.source(text.partition(", according to ")[2].rstrip("."), None, libraries=libraries)
        assert [quote.text for quote in found.quotes] == [text]
        assert all(await engine.still_verbatim(found.quotes))
    assert [summary.source for summary in await engine.sources(None, libraries=libraries)] == [
        "Benny Gantz",
        "Yael Levi",
    ]
    assert await engine.suggest_sources("le", libraries=libraries) == ["Yael Levi"]
    assert await engine.suggest_sources("le", libraries=["guild-1"]) == []


async def test_the_engine_keeps_the_sources_of_few_places(engine):
    for number in range(KEPT_SOURCES + 3):
        await engine.sources(None, libraries=[f"guild-{number}", SHARED_LIBRARY])
    assert len(engine._sources.kept) == KEPT_SOURCES


def test_a_name_in_a_script_without_capitals_is_a_name():
    text = "下雨了, 王毅 said."
    books = [library(stored(text, said(text, "下雨了", "王毅")))]
    assert quoted(books, "王毅") == [text]


@given(st.data())
def test_a_quote_is_always_the_articles_own_characters(data: st.DataObject):
    text = data.draw(st.text(st.sampled_from("aB é“”\"'.!?\n🙂 "), min_size=1, max_size=3_000))
    sizes = st.integers(0, len(text))
    spans = st.lists(st.tuples(sizes, sizes).map(lambda pair: Span(min(pair), max(pair))), max_size=2).map(tuple)
    attributions = [
        Attribution(data.draw(spans), data.draw(spans), data.draw(spans), PERSON, "Gantz", "said") for _ in range(3)
    ]
    found = quotes_of_source([library(stored(text, *attributions))], "Gantz")
    assert isinstance(found, SourceQuotes)
    for quote in found.quotes:
        assert quote.text == text[quote.start : quote.end]
        assert 0 < len(quote.text) <= MAX_QUOTE_CHARS

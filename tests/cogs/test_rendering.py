"""Rendered answers stay within Discord's limits, are whole or say what is missing, and credit both layers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogs._rendering import (
    MAX_MESSAGES,
    MESSAGE_LIMIT,
    asked_line,
    credit_lines,
    quote_text,
    render,
    safe_url,
    shown,
    units,
)
from retrieval.domain.answers import Comparison, Outcome, Quote, Relation
from retrieval.domain.articles import Attribution, Credit, SourceKind, Span
from tests.cogs.discord_markdown import read
from tests.cogs.quotes import AGENDA, FULL, LABEL, NEWS, POLITICO, RIFT, VISIT, answer, quote, refusal

GOLDEN = Path(__file__).parent / "golden"
WORDS = st.text(st.characters(), max_size=40)
CREDITS = st.builds(
    Credit,
    title=st.none() | WORDS | st.just("[*" * 900),
    publisher=st.none() | WORDS | st.just("*" * 900),
    byline=st.none() | WORDS | st.just("_" * 900),
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    url=st.none() | WORDS | st.just("https://example.com/" + "(" * 400) | st.just("https://example.com/x"),
    title_is_label=st.booleans(),
)
ATTRIBUTIONS = st.none() | st.builds(
    Attribution,
    source=st.just(()),
    cue=st.just(()),
    content=st.just(()),
    kind=st.sampled_from(SourceKind),
    name=WORDS | st.just("|" * 900),
    cue_text=WORDS,
    shown=st.booleans(),
)
LONG = st.builds(
    lambda unit, count: unit * count,
    st.text(st.sampled_from("ab *_\n.>1:\U0001f600\u202e"), min_size=1, max_size=30),
    st.integers(1, 600),
)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    text = draw(st.text(st.characters(), min_size=1, max_size=200) | LONG)
    edges = st.integers(0, len(text))
    emphasis = draw(st.lists(st.tuples(edges, edges).map(lambda p: Span(min(p), max(p))), max_size=3))
    return quote(text, credit=draw(CREDITS), attribution=draw(ATTRIBUTIONS), emphasis=emphasis)


@settings(max_examples=150)
@given(st.lists(quotes(), min_size=1, max_size=3), st.booleans(), st.none() | WORDS, WORDS)
def test_no_answer_passes_a_limit(found: list[Quote], answered: bool, asked: str | None, name: str) -> None:
    outcome = answer(*found) if answered else refusal(*found, name=name)
    messages = render(outcome, above=None if asked is None else asked_line(asked))
    assert 1 <= len(messages) <= MAX_MESSAGES
    assert all(0 < units(message) <= MESSAGE_LIMIT for message in messages)
    told = "not fit" in "".join(messages)
    together = "".join(quote_text(message) for message in messages)
    assert told or together == "".join(quote.text for quote in found) or len(found) > 1
    if not told:
        assert together.replace("\n", "") == "".join(quote.text for quote in found).replace("\n", "")


@settings(max_examples=100)
@given(LONG)
def test_the_parts_of_a_long_quote_are_the_quote(text: str) -> None:
    messages = render(answer(quote(text)))
    parts = "".join(quote_text(message) for message in messages)
    assert text.startswith(parts)
    missing = len(text) - len(parts)
    assert (f"{missing:,} more characters of this quote do not fit here." in messages[-1]) == (missing > 0)


def test_a_long_quote_is_parted_after_a_sentence() -> None:
    text = " ".join(f"Sentence {number} is here." for number in range(200))
    messages = render(answer(quote(text)))
    assert all(quote_text(message).endswith(". ") for message in messages[:-1])
    assert all("continues in the next message" in message for message in messages[:-1])
    assert all(message.startswith("-# (continued)\n") for message in messages[1:])


def test_the_best_quote_comes_first_and_each_has_its_own_lines() -> None:
    (message,) = render(answer(quote(AGENDA, attribution=NEWS), quote(RIFT, attribution=POLITICO)))
    seen = read(message)
    assert seen.quotes == [AGENDA, RIFT]
    assert ["All Israel News" in seen.small[0], "POLITICO" in seen.small[2]] == [True, True]


def comparison(*quotes: Quote, relation: Relation = Relation.SAME, outlets: bool = True, values=()) -> Comparison:
    return Comparison(relation, quotes, tuple(f"Outlet {number}" for number in range(len(quotes))), outlets, values)


ONE, TWO, THREE = quote(AGENDA, attribution=NEWS), quote(RIFT, attribution=POLITICO), quote(VISIT)


@pytest.mark.parametrize(
    ("made", "lead"),
    [
        (comparison(ONE, TWO), "2 outlets report this:"),
        (comparison(ONE, TWO, outlets=False), "2 sources say this:"),
        (
            comparison(ONE, TWO, relation=Relation.DIFFERS, values=("21", "more than *25*")),
            r"These two differ: “21” and “more than \*25\*”.",
        ),
        (comparison(ONE, TWO, relation=Relation.DIFFERS), "These two differ: one denies what the other says."),
    ],
)
def test_quotes_that_are_compared_stand_below_words_of_the_bot(made: Comparison, lead: str) -> None:
    (message,) = render(replace(answer(ONE, TWO, THREE), comparisons=(made,)))
    lines = message.split("\n")
    assert lines[0] == f"**{lead}**"
    assert lines.index("**Also in the articles:**") > lines.index(f"> {RIFT}")
    assert read(message).quotes == [AGENDA, RIFT, VISIT]


def test_a_comparison_is_not_told_once_one_of_its_quotes_is_gone() -> None:
    (message,) = render(replace(answer(TWO, THREE), comparisons=(comparison(ONE, TWO),)))
    assert "report this" not in message
    assert "Also in" not in message


def test_who_says_so_stands_on_top_where_that_was_asked() -> None:
    (message,) = render(replace(answer(ONE, TWO), reporters=("All Israel News", "POLITICO")))
    assert message.startswith("**From All Israel News and POLITICO:**\n> ")


@settings(max_examples=60)
@given(st.lists(quotes(), min_size=2, max_size=5, unique=True), st.lists(WORDS, min_size=2, max_size=2))
def test_no_comparison_passes_a_limit_or_parts_from_its_quotes(found: list[Quote], values: list[str]) -> None:
    made = comparison(*found[:2], relation=Relation.DIFFERS, values=tuple(values))
    messages = render(replace(answer(*found), comparisons=(made,)))
    assert len(messages) <= MAX_MESSAGES
    assert all(0 < units(message) <= MESSAGE_LIMIT for message in messages)
    (told,) = [line for message in messages for line in message.split("\n") if line.startswith("**These two")]
    assert not any(message.endswith(told) for message in messages)


def test_quotes_that_find_no_room_are_counted() -> None:
    huge = quote("word " * 4000)
    messages = render(answer(huge, quote(AGENDA), quote(VISIT)))
    assert messages[-1].endswith("-# 2 more quotes do not fit in this answer.")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            quote(credit=FULL, attribution=NEWS),
            [
                "According to All Israel News (“as reported by”)",
                "Published by The Example Daily, 3 March 2024 · [Open the article](<https://example.com/news/gantz>)",
            ],
        ),
        (quote(credit=LABEL), ["From an article kept here as “Benny Gantz in Washington”"]),
        (
            quote(credit=Credit(), attribution=replace(NEWS, kind=SourceKind.PERSON, name="Benny Gantz", cue_text="")),
            ["According to Benny Gantz", "From an article that does not say who published it"],
        ),
        (
            quote(credit=Credit(publisher="The Day"), attribution=replace(POLITICO, cue_text="according to")),
            ["According to POLITICO", "Published by The Day"],
        ),
        (quote(credit=Credit(publisher="The Day"), attribution=replace(NEWS, shown=False)), ["Published by The Day"]),
        (
            quote(credit=Credit(title="A title", published_at=datetime(2024, 12, 31, 23, 59, tzinfo=UTC))),
            ["From “A title”, 31 December 2024"],
        ),
        (
            quote(credit=Credit(published_at=datetime(2024, 1, 1, tzinfo=UTC))),
            ["From an article that does not say who published it, 1 January 2024"],
        ),
        (
            quote(credit=Credit(title=" ", publisher="\n", byline=" ")),
            ["From an article that does not say who published it"],
        ),
        (quote(credit=Credit(title="A title", byline="By Jane Doe")), ["From “A title” by Jane Doe"]),
        (
            replace(quote(credit=Credit(publisher="A")), also_carried_by=tuple(Credit(publisher=p) for p in "BCDE")),
            ["Published by A; also in B, C and D"],
        ),
    ],
)
def test_the_small_lines_tell_both_layers_and_nothing_that_is_not_known(line: Quote, expected: list[str]) -> None:
    assert credit_lines(line) == "\n".join(f"-# {told}" for told in expected)
    assert "](" not in credit_lines(line, linked=False)


@given(CREDITS, ATTRIBUTIONS)
def test_the_small_lines_are_small_lines_whatever_they_credit(credit: Credit, attribution: Attribution | None) -> None:
    seen = read(credit_lines(quote(credit=credit, attribution=attribution)))
    assert seen.features <= {"subtext", "link"}
    assert 1 <= len(seen.small) <= 2
    assert len(seen.links) <= 1


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "ftp://example.com/a", "https://", "//a.test", "https://a b.test/",
        "https://example.com/\n> x", "https://example.com@evil.test/", "https://example.com/" + "a" * 500,
        "http://[::1", "https://[::1]/", "\u202ehttps://example.com",
    ],
)  # fmt: skip
def test_an_address_that_is_unsafe_or_too_long_is_not_linked(url: str | None) -> None:
    assert safe_url(url) is None


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.com/a_b?c=d&e=f#g", "https://example.com/a_b?c=d&e=f#g"),
        ("https://example.com/a(b)>c", "https://example.com/a%28b%29%3Ec"),
        ("https://example.com/%20x", "https://example.com/%20x"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
    ],
)
def test_an_address_is_written_so_that_the_link_ends_where_it_should(url: str, linked: str) -> None:
    assert safe_url(url) == linked
    assert read(credit_lines(quote(credit=Credit(url=url)))).links == [linked]


@given(WORDS, st.integers(10, 60))
def test_our_own_words_are_cut_visibly(text: str, limit: int) -> None:
    short = shown(text, limit=limit)
    assert units(short) <= limit
    assert "\n" not in short
    assert short.endswith("…") or short == shown(text, limit=10_000)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("answer", answer(quote(AGENDA, attribution=NEWS, emphasis=[Span(0, 15)]), quote(VISIT))),
        ("answer_with_full_credit", answer(quote(RIFT, credit=FULL, attribution=POLITICO))),
        ("refusal", refusal()),
        ("refusal_with_near_misses", refusal(quote(VISIT), quote(RIFT, attribution=POLITICO))),
        ("markdown", answer(quote("# 1. *Bold* claim:\n\n- @everyone [reads](https://a.b)\n> and `quotes`"))),
        ("long", answer(quote("\n\n".join([AGENDA, VISIT, RIFT] * 5), credit=FULL, attribution=NEWS))),
    ],
)
def test_whole_answers_are_as_the_golden_files_hold_them(name: str, outcome: Outcome, update_golden: bool) -> None:
    """Run `pytest tests/cogs --update-golden` to write them anew, and read the difference."""
    written = "\n<<< next message >>>\n".join(render(outcome)) + "\n"
    path = GOLDEN / f"{name}.md"
    if update_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == written

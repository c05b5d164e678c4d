"""Escaping never changes what a reader sees, and can always be undone."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from simcord.preview._markdown import markdown_tokens

from cogs._rendering import escape, quote_text, unescape
from retrieval.domain.articles import Span
from tests.cogs.discord_markdown import read

MARKS = "* ** _ __ ~~ ` ``` || > >>> # ## - -# + 1. 12) [ ] ( ) < > @ : :: \\ ⟦ ⟦U+ ⟧ . !".split()
NASTY = st.sampled_from(
    [
        *MARKS,
        *(" ", "  ", "\n", "\t", "\r", "\u2028", "\x00", "\ud800", "\u202e", "\u200b"),
        *("a", "word", "@everyone", "<@1>", "<t:0:R>", ":smile:", "https://a.b/c_d_e", "[a](b)"),
        *("\n# x", "\n- x", "\n1. x", "discord.gg/abc", "¯\\_(ツ)_/¯", "👩‍👩‍👧", "‏שלום"),
    ]
)
TEXTS = st.one_of(st.text(st.characters(), max_size=60), st.lists(NASTY, max_size=25).map("".join))


def as_quote(text: str, emphasis: tuple[Span, ...] = ()) -> str:
    return "\n".join(f"> {line}" for line in escape(text, emphasis).split("\n"))


def spans_of(text: str) -> st.SearchStrategy[tuple[Span, ...]]:
    edges = st.integers(0, len(text))
    span = st.tuples(edges, edges).map(lambda pair: Span(min(pair), max(pair)))
    return st.lists(span, max_size=4).map(tuple)


@given(TEXTS)
@example("\\")
@example("⟦U+202E⟧")
def test_unescaping_undoes_escaping(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.data())
def test_bold_changes_no_character(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    emphasis = data.draw(spans_of(text))
    assert unescape(escape(text, emphasis)) == text
    assert quote_text(as_quote(text, emphasis)) == text


@settings(max_examples=300)
@given(st.data())
def test_discord_shows_the_characters_of_the_article(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    emphasis = data.draw(spans_of(text))
    seen = read(as_quote(text, emphasis))
    assert seen.features <= {"quote", "bold"}
    (quoted,) = seen.quotes
    assert unescape_codes(quoted) == text


@given(st.data())
def test_bold_covers_the_emphasis_and_nothing_else(data: st.DataObject) -> None:
    text = data.draw(st.text("ab *\n", max_size=30))
    emphasis = data.draw(spans_of(text))
    bold = {index for span in emphasis for index in range(span.start, span.end)}
    shown = read(as_quote(text, emphasis)).bold
    assert "".join("".join(shown).split()) == "".join(
        char for index, char in enumerate(text) if index in bold and not char.isspace()
    )


@pytest.mark.parametrize(
    "text",
    [
        "**bold** _italic_ __underline__ ~~gone~~ ||hidden||",
        "# A heading",
        "- a list\n* another\n+ third",
        "1. first\n2) second",
        "-# small",
        "> quoted",
        ">>> quoted to the end",
        "`code` and ```block```",
        "[masked](https://example.com)",
        "<https://example.com/a_b_c> https://example.com/a_b_c",
        "@everyone @here <@1> <@&2> <#3> </ask:4> <:x:5> <t:0:R>",
        ":smile: 10:30:45",
        "snake_case_name and 2*3*4",
    ],
)
def test_markdown_in_an_article_shows_as_its_characters(text: str) -> None:
    seen = read(as_quote(text))
    assert seen.features == {"quote"}
    assert seen.quotes == [text]


@pytest.mark.parametrize("text", ["**bold**", "# A heading", "- a list", "||x|| @everyone `c` [a](b) :b:"])
def test_simcords_own_reader_agrees(text: str) -> None:
    (block,) = markdown_tokens(as_quote(text), context={"everyone": True})
    (paragraph,) = block["children"]
    (line,) = paragraph["children"]
    assert "".join(token["content"] for token in line["children"]) == text


@pytest.mark.parametrize(("char", "shown"), [("\u202e", "⟦U+202E⟧"), ("\x07", "⟦U+0007⟧"), ("\u2067", "⟦U+2067⟧")])
def test_a_character_that_turns_text_around_is_shown_by_its_number(char: str, shown: str) -> None:
    assert escape(f"a{char}b") == f"a{shown}b"


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "می‌خواهم", "‏שלום‏", "naïve café"])
def test_joiners_and_marks_that_scripts_need_stay_as_they_are(text: str) -> None:
    assert escape(text) == text


def test_bold_in_the_middle_of_a_line_makes_no_heading() -> None:
    seen = read(as_quote("0# 0", (Span(1, 4),)))
    assert seen.features == {"quote", "bold"}
    assert seen.quotes == ["0# 0"]


def test_an_address_is_not_turned_into_a_link() -> None:
    assert escape("see https://example.com/a_b.") == "see https\\://example.com/a\\_b."
    assert escape("discord.gg/abc") == "discord\\.gg/abc"


def unescape_codes(shown: str) -> str:
    """Undo only the numbers: the backslashes are gone already from what Discord shows."""
    return unescape(shown.replace("\\", "\\\\").replace("*", "\\*"))

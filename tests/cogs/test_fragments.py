"""A link opens the page at the quote: what a browser makes of its fragment is where the quote stands."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cogs._rendering.fragments import at_quote
from retrieval.domain.articles import Span

URL = "https://example.com/a?b=c"
WORDS = st.sampled_from(["the", "The", "a-b", "x,y", "said", "50%", "“No”", "R&D", "naïve", "It", "was", "so."])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=5).map("\n".join)


def marked(url: str, text: str) -> Span | None:
    """Return what a browser marks in a page of that text, after the algorithm of the specification."""
    directive = urlsplit(url).fragment.partition(":~:text=")[2]
    parts = [unquote(part) for part in directive.split(",")]
    assert 1 <= len(parts) <= 2
    start = find(text, parts[0], 0)
    if start is None or len(parts) == 1:
        return start
    end = find(text, parts[1], start.end)
    return None if end is None else Span(start.start, end.end)


def find(text: str, wanted: str, start: int) -> Span | None:
    """Return the first place that begins and ends with a word and lies in one block."""
    words = [re.escape(word) for word in wanted.split(" ")]
    match = re.compile(r"(?<!\w)" + "[ ]+".join(words) + r"(?!\w)", re.IGNORECASE).search(text, start)
    return None if match is None else Span(*match.span())


@given(TEXTS, st.data())
def test_a_fragment_leads_to_the_beginning_of_the_quote_or_there_is_none(text: str, data: st.DataObject) -> None:
    edges = [match.start() for match in re.finditer(r"(?<!\S)\S", text)]
    start = data.draw(st.sampled_from(edges))
    ends = [match.end() for match in re.finditer(r"\S(?!\S)", text) if match.end() > start]
    quoted = Span(start, data.draw(st.sampled_from(ends)))
    url = at_quote(URL, text, quoted, limit=512)
    assume(url != URL)
    found = marked(url, text)
    assert found is not None
    assert found.start == quoted.start
    assert found.end <= quoted.end
    assert re.fullmatch(r"[!-~]+", url)
    assert not set("-&") & set(url.partition(":~:text=")[2])


@pytest.mark.parametrize(
    ("text", "quoted", "directive"),
    [
        ("One. Two words.", "Two words.", "Two%20words."),
        (
            "Before it. The port of Oban, re-opened on Monday & stays open for all who come. After.",
            "The port of Oban, re-opened on Monday & stays open for all who come.",
            "The%20port%20of%20Oban%2C,for%20all%20who%20come.",
        ),
        ("He said so to me. He said so to us all.", "He said so to us all.", "He%20said%20so%20to%20us,all."),
        ("First line of it\nand the last one here", "First line of it\nand the last one here",
         "First%20line%20of%20it,the%20last%20one%20here"),
    ],
)  # fmt: skip
def test_the_beginning_is_as_short_as_tells_it_from_the_rest(text: str, quoted: str, directive: str) -> None:
    span = Span(text.index(quoted), text.index(quoted) + len(quoted))
    assert at_quote(URL, text, span, limit=512) == f"{URL}#:~:text={directive}"
    assert marked(at_quote(URL, text, span, limit=512), text) == span


def test_a_quote_that_stands_twice_leads_nowhere_in_particular() -> None:
    text = "It is so. It is so."
    assert at_quote(URL, text, Span(10, 19), limit=512) == URL


def test_what_does_not_fit_is_left_out_and_never_cut() -> None:
    text = " ".join(f"word{n}" for n in range(40))
    whole = at_quote(URL, text, Span(0, len(text)), limit=512)
    assert "," in whole
    shorter = at_quote(URL, text, Span(0, len(text)), limit=len(whole) - 1)
    assert shorter == whole.partition(",")[0]
    assert at_quote(URL, text, Span(0, len(text)), limit=len(shorter) - 1) == URL


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/a#top", "https://example.com/a#top:~:text=Two%20words."),
        ("https://example.com/a#:~:text=old", "https://example.com/a#:~:text=Two%20words."),
        ("https://example.com/a#x:~:text=old", "https://example.com/a#x:~:text=Two%20words."),
    ],
)
def test_a_fragment_that_an_address_has_is_kept_and_an_old_directive_is_not(url: str, expected: str) -> None:
    assert at_quote(url, "One. Two words.", Span(5, 15), limit=512) == expected

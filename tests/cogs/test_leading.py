"""One quote stands in the message where one answers; another one only where it adds something."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs._rendering.leading import MOST_SHOWN, NEARLY_AS_SURE, led
from retrieval.domain.answers import Comparison, Quote, Relation
from retrieval.domain.articles import Attribution, Credit, SourceKind
from tests.cogs.quotes import answer, quote

DAY, POST = Credit(publisher="The Day"), Credit(publisher="The Post")


def said(text: str, *, by: str | None = None, in_: Credit = DAY, score: float = 0.0, article: str = "a") -> Quote:
    spoken = by and Attribution((), (), (), SourceKind.PERSON, by, "said")
    return replace(quote(text, credit=in_, attribution=spoken or None), score=score, article_id=article)


HARBOUR = said("The harbour of Oban shut on Monday.")


@pytest.mark.parametrize(
    ("further", "shown"),
    [
        (said("The harbour stays shut."), 1),
        (said("The harbour is shut.", in_=POST, article="b"), 2),
        (said("The harbour is shut.", by="Ann Bell"), 2),
        (said("The harbour is shut.", in_=POST, article="b", score=-NEARLY_AS_SURE - 0.1), 1),
        (said("The ferries go from Mallaig instead."), 2),
        (said("The ferries go from Mallaig instead.", score=-NEARLY_AS_SURE - 0.1), 1),
        (said("It will take a week."), 1),
    ],
)
def test_a_further_quote_is_shown_if_it_is_of_another_source_or_the_other_half(further: Quote, shown: int) -> None:
    made = answer(HARBOUR, further, question="Why did the harbour of Oban shut, and where do the ferries go?")
    assert led(made) == (made, shown)


def test_what_is_shown_comes_first_and_nothing_is_lost() -> None:
    dull, other = said("The harbour is shut."), said("So it is.", in_=POST, article="b")
    arranged, shown = led(answer(HARBOUR, dull, other, question="Why did the harbour of Oban shut?"))
    assert (arranged.quotes, shown) == ((HARBOUR, other, dull), 2)


def test_who_said_it_is_shown_all_who_did() -> None:
    quotes = [said(f"Words of {name}.", by=name, score=-3.0) for name in ("Ann", "Ben", "Cem", "Dan")]
    made = replace(answer(*quotes), reporters=("Ann", "Ben", "Cem", "Dan"))
    assert led(made) == (made, MOST_SHOWN)


def test_what_is_compared_with_the_best_stays_with_it() -> None:
    quotes = tuple(said("Shut.", in_=Credit(publisher=name), article=name, score=-9.0) for name in "ABCDE")
    told = Comparison(Relation.SAME, quotes[:4], tuple("ABCD"), outlets=True)
    arranged, shown = led(replace(answer(*quotes), comparisons=(told,)))
    assert (arranged.quotes, shown) == (quotes, 3)
    assert arranged.comparisons == (Comparison(Relation.SAME, quotes[:3], tuple("ABC"), outlets=True),)


@given(
    st.lists(
        st.builds(
            said,
            st.text("ab ", min_size=1, max_size=9),
            by=st.none() | st.sampled_from(["Ann", "Ben"]),
            in_=st.sampled_from([DAY, POST]),
            score=st.floats(-4, 0),
        ),
        min_size=1,
        max_size=5,
        unique=True,
    )
)
def test_every_quote_is_kept_once_and_the_best_comes_first(quotes: list[Quote]) -> None:
    arranged, shown = led(answer(*quotes))
    assert 1 <= shown <= MOST_SHOWN
    assert arranged.quotes[0] == quotes[0]
    assert sorted(map(repr, arranged.quotes)) == sorted(map(repr, quotes))

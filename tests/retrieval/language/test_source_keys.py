import pytest

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.language.source_keys import forms_of, keys_of

TEXT = "Bo Lund, the mayor of Marl, said it rained. The port's director, Ada Rolf, said so too."


def keys(name: str, said_as: str) -> set[str]:
    start = TEXT.index(said_as)
    return keys_of(
        Attribution((Span(start, start + len(said_as)),), (), (Span(0, 1),), SourceKind.PERSON, name, "said"), TEXT
    )


def test_a_person_is_found_by_name_surname_and_what_the_text_calls_him() -> None:
    """'The mayor of Marl' is who the text says he is."""
    assert keys("Bo Lund", "Bo Lund") == {"bo lund", "lund", "mayor of marl"}
    assert "port director" in keys("Ada Rolf", "Ada Rolf")


def test_a_nickname_is_no_part_of_what_is_asked_for() -> None:
    """Maria “Mia” Lopez is found as Maria Lopez."""
    assert {"maria lopez", "maria mia lopez", "lopez"} <= keys("Maria “Mia” Lopez", "Bo Lund")


@pytest.mark.parametrize(
    ("asked", "forms"),
    [
        ("mayor bo lund", ["mayor bo lund", "bo lund"]),
        ("mayor lund", ["mayor lund", "lund"]),
        ("flood officer inge waffler", ["flood officer inge waffler", "officer inge waffler", "inge waffler"]),
        ("anna lund", ["anna lund"]),
    ],
)
def test_titles_are_taken_away_but_no_first_name(asked: str, forms: list[str]) -> None:
    """Anna Lund is not Bo Lund."""
    assert list(forms_of(asked)) == forms

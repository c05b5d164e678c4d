# ruff: noqa: E501
"""Kinds 1, 2, 3 and 5 on whole texts, as indexing reads them."""

import pytest

from retrieval.keeping.attribution.extractor import Extractor
from tests.retrieval.keeping.attribution.helpers import read, told

pytestmark = pytest.mark.skipif(not Extractor.from_weights().layers, reason="the weights are optional")


@pytest.mark.parametrize(
    ("before", "text", "words", "name"),
    [
        ("Mayor Karin Vogt toured the flooded school on Tuesday.", "An officer at the gate said the road was closed. “Nobody gets through tonight,” she said.", "Nobody gets", "An officer at the gate"),
        ("Singer Dana Reyes left the court on Friday.", "Her lawyer said the case was weak. “We will fight this to the end,” she said.", "We will fight", "Her lawyer"),
        ("Actress Nora Lind arrived on Monday.", "A nurse at the ward said it was full. “We had no beds left,” she said.", "no beds", "A nurse at the ward"),
        ("Skater Olga Brandt fell in the final.", "Her mother watched from the stands. “She will be back,” she said.", "be back", "Her mother"),
        ("Energy minister Ruth Kern closed the mine.", "A spokeswoman for the mine said it would appeal. “This is not over,” she said.", "not over", "A spokeswoman for the mine"),
        ("It was a cold night.", "Coach Peter Hahn praised the team. “We ran until the end,” he said.", "We ran", "Peter Hahn"),
    ],
)  # fmt: skip
def test_who_has_no_name_keeps_his_words(before: str, text: str, words: str, name: str) -> None:
    """'She said' after somebody unnamed is that somebody, never the last woman who has a name."""
    assert [n for n, content in told(f"{before}\n\n{text}") if words in content] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "No minister has said that the plant would close.",
        "Neither club said who had paid.",
        "Few doctors believe that the cure works.",
        "Police stopped short of saying that the fire was set.",
        "The company declined to say how many were hurt.",
        "Nobody at the port said that the ship was late.",
    ],
)
def test_nobody_said_it(text: str) -> None:
    """Who did not say it is not shown as having said it."""
    assert told(text) == []


def test_a_denial_is_told_as_one() -> None:
    """The cue under the words says that they were denied."""
    (found,) = [a for a in read("Minister Ada Holm denied that taxes would rise.") if a.shown]
    assert (found.name, "denied" in found.cue_text) == ("Ada Holm", True)


@pytest.mark.parametrize(
    ("text", "name", "reporter"),
    [
        ("Ada Holm was quoted as saying by the Harbour Post that the bridge would close.", "Ada Holm", "Harbour Post"),
        ("Okoro quoted Ada Holm as saying that the bridge would close.", "Ada Holm", "Okoro"),
        ("“The bridge would close,” Ada Holm said, according to a translation by The Ledger.", "Ada Holm", "Ledger"),
    ],
)
def test_second_hand(text: str, name: str, reporter: str) -> None:
    """The inner speaker speaks; the cue names who hands the words on."""
    found = [a for a in read(text) if a.shown]
    assert [a.name for a in found] == [name]
    assert reporter in found[0].cue_text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Marl mayor\n\nMARL — Mayor Lea Dahl on Monday said the town would rebuild the bridge.", "Lea Dahl"),
        ("“We need a roof,” said Maria “Mia” Lopez, 52, who cooks.", "Maria “Mia” Lopez"),
        ("Speaking to the BBC, Harbour manager, Ange Lindvall said: “A fair bit went on in the rain.”", "Ange Lindvall"),
        ("“Nobody came,” said a homeless man who goes by the name “Shorty.”",
         "a homeless man who goes by the name “Shorty.”"),
    ],
)  # fmt: skip
def test_names_that_are_one(text: str, name: str) -> None:
    """No name takes in a headline, a dateline or a day, or is cut inside quotation marks."""
    assert [n for n, _ in told(text)] == [name]


def test_a_quotation_goes_on_after_its_credit() -> None:
    """Words in quotation marks that follow the credit in its paragraph are the same speaker's."""
    text = "“We ran until the end,” coach Peter Hahn said. “Then we ran again.”\n\nIt was a cold night."
    assert " ... ".join(content for name, content in told(text) if name == "Peter Hahn").endswith(
        "“Then we ran again.”"
    )

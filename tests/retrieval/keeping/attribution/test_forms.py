"""Kind 4: the layout says whose words they are."""

from time import process_time

import pytest

from retrieval.keeping.attribution.rules.analysis import analyse
from tests.retrieval.keeping.attribution.helpers import attribute, shown

HEARING = """COMMISSIONER ANNE VELD: Was the gate open?

HARBOUR MASTER TOM RUIZ: It was open from noon.

Nobody had a key after that.

COMMISSIONER VELD: Who had the key?

RUIZ: The night guard had it."""

INTERVIEW = """Mira Sand has led the choir for ten years. She spoke to us on Monday.

Q: Some say the choir is too old. Is it?

A: We are as old as our songs.

Q: What comes next?

A: A tour of the islands."""

BOLD = """Jon Pike runs the lighthouse. He spoke to us in May.

How did you start?

I came here as a boy and never left.

What do you do in winter?

We repair the boats and wait for spring.

Do you get lonely?

No, I have my dog and the radio."""


def test_each_turn_of_a_transcript_is_its_speakers() -> None:
    """A turn goes on to the next label; a short label is made full by a longer one."""
    assert shown(HEARING) == [
        ("Anne Veld", "Was the gate open?"),
        ("Tom Ruiz", "It was open from noon. ... Nobody had a key after that."),
        ("Anne Veld", "Who had the key?"),
        ("Tom Ruiz", "The night guard had it."),
    ]


@pytest.mark.parametrize(
    ("text", "name", "answers"),
    [
        (INTERVIEW, "Mira Sand", ["We are as old as our songs.", "A tour of the islands."]),
        (BOLD, "Jon Pike", ["I came here as a boy and never left.", "We repair the boats and wait for spring.",
                            "No, I have my dog and the radio."]),
    ],
)  # fmt: skip
def test_the_interviewee_owns_the_answers(text: str, name: str, answers: list[str]) -> None:
    """The questions are nobody's."""
    assert shown(text) == [(name, words) for words in answers]


@pytest.mark.parametrize(
    "text",
    [
        "The club named a captain.\n\n“She reads the game well.” — Head coach Bruno Keller\n\nIt was Monday.",
        "The club named a captain.\n\n“She reads the game well.”\n\n– Bruno Keller, head coach\n\nIt was Monday.",
        "It was Monday.\n\nAnd from head coach Bruno Keller:\n\n“She reads the game well.”",
        "Bruno Keller coaches the club.\n\n- Bruno Keller: “She reads the game well.”\n\nIt was Monday.",
    ],
)
def test_a_credit_beside_a_quotation(text: str) -> None:
    """Behind a dash or before a colon stands whose words they are; no name goes over a line."""
    assert shown(text) == [("Bruno Keller", "“She reads the game well.”")]


@pytest.mark.parametrize(
    "text",
    [
        "Update: The road is open.\n\nPrice: 20 crowns.\n\nVenue: the old hall.\n\nUpdate: The hall is closed.",
        "The hall closed – Monday was its last day.",
    ],
)
def test_no_label_is_a_speaker_by_accident(text: str) -> None:
    """A list of facts and a dash in prose credit nobody."""
    assert attribute(text) == []


def test_a_long_line_of_quotations_takes_no_time() -> None:
    """What stands before a quotation is looked at only as far as a label may reach."""
    started = process_time()
    analyse("“" * 400_000, [])
    assert process_time() - started < 5

"""Who is asked for is read from the wording, and taken out of what is searched for."""

import pytest

from retrieval.asking.question.intent import read_intent, without_asking


@pytest.mark.parametrize(
    ("text", "outlets", "sought"),
    [
        ("which outlet reported on the rift?", True, "reported on the rift?"),
        ("What news outlets are saying that it failed?", True, "are saying that it failed?"),
        ("Which newspapers covered the trip?", True, "covered the trip?"),
        ("who is saying there is a rift?", False, "who is saying there is a rift?"),
        ("Who else reported the visit?", False, "Who else reported the visit?"),
    ],
)
def test_who_says_something_is_asked(text: str, outlets: bool, sought: str) -> None:
    intent = read_intent(text)
    assert intent.asks_who_said
    assert intent.asks_for_outlets is outlets
    assert without_asking(text).strip() == sought
    assert len(without_asking(text)) == len(text)


@pytest.mark.parametrize("text", ["which outlets are there?", "who is Gantz?", "what did POLITICO say?", "", "Who?"])
def test_other_questions_are_searched_as_they_are(text: str) -> None:
    assert not read_intent(text).asks_who_said
    assert without_asking(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "What do the articles say about Hamas?",
        "what did he say about it?",
        "What did experts say about the trip?",
        "what does everyone say",
        "What would officials say?",
    ],
)
def test_a_fragment_of_grammar_is_nobody(text: str) -> None:
    assert read_intent(text).asked_source is None

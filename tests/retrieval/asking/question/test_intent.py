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


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("What does the article say about the lock?", "the lock"),
        ("what do critics say about its price", "its price"),
        ("What have the newspapers reported on the barge?", "the barge"),
        ("What did Brandl say about the lock?", None),
        ("What does the article say?", None),
    ],
)
def test_what_nobody_in_particular_says_is_a_topic(text: str, topic: str | None) -> None:
    assert read_intent(text).topic == topic


@pytest.mark.parametrize("text", ["What exactly did Lea Dahl say?", "What did Lea Dahl actually say?"])
def test_exactly_is_no_topic(text: str) -> None:
    intent = read_intent(text)
    assert intent.asked_source == "Lea Dahl"
    assert intent.topic_terms == ()


def test_two_may_be_asked_for_with_their_titles() -> None:
    text = "What did harbour master Lea Dahl and flood officer Bo Lund say about the lock?"
    assert read_intent(text).asked_source == "harbour master Lea Dahl and flood officer Bo Lund"

import pytest

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.rules.lexicon import lexicon
from retrieval.keeping.attribution.rules.names import full_name, read_names
from tests.retrieval.keeping.attribution.helpers import read, told


def names(text: str) -> list[str]:
    return [name for name, _ in told(text)]


def test_short_form_becomes_the_full_name() -> None:
    """'Gantz' is Benny Gantz where the article names one Gantz."""
    assert names("Benny Gantz flew to Washington.\n\nGantz said the trip was useful.") == ["Benny Gantz"]


def test_short_form_of_two_people_stays_short() -> None:
    """'Clinton' stays 'Clinton' where the article names two."""
    text = "Hillary Clinton and Bill Clinton met.\n\nClinton said the trip was useful."
    assert names(text) == ["Clinton"]


@pytest.mark.parametrize(
    "text",
    [
        "Added Kooker later. Dennis Kooker is a lawyer who added little.\n\nKooker said the trial was over.",
        "Sad Kooker wept. It was a sad day for Dennis Kooker.\n\nKooker said the trial was over.",
    ],
)
def test_a_word_that_opens_a_sentence_is_no_first_name(text: str) -> None:
    """'Added Kooker' does not make two Kookers."""
    assert names(text)[-1] == "Dennis Kooker"


def test_a_name_does_not_swallow_the_word_before_it() -> None:
    """'Sad Taylor Swift said' is Taylor Swift, whom the article names so elsewhere."""
    text = "It was a sad day, and Taylor Swift wept.\n\nSad Taylor Swift said the show was over."
    assert names(text) == ["Taylor Swift"]


def test_a_first_name_that_is_also_a_word_stays() -> None:
    """'Rose' in 'Rose Byrne' is her name, though a rose stands in the article."""
    text = "Rose Byrne held a rose. Jack Byrne did not.\n\nByrne said the show was over."
    assert names(text) == ["Byrne"]


def test_short_form_of_an_outlet() -> None:
    """'The Post' is the one Post of the article."""
    text = "The New York Post wrote about it.\n\nThe Post reported that the bank failed."
    assert names(text)[-1] == "The New York Post"


def test_the_post_of_two_posts_stays_short() -> None:
    """'The Post' stays as it is where two are named."""
    text = "The New York Post and The Washington Post wrote.\n\nThe Post reported that the bank failed."
    assert names(text)[-1] == "The Post"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Benny Gantz flew to Washington. He said the trip was useful.", "Benny Gantz"),
        ("Hillary Clinton met Donald Trump. She said the trip was useful.", "Hillary Clinton"),
        ("Benny Gantz, who said the trip was useful, flew home.", "Benny Gantz"),
    ],
)
def test_certain_pronoun(text: str, name: str) -> None:
    """A pronoun takes the name of the only person who can be meant."""
    assert names(text) == [name]


def test_uncertain_pronoun_is_not_shown() -> None:
    """With two men named just before, 'he' is nobody certain."""
    text = "Donald Trump met Barack Obama. He said the trip was useful."
    assert names(text) == []
    assert read(text)[0].name == "He"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Marl Harbour Commissioner Ivo Brandl", "Ivo Brandl"),
        ("Actor Dominic Sand", "Dominic Sand"),
        ("Bank of Marl Governor Anna Falk", "Anna Falk"),
        ("Edward Plaist of Seatrax", "Edward Plaist"),
        ("Karen Holt in The Quay", "Karen Holt"),
        ("Norsk Kabel (NKA) on Thursday", "Norsk Kabel"),
        ("the Quay’s Stephen Busk", "Stephen Busk"),
        ("The University of Marl", "The University of Marl"),
        ("Martin Luther Kling Jr", "Martin Luther Kling Jr"),
        ("Harbour chairman Andrew Falk as the group’s chief stepped down", "Andrew Falk"),
        ("Rachel Zand - a family therapist", "Rachel Zand"),
        ("the European Dock Organisation in a press release", "the European Dock Organisation"),
        ("Dock engineers in a blog post", "Dock engineers"),
    ],
)
def test_a_name_is_the_persons_without_calling_place_or_paper(words: str, name: str) -> None:
    text = f"{words} said the lock would open."
    assert full_name(read_names(text, lexicon()), Span(0, len(words))) == name


def test_he_is_who_has_a_calling_not_the_club() -> None:
    text = (
        "Striker Nia Obi said the team had been tired. Coach Rolf Benz disagreed. "
        "“They were not tired, they were lazy,” he told Radio Nord."
    )
    assert ("Rolf Benz", "“They were not tired, they were lazy,”") in told(text)


def test_the_paper_behind_the_cue_reports() -> None:
    text = (
        "The vault holds nine tonnes of gold at the Marl Savings bank, reported The Evening Courier.\n\n"
        "“We checked each bar,” Ida Sand, who runs it, told The Evening Courier."
    )
    names = [name for name, _ in told(text)]
    assert "The Evening Courier" in names
    assert "Ida Sand" in names


def test_a_headlines_article_makes_no_fuller_name() -> None:
    """A name of one word stays one where a headline puts an article before it."""
    text = "The Seatrax Surprise\n\nThe Seatrax is late. Seatrax said the lock would open on Monday."
    assert [name for name, _ in told(text)] == ["Seatrax"]


def test_a_clause_about_somebody_is_no_name() -> None:
    """Who has only a clause to be known by is not shown."""
    text = "The streamer, who also spent years abroad, who lives in Marl, said the lock would open."
    assert not [name for name, _ in told(text) if name.startswith("who")]

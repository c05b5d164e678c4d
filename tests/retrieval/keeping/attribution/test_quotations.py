from retrieval.keeping.attribution.rules.quotations import find_quotations
from tests.retrieval.keeping.attribution.helpers import told


def test_quotation_over_two_sentences_goes_to_its_speaker_whole() -> None:
    """A quotation of several sentences belongs to the speaker named after it, from its first mark."""
    text = "“We will win. We always do,” said Karine Jean-Pierre."
    assert told(text) == [("Karine Jean-Pierre", "“We will win. We always do,”")]


def test_quotation_goes_on_after_the_credit() -> None:
    """A quotation that follows the credit in its own sentence is the same speaker's."""
    text = "“We will win,” said Karine Jean-Pierre. “And we will not stop.”"
    assert told(text) == [("Karine Jean-Pierre", "“We will win,” ... “And we will not stop.”")]


def test_open_quotation_goes_on_in_the_next_paragraph() -> None:
    """A paragraph that ends in an open quotation hands its speaker to the next, by the usual layout."""
    text = "“We will win,” said Karine Jean-Pierre. “And we will not stop.\n\n“Not ever.”"
    assert told(text)[0][1].endswith("“Not ever.”")


def test_straight_and_curly_marks_pair() -> None:
    """Straight, curly, low and angle marks are found as pairs."""
    for text in ('He "left" early', "He “left” early", "He „left“ early", "He «left» early"):
        (found,) = find_quotations(text)
        assert text[found.start + 1 : found.end - 1] == "left"


def test_apostrophes_are_no_quotations() -> None:
    """Apostrophes and possessives open nothing."""
    assert find_quotations("The Smiths’ dog didn’t like ’90s music, o’clock and all.") == []

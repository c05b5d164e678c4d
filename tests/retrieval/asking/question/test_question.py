from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking.question.named_sources import unknown_sources
from retrieval.asking.question.parts import find_clauses
from retrieval.asking.question.question import take_apart
from retrieval.asking.question.wants import Wants, what_it_wants
from retrieval.language.outlets import PublisherNames, aliases

NAMES = PublisherNames(["The Verge", "TechCrunch", "FOX News - Health", "Fortune", "Cnbc | World Business News Leader"])


def test_a_publisher_answers_to_its_short_names() -> None:
    assert "FOX News" in aliases("FOX News - Health")
    assert "CBSSports" in aliases("CBSSports.com")


def test_each_named_publisher_gets_its_own_stretch_of_the_question() -> None:
    text = "Does the article from The Verge suggest that Apple lost, while TechCrunch says that Google won?"
    first, second = take_apart(text, NAMES.find(text)).parts
    assert first.publishers == {"The Verge"}
    assert "Apple lost" in first.span.of(text)
    assert second.publishers == {"TechCrunch"}
    assert "Google won" in second.span.of(text)


def test_a_trailing_source_closes_its_stretch() -> None:
    text = "Who used a billion, as reported by The Verge, and is accused of fraud according to TechCrunch?"
    first, second = take_apart(text, NAMES.find(text)).parts
    assert "billion" in first.span.of(text)
    assert "fraud" in second.span.of(text)
    assert "fraud" not in first.span.of(text)


def test_an_ordinary_word_is_no_publisher() -> None:
    assert not NAMES.find("who made a fortune")
    assert NAMES.find("what did fortune report say") or NAMES.find("according to fortune who won")


def test_a_source_that_the_library_lacks_is_noticed() -> None:
    text = "What does the Bloomberg article say, and the TechCrunch article?"
    assert "Bloomberg" in unknown_sources(text, NAMES.find(text))


def test_what_a_question_wants() -> None:
    assert what_it_wants("How many hostages were released?") is Wants.NUMBER
    assert what_it_wants("when did they meet") is Wants.TIME
    assert what_it_wants("Did he agree?") is Wants.YES_NO


@given(st.text(max_size=300))
def test_clauses_cover_the_question_without_overlap(text: str) -> None:
    clauses = find_clauses(text)
    assert clauses[0].start == 0
    assert clauses[-1].end == len(text)
    assert all(a.end == b.start for a, b in pairwise(clauses))


@given(st.text(max_size=300))
def test_any_text_can_be_taken_apart(text: str) -> None:
    question = take_apart(text, NAMES.find(text))
    assert question.parts
    assert all(text[term.start : term.end] for term in question.terms)

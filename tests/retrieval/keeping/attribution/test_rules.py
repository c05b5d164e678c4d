# ruff: noqa: E501
import pytest

from retrieval.domain.articles import SourceKind
from tests.retrieval.keeping.attribution.helpers import read, told


@pytest.mark.parametrize(
    ("text", "name", "content"),
    [
        ("According to The New York Sun, the visit is contentious.", "The New York Sun", "the visit is contentious"),
        ("His agenda includes security, as reported by All Israel News.", "All Israel News", "His agenda includes security"),
        ("As highlighted by POLITICO, the rift shows the challenges.", "POLITICO", "the rift shows the challenges"),
        ("The bank failed, according to two aides.", "two aides", "The bank failed"),
        ("The bank failed, as first noted by Reuters, and others followed.", "Reuters", "The bank failed ... and others followed"),
        ("According to the plan, troops will leave in May.", "the plan", "troops will leave in May"),
        ("Jean-Luc Mélenchon said he would vote no.", "Jean-Luc Mélenchon", "he would vote no"),
        ("Recep Tayyip Erdoğan said: “We are ready.”", "Recep Tayyip Erdoğan", "“We are ready.”"),
        ("“We are ready,” said Powell.", "Powell", "“We are ready,”"),
        ("“The bank,” Powell said, “is safe.”", "Powell", "“The bank,” ... “is safe.”"),
        ("Smith, a spokesman for the army, said two soldiers died.", "Smith", "two soldiers died"),
        ("Smith said in a statement that two soldiers died.", "Smith", "that two soldiers died"),
        ("The company said Monday it would cut 500 jobs.", "The company", "it would cut 500 jobs"),
        ("THE NEW YORK TIMES reported on Friday that the bank failed.", "THE NEW YORK TIMES", "that the bank failed"),
        ("The bank failed, The Wall Street Journal reported.", "The Wall Street Journal", "The bank failed"),
        ("Mr. O'Brien told reporters on Tuesday that it was over.", "Mr. O'Brien", "that it was over"),
        ("The minister was quoted as saying the war would end.", "The minister", "the war would end"),
    ],
)  # fmt: skip
def test_usual_shapes(text: str, name: str, content: str) -> None:
    """Each usual way to credit a source gives that source and its words."""
    assert told(text) == [(name, content)]


@pytest.mark.parametrize(
    "text",
    [
        "Contrary to what Gantz said, the plan was approved.",
        "What Gantz Said in Washington",
        "The “so-called” deal was signed on Monday.",
        "It was said that the deal would hold.",
        "Did Trump say that he would leave?",
        "Asked whether Biden said that he would run, Harris laughed.",
        "He would not say whether he had met Abbas.",
        "Gantz never said that he would leave.",
        "The plan for Gaza said nothing.",
        "Said that it was over.",
        "“Nobody knows,” he said.",
    ],
)
def test_nothing_shown_when_unsure(text: str) -> None:
    """No one is credited rather than the wrong one, or one who did not say it."""
    assert told(text) == []


def test_outlet_that_is_told_is_no_source() -> None:
    """In 'a source told The Washington Post', the source is the one who told."""
    text = "A source familiar with the talks told The Washington Post that the deal was close."
    (found,) = read(text)
    assert (found.name, found.kind) == ("A source familiar with the talks", SourceKind.UNNAMED)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("CNN reported that the minister resigned.", SourceKind.OUTLET),
        ("According to The Jerusalem Post, the minister resigned.", SourceKind.OUTLET),
        ("According to Benny Gantz, the minister resigned.", SourceKind.PERSON),
        ("According to the Democratic National Committee, the minister resigned.", SourceKind.ORGANISATION),
        ("According to a new poll, the minister is liked.", SourceKind.DOCUMENT),
        ("Two people briefed on the matter said the minister resigned.", SourceKind.UNNAMED),
    ],
)
def test_kind_of_source(text: str, kind: SourceKind) -> None:
    """The kind follows from the name or the noun."""
    assert max(read(text), key=lambda a: a.confidence).kind is kind

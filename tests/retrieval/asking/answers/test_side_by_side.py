"""What several outlets report alike stands together, with figures that differ said to; nothing unsure is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.indexing import index
from retrieval.asking.answers.quotes import without_repeats
from retrieval.asking.answers.reporters import outlets_of, reporter_of
from retrieval.asking.answers.side_by_side import MAX_QUOTES_IN_ALL
from retrieval.domain.answers import Answer, Quote, Relation
from retrieval.domain.articles import Attribution, Credit, SourceKind
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY

QUESTION = "Did the Brankovo bridge over the Zelenka river collapse?"
DAY = "The Brankovo bridge over the Zelenka river collapsed on Monday, killing 21 people."
OTHER = "On Monday the Brankovo bridge over the Zelenka river collapsed, killing 21 people."
THIRD = "Over the Zelenka river the Brankovo bridge collapsed on Monday, killing 21 people."
MORE = "On Monday the Brankovo bridge over the Zelenka river collapsed, killing 34 people."
NOT = "On Monday the Brankovo bridge over the Zelenka river did not collapse, killing 21 people."
FILLER = {
    "The Day": "\n\nFerries carried commuters across instead, and schools in Porec stayed shut.",
    "The Hour": "\n\nMinister Ivana Horvat promised engineers a new crossing before autumn.",
    "The Week": "\n\nSteel from the ruins will be melted in furnaces at Sisak, said nobody.",
}


@pytest.fixture
def told(engine, write):
    """Index articles given as (publisher, day of March, opening sentence), ask, and return the answer."""

    async def tell(*articles: tuple[str, int, str], question: str = QUESTION) -> Answer:
        paths = [
            write(
                f"{number}.md",
                sentence + FILLER.get(publisher.partition(" - ")[0], ""),
                **({"publisher": publisher} if publisher else {}),
                **({"published_at": f"2024-03-{day:02}"} if day else {}),
            )
            for number, (publisher, day, sentence) in enumerate(articles)
        ]
        await index(engine, paths)
        outcome = await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=datetime(2024, 4, 1, tzinfo=UTC))
        assert isinstance(outcome, Answer), outcome
        for quote in outcome.quotes:
            assert await engine.still_verbatim([quote]) == [True]
        return outcome

    return tell


async def test_what_two_outlets_report_alike_stands_together(told):
    answer = await told(("The Day", 4, DAY), ("The Hour", 5, OTHER))
    (comparison,) = answer.comparisons
    assert comparison.relation is Relation.SAME
    assert comparison.outlets
    assert sorted(comparison.reporters) == ["The Day", "The Hour"]
    assert answer.quotes[: len(comparison.quotes)] == comparison.quotes
    assert len(answer.quotes) <= MAX_QUOTES_IN_ALL


async def test_figures_that_cannot_be_one_are_said_to_differ(told):
    answer = await told(("The Day", 4, DAY), ("The Hour", 4, MORE))
    (comparison,) = answer.comparisons
    assert comparison.relation is Relation.DIFFERS
    assert set(comparison.values) == {"21", "34"}


async def test_a_denial_differs_from_what_it_denies(told):
    (comparison,) = (await told(("The Day", 4, DAY), ("The Hour", 4, NOT))).comparisons
    assert comparison.relation is Relation.DIFFERS
    assert comparison.values == ()


@pytest.mark.parametrize(
    "articles",
    [
        [("The Day", 4, DAY), ("The Day", 5, OTHER)],
        [("The Day - World", 4, DAY), ("The Day - Home", 5, OTHER)],
        [("The Day", 4, DAY), ("The Hour", 14, OTHER)],
        [("The Day", 4, DAY), ("", 4, OTHER)],
        [("The Day", 0, DAY), ("The Hour", 0, MORE)],
        [("The Day", 4, DAY), ("The Hour", 4, "The Brankovo bridge over the Zelenka river may collapse, they say.")],
    ],
    ids=["one outlet", "its sections", "days apart", "publisher unknown", "figures without dates", "a supposition"],
)
async def test_nothing_is_told_that_is_not_sure(told, articles):
    assert (await told(*articles)).comparisons == ()


async def test_three_outlets_are_counted_each_once(told):
    answer = await told(("The Day", 4, DAY), ("The Hour", 4, OTHER), ("The Week", 5, THIRD))
    (comparison,) = answer.comparisons
    assert sorted(comparison.reporters) == ["The Day", "The Hour", "The Week"]


@pytest.mark.parametrize(
    ("site", "counted"), [("www.times.example", ()), ("week.times.example", ()), ("week.example", ("The Hour",))]
)
async def test_one_site_is_one_outlet_whatever_its_pages_call_themselves(engine, site, counted):
    def page(host: str, publisher: str, sentence: str) -> ArticleDraft:
        url = f"https://{host}/{publisher[-3:]}"
        credit = Credit(publisher=publisher, url=url, published_at=datetime(2024, 3, 4, tzinfo=UTC))
        return ArticleDraft(url, sentence + FILLER[publisher], credit)

    await index(engine, [page("times.example", "The Day", DAY), page(site, "The Hour", OTHER)])
    question = "Which outlets report that the Brankovo bridge over the Zelenka river collapsed?"
    outcome = await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=datetime(2024, 4, 1, tzinfo=UTC))
    assert isinstance(outcome, Answer)
    assert len(outcome.comparisons) == len(counted)
    assert len(outcome.reporters) == 1 + len(counted)


async def test_an_equal_sentence_is_one_quote_that_says_who_else_carries_it(told):
    answer = await told(("The Day", 4, DAY), ("The Hour", 4, "Steel prices fell.\n\n" + DAY), ("The Week", 4, DAY))
    assert [quote.text for quote in answer.quotes].count(DAY) == 1
    assert answer.comparisons == ()
    carrying = {credit.publisher for quote in answer.quotes for credit in (quote.credit, *quote.also_carried_by)}
    assert carrying == {"The Day", "The Hour", "The Week"}


def test_the_same_words_of_two_libraries_are_one_quote():
    one = Quote(DAY, "1", 0, len(DAY), 1.0, Credit(publisher="The Day", url="https://day.example/1"))
    other = Quote(f"{DAY} All schools stayed shut.", "2", 0, 9, 0.5, Credit(publisher="The Hour"))
    same_site = Quote(DAY, "3", 0, 9, 0.5, Credit(publisher="The Eve", url="https://eve.day.example/1"))
    (quote,) = without_repeats([one, other, same_site], 3)
    assert quote.text == DAY
    assert [credit.publisher for credit in quote.also_carried_by] == ["The Hour"]


async def test_who_reports_is_told_where_that_is_asked(told):
    answer = await told(
        ("The Day", 4, DAY),
        ("The Hour", 4, OTHER),
        question="Which outlets report that the Brankovo bridge over the Zelenka river collapsed?",
    )
    assert sorted(answer.reporters) == ["The Day", "The Hour"]


def credited(name: str, kind: SourceKind, *, shown: bool = True) -> Attribution:
    return Attribution((), (), (), kind, name, "said", shown=shown)


@pytest.mark.parametrize(
    ("publisher", "attribution", "reporter"),
    [
        ("The Day", None, ("The Day", True)),
        ("BBC News - Technology", None, ("BBC News", True)),
        ("The Day", credited("Reuters", SourceKind.OUTLET), ("Reuters", True)),
        ("The Day", credited("Reuters", SourceKind.OUTLET, shown=False), ("The Day", True)),
        ("The Day", credited("Ann Smith", SourceKind.PERSON), ("The Day", True)),
        (None, credited("Ann Smith", SourceKind.PERSON), ("Ann Smith", False)),
        (None, credited("officials", SourceKind.UNNAMED), None),
        (None, None, None),
    ],
)
def test_the_reporter_is_the_outlet_cited_else_the_publisher_else_the_speaker(publisher, attribution, reporter):
    found = reporter_of(Credit(publisher=publisher), attribution)
    assert (found and (found.name, found.outlet)) == reporter


def test_outlets_are_who_publishes_whoever_speaks():
    quotes = [
        Quote("a", "1", 0, 1, 1.0, Credit(publisher="The Day"), credited("Ann Smith", SourceKind.PERSON)),
        Quote("b", "2", 0, 1, 1.0, Credit(publisher="The Day")),
        Quote("c", "3", 0, 1, 1.0, Credit()),
    ]
    assert outlets_of(quotes) == ("The Day",)

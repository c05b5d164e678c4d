"""One text is one article, however many places carry it; nothing is credited to a place that changed its mind."""

from __future__ import annotations

from pathlib import Path

from benchmarks.indexing import index
from retrieval.domain.answers import Answer
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY, IndexReport
from retrieval.engine import Engine
from tests.retrieval.keeping.indexing.test_indexing import vectors_of

STORY = "The old bridge over the river opened again on Monday. The mayor of the town cut a red ribbon."
OTHER = "The new ferry sailed for the first time on Tuesday. The captain greeted every passenger by name."


def draft(where: str, text: str, publisher: str) -> ArticleDraft:
    return ArticleDraft(f"https://{where}/story", text, Credit(title="A story", publisher=publisher))


async def bring(engine: Engine, *drafts: ArticleDraft) -> IndexReport:
    return await index(engine, list(drafts))


async def texts(engine: Engine) -> dict[str, tuple[str, set[str | None]]]:
    """Return every article by its own publisher: its text, and who else carries it."""
    found = {}
    for summary in await engine.articles():
        stored = await engine.article(summary.article_id)
        assert stored is not None
        carriers = {credit.publisher for credit in stored.carriers}
        found[summary.credit.publisher] = (stored.article.text, carriers)
    return found


async def test_the_same_story_elsewhere_is_one_article_with_two_credits(engine: Engine):
    report = await bring(engine, draft("a", STORY, "The A"), draft("b", STORY, "The B"))
    assert (report.added, report.credited) == (1, 1)
    assert await texts(engine) == {"The A": (STORY, {"The B"})}
    again = await bring(engine, draft("a", STORY, "The A"), draft("b", STORY, "The B"))
    assert (again.unchanged, again.passages) == (2, 0)


async def test_a_quote_names_all_who_carry_the_text(engine: Engine):
    await bring(engine, draft("a", STORY, "The A"), draft("b", STORY, "The B"), draft("c", OTHER, "The C"))
    from datetime import UTC, datetime

    outcome = await engine.ask(
        "Who cut the ribbon when the old bridge opened again?",
        libraries=[SHARED_LIBRARY],
        asked_at=datetime(2024, 1, 1, tzinfo=UTC),
    )
    assert isinstance(outcome, Answer)
    assert outcome.quotes[0].credit.publisher == "The A"
    assert [credit.publisher for credit in outcome.quotes[0].also_carried_by] == ["The B"]


async def test_a_carrier_that_changes_its_text_becomes_an_article(engine: Engine):
    await bring(engine, draft("a", STORY, "The A"), draft("b", STORY, "The B"))
    report = await bring(engine, draft("b", OTHER, "The B"))
    assert report.changed == 1
    assert await texts(engine) == {"The A": (STORY, set()), "The B": (OTHER, set())}


async def test_the_first_place_changes_and_the_text_lives_on_with_its_carrier(engine: Engine):
    await bring(engine, draft("a", STORY, "The A"), draft("b", STORY, "The B"))
    [before] = await engine.articles()
    report = await bring(engine, draft("a", OTHER, "The A"))
    assert report.changed == 1
    assert await texts(engine) == {"The B": (STORY, set()), "The A": (OTHER, set())}
    assert before.article_id in {summary.article_id for summary in await engine.articles()}
    live, held = await vectors_of(engine)
    assert live == held


async def test_an_article_that_takes_over_another_ones_text_joins_it(engine: Engine):
    await bring(engine, draft("a", STORY, "The A"), draft("b", OTHER, "The B"))
    report = await bring(engine, draft("b", STORY, "The B"))
    assert report.changed == 1
    assert await texts(engine) == {"The A": (STORY, {"The B"})}
    live, held = await vectors_of(engine)
    assert live == held


async def test_a_carrier_that_credits_otherwise_is_noted_without_encoding(engine: Engine):
    await bring(engine, draft("a", STORY, "The A"), draft("b", STORY, "The B"))
    report = await bring(engine, draft("b", STORY, "The Bee"))
    assert (report.changed, report.passages) == (1, 0)
    assert await texts(engine) == {"The A": (STORY, {"The Bee"})}


async def test_pruning_hands_the_text_on_to_the_file_that_is_left(engine: Engine, write):
    one, two = write("one.md", STORY, publisher="The A"), write("two.md", STORY, publisher="The B")
    assert (await index(engine, [one.parent])).credited == 1
    one.unlink()
    report = await index(engine, [one.parent], prune=True)
    assert report.removed == 1
    assert await texts(engine) == {"The B": (STORY, set())}
    two.unlink()
    assert (await index(engine, [Path(two.parent)], prune=True)).removed == 1
    assert await engine.articles() == []

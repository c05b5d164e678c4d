"""Kept answers come back whole, and go with their turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records.answers import AnswerStore
from bot.records.history import History, Turn
from bot.records.owners import delete_guild
from retrieval.domain.answers import Answer, Comparison, NoAnswer, Outcome, Quote, Refusal, Relation
from retrieval.domain.articles import Attribution, Credit, SourceKind, Span
from retrieval.errors import StorageError
from tests.bot.records.test_history import NOON, turn

WORDS = st.text(min_size=1, max_size=20)
CREDITS = st.builds(
    Credit,
    title=st.none() | WORDS,
    publisher=st.none() | WORDS,
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    url=st.none() | WORDS,
    title_is_label=st.booleans(),
)
SPANS = st.lists(st.integers(0, 9).map(lambda start: Span(start, start + 1)), max_size=2).map(tuple)
QUOTES = st.builds(
    Quote,
    text=WORDS,
    article_id=WORDS,
    start=st.integers(0, 10**6),
    end=st.integers(0, 10**6),
    score=st.floats(-50, 50),
    credit=CREDITS,
    attribution=st.none()
    | st.builds(Attribution, SPANS, SPANS, SPANS, st.sampled_from(SourceKind), WORDS, WORDS, st.floats(0, 1)),
    emphasis=SPANS,
    also_carried_by=st.lists(CREDITS, max_size=2).map(tuple),
)
ANSWERS = st.builds(
    Answer,
    question=WORDS,
    quotes=st.lists(QUOTES, min_size=1, max_size=3).map(tuple),
    confidence=st.floats(0, 1),
    comparisons=st.builds(
        Comparison, st.sampled_from(Relation), st.tuples(QUOTES), st.tuples(WORDS), st.booleans()
    ).map(lambda made: (made,)),
    reporters=st.lists(WORDS, max_size=2).map(tuple),
    taken_for=st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple),
)
REFUSALS = st.builds(
    NoAnswer,
    question=WORDS,
    refusal=st.sampled_from(Refusal),
    names=st.lists(WORDS, max_size=2).map(tuple),
    near_misses=st.lists(QUOTES, max_size=2).map(tuple),
)


@settings(max_examples=25)
@given(outcomes=st.lists(ANSWERS | REFUSALS, min_size=1, max_size=6))
async def test_every_outcome_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, outcomes: list[Outcome]):
    history = await History.open(tmp_path_factory.mktemp("kept") / "history.db")
    store = AnswerStore(history)
    kept = []
    for outcome in outcomes:
        kept.append(await history.record(turn()))
        await store.keep(kept[-1], outcome, shown=1)
    for exchange_id, outcome in zip(kept, outcomes, strict=True):
        found = await store.kept(exchange_id)
        assert found is not None
        assert (found.outcome, found.guild_id, found.channel_id, found.shown) == (outcome, 5, 1, 1)
    await history.close()


async def test_an_answer_of_no_turn_is_neither_kept_nor_found(history: History) -> None:
    with pytest.raises(StorageError):
        await AnswerStore(history).keep(99, NoAnswer("why?", Refusal.NOTHING_NEAR), shown=0)
    assert await AnswerStore(history).kept(99) is None


@pytest.mark.parametrize("how", ["prune", "channel", "guild", "user", "taken back"])
async def test_what_is_kept_goes_with_the_turn(history: History, how: str) -> None:
    store = AnswerStore(history)
    exchange_id = await history.record(turn())
    await store.keep(exchange_id, NoAnswer("why?", Refusal.NOTHING_NEAR), shown=0)
    kept = await store.kept(exchange_id)
    assert kept is not None
    await store.judge(kept, user_id=8, useful=False)
    assert await store.explain(kept, user_id=8, word="secret")
    assert not await store.explain(kept, user_id=9, word="secret")
    match how:
        case "prune":
            await history.prune(before=NOON.replace(year=2027))
        case "channel":
            await history.delete_channel(1)
        case "guild":
            await delete_guild(history, 5)
        case "user":
            await history.delete_of_user(user_id=7, channel_id=1)
        case _:
            await history.take_back(exchange_id)
    assert await store.kept(exchange_id) is None
    left = await history.read(
        "SELECT turn_id FROM turns UNION ALL SELECT exchange_id FROM answers UNION ALL SELECT id FROM feedback"
    )
    assert left == []


async def test_what_another_version_kept_is_forgotten_and_not_a_fault(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    store = AnswerStore(history)
    exchange_id = await history.record(turn("what is the secret?"))
    await store.keep(exchange_id, NoAnswer("what is the secret?", Refusal.NOTHING_NEAR), shown=0)
    async with history.write() as connection:
        await connection.execute('UPDATE answers SET outcome = \'{"question": "what is the secret?"}\'')
    assert await store.kept(exchange_id) is None
    assert "not readable" in caplog.text
    assert "secret" not in caplog.text


async def test_the_messages_of_an_answer_are_noted_when_they_are_sent(history: History) -> None:
    recorded = turn()
    exchange_id = await history.record(recorded)
    await history.sent(exchange_id, [3, 4])
    assert await history.recent(1, limit=1) == (replace(recorded, message_ids=(3, 4)),)


async def test_a_turn_is_known_by_its_id(history: History) -> None:
    ids = [await history.record(Turn(None, 1, 2, str(number), asked_at=NOON)) for number in range(3)]
    assert len(set(ids)) == 3

"""The queue at the parsers: every owner in turn, nobody in all places, nobody forgotten."""

from __future__ import annotations

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from retrieval.keeping.ingest.turns import Turns


async def test_an_owner_with_many_waiting_goes_no_more_often_than_one_with_few():
    turns, order = Turns(1, of_one=1), []

    async def go(owner: str) -> None:
        async with turns.turn(owner):
            order.append(owner)
            await asyncio.sleep(0)

    await asyncio.gather(*(go(owner) for owner in "aaaaabbc"))
    assert "".join(order) == "aabcabaa"


async def test_one_owner_leaves_a_place_free():
    turns = Turns(2, of_one=1)
    async with turns.turn("a"):
        second = asyncio.create_task(_pass(turns, "a"))
        await _pass(turns, "b")
        assert not second.done()
    await second


async def test_who_gives_up_leaves_the_place_to_the_next():
    turns = Turns(1, of_one=1)
    async with turns.turn("a"):
        waiting = [asyncio.create_task(_pass(turns, owner)) for owner in "ab"]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.gather(waiting[0], return_exceptions=True)
    await asyncio.wait_for(waiting[1], 5)


@given(
    st.lists(st.sampled_from("abcd"), max_size=20), st.integers(1, 4), st.integers(1, 4), st.sets(st.integers(0, 19))
)
def test_nobody_is_forgotten_and_the_bounds_hold(owners: list[str], places: int, of_one: int, give_up: set[int]):
    async def all_go() -> None:
        turns, inside = Turns(places, of_one=of_one), Counter[str]()

        async def go(owner: str) -> None:
            async with turns.turn(owner):
                inside[owner] += 1
                try:
                    assert inside.total() <= places
                    assert inside[owner] <= of_one
                    await asyncio.sleep(0)
                finally:
                    inside[owner] -= 1

        tasks = [asyncio.create_task(go(owner)) for owner in owners]
        await asyncio.sleep(0)
        for number in give_up & set(range(len(tasks))):
            tasks[number].cancel()
        outcomes = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        failed = [one for one in outcomes if isinstance(one, BaseException)]
        assert all(isinstance(one, asyncio.CancelledError) for one in failed)
        assert len(failed) <= len(give_up)
        await asyncio.wait_for(_pass(turns, "z"), 5)

    asyncio.run(all_go())


async def _pass(turns: Turns, owner: str) -> None:
    async with turns.turn(owner):
        pass

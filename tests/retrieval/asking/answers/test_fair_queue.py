"""Questions take turns by place and person, within bounds; who is turned away hears how long it takes."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking.answers.fair_queue import Busy, FairQueue
from retrieval.domain.askers import Asker

ASKERS = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: Asker(f"place {at[0]}", f"{at[0]}.{at[1]}"))
EVENTS = st.one_of(ASKERS, st.just("answered"), st.integers(0, 60).map(lambda number: ("given up", number)))
UNBOUNDED = {"slots": 1, "most_waiting": 1_000, "most_of_one": 1_000}


class Desk:
    """Answers questions one after the other when told to, and notes in which order they were let in."""

    def __init__(self, **limits: int) -> None:
        self.now = 0.0
        self.queue = FairQueue(clock=lambda: self.now, **{**UNBOUNDED, **limits})
        self.let_in: list[tuple[Asker, int]] = []
        self.gates: list[asyncio.Event] = []
        self.asked: list[tuple[Asker, asyncio.Task[int | Busy]]] = []

    async def ask(self, asker: Asker) -> asyncio.Task[int | Busy]:
        number = len(self.asked)

        async def answer() -> int:
            self.let_in.append((asker, number))
            gate = asyncio.Event()
            self.gates.append(gate)
            await gate.wait()
            return number

        task = asyncio.create_task(self.queue.run(asker, answer))
        self.asked.append((asker, task))
        await settle()
        return task

    async def answer_next(self, *, taking: float = 1.0) -> None:
        self.now += taking
        self.gates.pop(0).set()
        await settle()

    async def answer_all(self, *, taking: float = 1.0) -> None:
        while self.gates:
            await self.answer_next(taking=taking)


async def settle() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


@given(st.lists(ASKERS, max_size=40))
def test_nobody_who_waits_is_passed_twice_by_the_same_place_or_in_their_place_by_the_same_person(askers):
    async def run() -> None:
        desk = Desk()
        for asker in askers:
            await desk.ask(asker)
        await desk.answer_all()
        order = [asker for asker, _ in desk.let_in]
        assert Counter(order) == Counter(askers)
        for number, asker in enumerate(order[1:], 1):
            # All was asked before the second was let in, so that between two turns all others who wait have one.
            rest = order[number:]
            others = {other.place for other in rest} - {asker.place}
            if asker.place in (later.place for later in rest[1:]):
                again = next(n for n, later in enumerate(rest[1:], 1) if later.place == asker.place)
                assert {other.place for other in rest[1:again]} == others
        for place in {asker.place for asker in askers}:
            own = [asker.person for asker in order[1:] if asker.place == place]
            for number, person in enumerate(own):
                rest = own[number:]
                if person in rest[1:]:
                    assert set(rest[1 : rest.index(person, 1)]) == set(rest) - {person}

    asyncio.run(run())


@given(st.lists(ASKERS, max_size=40))
def test_each_gets_the_answer_to_their_own_question_and_a_persons_are_answered_in_order(askers):
    async def run() -> None:
        desk = Desk(slots=3)
        for asker in askers:
            await desk.ask(asker)
        assert desk.queue.running == min(3, len(askers))
        await desk.answer_all()
        assert [task.result() for _, task in desk.asked] == list(range(len(askers)))
        by_person: dict[Asker, list[int]] = defaultdict(list)
        for asker, number in desk.let_in:
            by_person[asker].append(number)
        assert all(numbers == sorted(numbers) for numbers in by_person.values())
        assert (desk.queue.running, desk.queue.waiting) == (0, 0)

    asyncio.run(run())


@given(st.lists(EVENTS, max_size=60), st.integers(0, 8), st.integers(1, 3))
def test_the_bounds_hold_whatever_comes_is_answered_or_given_up(events, most_waiting, most_of_one):
    async def run() -> None:
        desk = Desk(slots=2, most_waiting=most_waiting, most_of_one=most_of_one)
        for event in events:
            if event == "answered":
                if desk.gates:
                    await desk.answer_next()
            elif isinstance(event, tuple):
                if event[1] < len(desk.asked):
                    desk.asked[event[1]][1].cancel()
                    await settle()
            else:
                held = sum(not task.done() for asker, task in desk.asked if asker == event)
                task = await desk.ask(event)
                if held >= most_of_one:
                    assert task.result().own
            assert desk.queue.waiting <= most_waiting
            assert desk.queue.running <= 2
            assert desk.queue.running == 2 or desk.queue.waiting == 0
        await desk.answer_all()
        assert all(task.done() for _, task in desk.asked)
        assert (desk.queue.running, desk.queue.waiting) == (0, 0)
        last = await desk.ask(Asker("new", "new"))  # nothing of what was given up holds a place
        await desk.answer_all()
        assert last.result() == len(desk.asked) - 1

    asyncio.run(run())


async def test_a_full_queue_takes_from_the_place_that_has_most_and_else_turns_away_what_comes():
    desk = Desk(most_waiting=4)
    loud = [await desk.ask(Asker("loud", f"loud {n}")) for n in range(5)]
    assert not any(task.done() for task in loud)
    quiet = await desk.ask(Asker("quiet", "ada"))
    assert [task.done() for task in loud] == [False, False, False, False, True]
    assert isinstance(loud[-1].result(), Busy)
    assert not quiet.done()
    assert isinstance((await desk.ask(Asker("loud", "one more"))).result(), Busy)
    await desk.answer_all()
    assert quiet.result() == 5
    assert [number for _, number in desk.let_in] == [0, 1, 5, 2, 3]


@pytest.mark.parametrize("taking", [0.5, 3.0])
async def test_how_long_it_takes_is_told_by_the_measured_pace(taking):
    desk = Desk(most_waiting=10)
    for _ in range(30):
        await desk.ask(Asker("a", "ada"))
        await desk.answer_next(taking=taking)
        desk.now += 100  # nobody asks: that is not the pace of answering
    for number in range(11):
        await desk.ask(Asker("a", f"person {number}"))
    busy = (await desk.ask(Asker("a", "ben"))).result()
    assert busy == Busy(int(10 * taking))
    began = desk.now
    while desk.queue.waiting:
        await desk.answer_next(taking=taking)
    assert desk.now - began == pytest.approx(busy.seconds)
    await desk.answer_all()


async def test_with_several_at_a_time_the_pace_is_that_of_all_together():
    desk = Desk(slots=4, most_waiting=40)
    for number in range(40):
        await desk.ask(Asker("a", f"person {number}"))
    for _ in range(20):
        await desk.answer_next(taking=0.25)
    for number in range(24):
        await desk.ask(Asker("b", f"person {number}"))
    busy = (await desk.ask(Asker("b", "ben"))).result()
    assert isinstance(busy, Busy)
    assert busy.seconds == 10
    await desk.answer_all()


async def test_who_asks_too_much_at_once_is_told_when_one_of_their_own_is_answered():
    desk = Desk(most_of_one=2)
    await desk.ask(Asker("a", "warm up"))
    await desk.answer_next(taking=2.0)
    for number in range(3):
        await desk.ask(Asker(f"place {number}", "somebody"[number:]))
    await desk.ask(Asker("b", "ada"))
    await desk.ask(Asker("c", "ada"))
    busy = (await desk.ask(Asker("d", "ada"))).result()
    assert busy == Busy(8, own=True)
    await desk.answer_all()


async def test_what_runs_when_its_asker_goes_keeps_its_slot_until_it_ends():
    desk = Desk()
    first = await desk.ask(Asker("a", "ada"))
    first.cancel()
    second = await desk.ask(Asker("a", "ben"))
    assert first.cancelled()
    assert desk.let_in == [(Asker("a", "ada"), 0)]
    await desk.answer_all()
    assert second.result() == 1


async def test_an_error_reaches_its_asker_alone():
    queue = FairQueue(slots=1)

    async def fails() -> int:
        raise LookupError("nothing there")

    async def works() -> int:
        return 1

    ada, ben = Asker("a", "ada"), Asker("a", "ben")
    results = await asyncio.gather(queue.run(ada, fails), queue.run(ben, works), return_exceptions=True)
    assert isinstance(results[0], LookupError)
    assert results[1] == 1


async def test_closing_turns_away_what_waits_and_waits_for_what_runs():
    desk = Desk()
    running, waiting = await desk.ask(Asker("a", "ada")), await desk.ask(Asker("a", "ben"))
    closing = asyncio.create_task(desk.queue.close())
    await settle()
    assert isinstance(waiting.result(), Busy)
    assert not closing.done()
    assert isinstance((await desk.ask(Asker("a", "cy"))).result(), Busy)
    await desk.answer_all()
    await closing
    assert running.result() == 0

"""Lets questions in by turns: fair between places and people, bounded, with a word on how long it takes."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from retrieval.domain.askers import Asker

T = TypeVar("T")

MOST_WAITING = 128
"""Questions that wait at once, of all people."""

MOST_OF_ONE = 4
"""Questions of one person that wait or are being answered at once."""

FORGETTING = 0.95
"""How much of the measured pace stays with each further question: it is that of about the last twenty."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A question that was not let in. In about so many `seconds` there is room; `own`: where it is their own's."""

    seconds: int
    own: bool = False


@dataclass(eq=False, slots=True)
class _Ticket(Generic[T]):
    asker: Asker
    call: Callable[[], Coroutine[Any, Any, T]]
    outcome: asyncio.Future[T | Busy] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class FairQueue:
    """Questions that wait until one of `slots` is free.

    1. Places take turns, and within a place its people, so that who asks much keeps nobody else from an answer.
    2. A person has at most `most_of_one` questions here; a further one is turned away.
    3. When `most_waiting` wait, the place that has most of them gives way to one that has less: its last in
       turn is turned away. Otherwise that which comes is.
    """

    def __init__(
        self,
        *,
        slots: int,
        most_waiting: int = MOST_WAITING,
        most_of_one: int = MOST_OF_ONE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slots = slots
        self._most_waiting = most_waiting
        self._most_of_one = most_of_one
        self._places: OrderedDict[str, OrderedDict[str, deque[_Ticket[Any]]]] = OrderedDict()
        self._of_place: Counter[str] = Counter()
        self._running: dict[asyncio.Task[Any], _Ticket[Any]] = {}
        self._of_person: Counter[str] = Counter()
        self._pace = _Pace(clock)
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return self._of_place.total()

    @property
    def running(self) -> int:
        """How many are being answered."""
        return len(self._running)

    async def run(self, asker: Asker, call: Callable[[], Coroutine[Any, Any, T]]) -> T | Busy:
        """Run a call in its turn and return its result, or `Busy` without having run it.

        What has begun runs to its end, also when nobody waits for it any more: a thread cannot be stopped.
        """
        if self._of_person[asker.person] >= self._most_of_one:
            return Busy(self._pace.seconds(self._until_own(asker)), own=True)
        if self._closed or not self._has_room(asker.place):
            return Busy(self._pace.seconds(self.waiting))
        ticket = _Ticket(asker, call)
        self._places.setdefault(asker.place, OrderedDict()).setdefault(asker.person, deque()).append(ticket)
        self._of_place[asker.place] += 1
        self._of_person[asker.person] += 1
        self._let_in()
        try:
            return await ticket.outcome
        except asyncio.CancelledError:
            if ticket in list(self._in_order()):  # else it runs, or has been turned away
                self._take(ticket)
                self._of_person -= Counter([asker.person])
            raise

    async def close(self) -> None:
        """Turn away what waits, and wait for what runs."""
        self._closed = True
        seconds = self._pace.seconds(self.waiting)
        for ticket in list(self._in_order()):
            self._turn_away(ticket, seconds)
        if self._running:
            await asyncio.wait(list(self._running))

    def _let_in(self) -> None:
        while len(self._running) < self._slots and self._places:
            ticket = next(self._in_order())
            self._take(ticket)
            place, person = ticket.asker.place, ticket.asker.person
            if place in self._places:  # whoever had a turn goes behind the others
                self._places.move_to_end(place)
                if person in self._places[place]:
                    self._places[place].move_to_end(person)
            self._pace.passes(busy=bool(self._running))
            task = asyncio.get_running_loop().create_task(ticket.call())
            self._running[task] = ticket
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._pace.passes(busy=True)
        self._pace.one_answered()
        ticket = self._running.pop(task)
        self._of_person -= Counter([ticket.asker.person])
        error = None if task.cancelled() else task.exception()
        if not ticket.outcome.done():
            if task.cancelled():
                ticket.outcome.cancel()
            elif error is not None:
                ticket.outcome.set_exception(error)
            else:
                ticket.outcome.set_result(task.result())
        self._let_in()

    def _has_room(self, place: str) -> bool:
        """Tell whether one more of a place may wait, once the fullest has given way where that is fair."""
        if len(self._running) < self._slots or self.waiting < self._most_waiting:
            return True
        fullest, most = self._of_place.most_common(1)[0] if self._of_place else (place, 0)
        if most <= self._of_place[place] + 1:
            return False
        *_, last = (ticket for ticket in self._in_order() if ticket.asker.place == fullest)
        self._turn_away(last, self._pace.seconds(self.waiting))
        return True

    def _turn_away(self, ticket: _Ticket[Any], seconds: int) -> None:
        self._take(ticket)
        self._of_person -= Counter([ticket.asker.person])
        if not ticket.outcome.done():
            ticket.outcome.set_result(Busy(seconds))

    def _take(self, ticket: _Ticket[Any]) -> None:
        place, person = ticket.asker.place, ticket.asker.person
        people = self._places[place]
        people[person].remove(ticket)
        if not people[person]:
            del people[person]
        if not people:
            del self._places[place]
        self._of_place -= Counter([place])

    def _in_order(self) -> Iterator[_Ticket[Any]]:
        """Go through what waits in the order in which it will be let in, if nothing more comes."""
        places = deque(deque(deque(tickets) for tickets in people.values()) for people in self._places.values())
        while places:
            people = places.popleft()
            tickets = people.popleft()
            yield tickets.popleft()
            if tickets:
                people.append(tickets)
            if people:
                places.append(people)

    def _until_own(self, asker: Asker) -> int:
        """Return how many questions are answered until the first of a person's own is."""
        if any(ticket.asker.person == asker.person for ticket in self._running.values()):
            return len(self._running)
        ahead = next((n for n, ticket in enumerate(self._in_order(), 1) if ticket.asker.person == asker.person), 0)
        return len(self._running) + ahead


class _Pace:
    """Seconds a question, of the time in which any was being answered."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._at = clock()
        self._busy_s = 0.0
        self._answered = 0.0

    def passes(self, *, busy: bool) -> None:
        """Count the time since the last call, if questions were being answered."""
        now = self._clock()
        self._busy_s += (now - self._at) * busy
        self._at = now

    def one_answered(self) -> None:
        self._busy_s *= FORGETTING
        self._answered = self._answered * FORGETTING + FORGETTING

    def seconds(self, questions: int) -> int:
        """Return in about how many seconds so many questions are answered; at least one."""
        pace = self._busy_s / self._answered if self._answered else 0.0
        return max(1, math.ceil(round(pace * questions, 3)))

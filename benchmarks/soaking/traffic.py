"""What people and the world do to the bot in one round of a soak, and what must be true after each of it."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter

import discord

from benchmarks.soaking.bearing import Counts
from benchmarks.soaking.news import TOWNS
from benchmarks.soaking.world import World
from retrieval.domain.libraries import SHARED_LIBRARY

QUESTIONS_AT_ONCE = 8
RESTART_EVERY, FIRST_RESTART = 15, 4
"""Rounds."""
FOLLOW_UP = "and who paid for it?"


class Traffic:
    """Goes through rounds, each of them other towns, people and channels by the same random numbers."""

    def __init__(self, world: World, counts: Counts, seed: int) -> None:
        self._world, self._counts = world, counts
        self._rng = random.Random(seed)  # noqa: S311 - a plan, no secret

    async def round(self, number: int) -> None:
        """Ask together and one by one, click, change the news, and now and then restart."""
        await self._world.env.advance_time(60)  # the limits a person and a channel are the real ones
        towns = self._rng.sample(TOWNS, QUESTIONS_AT_ONCE)
        changing = number % 3 == 1
        if changing:
            for town in self._rng.sample(TOWNS, 2):
                self._world.news.write(town)
        indexing = asyncio.create_task(self._index()) if changing else None
        answered = await self._ask_together(towns, fresh=not changing)
        if indexing is not None:
            await indexing
        if answered:
            await self._go_on(self._rng.choice(answered))
        await self._by_command(self._rng.choice(TOWNS))
        if number % 2 == 1:
            await self._poll()
        if number % RESTART_EVERY == FIRST_RESTART:
            await self._world.restart()
            self._counts.restarts += 1
        await self._all_is_there()

    async def _ask_together(self, towns: list[str], *, fresh: bool) -> list[discord.Message]:
        """Have each of some people ask at the same moment; each must get one answer, which is theirs."""
        world, backend = self._world, self._world.env.backend
        people = self._rng.sample(world.members, len(towns))
        asked = []
        for town, person in zip(towns, people, strict=True):
            channel = self._rng.choice(world.channels)
            question = world.news.question(town)
            stored = backend.create_message(channel.id, person.id, f"{world.me} {question}")
            asked.append((stored.id, channel, person, town, question))
        await world.env.settle()
        found = []
        for message_id, channel, person, town, question in asked:
            answers = self._answers(channel, message_id)
            self._counts.exchanges += 1
            if len(answers) != 1:
                self._wrong(f"a question got {len(answers)} answers")
                continue
            self._counts.answered += 1
            self._counts.own_figure += str(world.news.figures[town]) in answers[0].content
            await self._kept(question, person.id, channel.id, answers[0].id)
            if fresh:
                self._not_stale(answers[0].content)
            found.append(answers[0])
        return found

    def _answers(self, channel: object, message_id: int) -> list[discord.Message]:
        me = self._world.env.bot.user.id
        return [
            message
            for message in channel.history()  # type: ignore[attr-defined]
            if message.author.id == me and message.reference and message.reference.message_id == message_id
        ]

    def _not_stale(self, said: str) -> None:
        old = [figure for figure in self._world.news.retired if f" {figure} lorries" in said]
        if old:
            self._wrong("an answer quoted what no article says any more")

    async def _kept(self, question: str, user_id: int, channel_id: int, answer_id: int) -> None:
        """Make sure that the history holds this exchange once, under its own person, channel and answer."""
        rows = await self._world.running.history.read(
            "SELECT question, user_id, channel_id FROM turns WHERE EXISTS "
            "(SELECT 1 FROM json_each(message_ids) WHERE value = ?)",
            answer_id,
        )
        if [tuple(row) for row in rows] != [(question, user_id, channel_id)]:
            self._wrong(f"an answer is kept {len(rows)} times, or as another's")

    async def _go_on(self, answer: discord.Message) -> None:
        """Reply to an answer with a follow-up, and press a button under it."""
        world = self._world
        channel = next(one for one in world.channels if one.id == answer.channel.id)
        person = self._rng.choice(world.members)
        sent = await person.send(channel, f"{world.me} {FOLLOW_UP}", reply_to=answer)
        self._counts.exchanges += 1
        self._counts.follow_ups += 1
        answers = self._answers(channel, sent.id)
        if len(answers) != 1:
            self._wrong(f"a follow-up got {len(answers)} answers")
        else:
            self._counts.answered += 1
        labels = [
            button.label
            for row in answer.components
            for button in getattr(row, "children", [])
            if isinstance(button, discord.Button) and button.label in {"Context", "Sources"}
        ]
        if labels:
            clicked = await person.click(answer, label=self._rng.choice(labels))
            self._counts.clicks += 1
            if not (clicked.response and clicked.response.content):
                self._wrong("a button showed nothing")

    async def _by_command(self, town: str) -> None:
        world = self._world
        person = self._rng.choice(world.members)
        told = await person.slash(self._rng.choice(world.channels), "ask", question=world.news.question(town))
        self._counts.exchanges += 1
        if told.response and told.response.content:
            self._counts.answered += 1
            self._counts.own_figure += str(world.news.figures[town]) in told.response.content
            self._not_stale(told.response.content)
        else:
            self._wrong("a command got no answer")

    async def _index(self) -> None:
        manager = await self._world.running.library.manager()
        report = await (await manager.index_folders()).wait()
        self._counts.reindexed += 1
        if report.failed:
            self._wrong(f"{len(report.failed)} articles could not be indexed")

    async def _poll(self) -> None:
        """Publish a page, poll the feed, and remove what has left it."""
        world = self._world
        world.news.publish()
        manager = await world.running.library.manager()
        report = await manager.poller.poll(await world.feed())
        self._counts.polled += 1
        if report.failed:
            self._wrong(f"{len(report.failed)} entries of the feed could not be read")
        for article in await manager.articles(SHARED_LIBRARY):
            if article.credit.title not in world.news.titles():
                await manager.remove(SHARED_LIBRARY, article.article_id)

    async def _all_is_there(self) -> None:
        """Compare what is kept with what has happened: articles, vectors, and the history's rows."""
        running = self._world.running
        await (await (await running.library.manager()).index_folders()).wait()
        live = sorted(str(article.credit.title) for article in await running.engine.articles())
        if live != self._world.news.titles():
            odd = Counter(live)
            odd.subtract(self._world.news.titles())
            lost, doubled = sum(n < 0 for n in odd.values()), sum(n > 0 for n in odd.values())
            self._wrong(f"{lost} articles are lost and {doubled} are doubled or should be gone")
        if (await running.engine.agreement()).missing:
            self._wrong("Chroma lacks vectors of live articles")
        (row,) = await running.history.read("SELECT count(*) FROM turns")
        if row[0] != self._counts.exchanges:
            self._wrong(f"the history has {row[0]} rows of {self._counts.exchanges} questions")

    def _wrong(self, what: str) -> None:
        self._counts.violations.append(what)


def told(counts: Counts) -> str:
    """Return the counts as one line of JSON, violations by kind."""
    kinds = Counter(counts.violations)
    return json.dumps({**vars(counts), "violations": dict(kinds)})

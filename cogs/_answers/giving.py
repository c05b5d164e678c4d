"""Gives the answer to one question: verified, kept for its buttons and the history, then sent."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from zoneinfo import ZoneInfo

import discord

from bot.records.answers import KeptAnswer
from bot.records.history import Turn
from bot.records.lines import NO_LINE, Line
from bot.service.client import PullquoteBot
from bot.service.metrics import CHECK, SEND
from bot.service.stopping import StoppedError
from bot.words.refusals import refusal_words
from cogs._answers.message import compose
from cogs._rendering import about_line, asked_line, texts
from cogs._rendering.fewer import at_most
from cogs._rendering.leading import led
from cogs._ui.exchanges import QuestionGoneError
from cogs._ui.messages import Say
from cogs._ui.verbatim import kept_verbatim
from retrieval.domain.answers import NOT_TRIED, Answer, NoAnswer, Outcome, Quote
from retrieval.domain.askers import Asker
from retrieval.domain.talk import exchange_of
from retrieval.errors import StorageError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A question with who asked it, where and when; `on_top` where the answer has to repeat it.

    `line` is the talk that it goes on from, empty where it is to be taken just as typed. An answer has `most_quotes`
    at the most; None: all. "Today" is meant in `zone`; None: in the operator's. `under` is the message whose button
    asks for the answer, if any: a reply to it is one to the answer. `for_asker_only` says that nobody else is shown it.
    """

    question: str
    user_id: int
    channel_id: int
    guild_id: int | None
    asked_at: datetime
    on_top: bool = False
    line: Line = NO_LINE
    most_quotes: int | None = None
    zone: ZoneInfo | None = None
    under: int | None = None
    for_asker_only: bool = False

    @property
    def asker(self) -> Asker:
        """Who is to have a turn; all direct messages together are one place."""
        return Asker("direct" if self.guild_id is None else f"guild-{self.guild_id}", str(self.user_id))


async def give(bot: PullquoteBot, asked: Request, say: Say) -> int | None:
    """Answer by `say`, and return the id of the turn in the history; None where there is none.

    Raises `QuestionGoneError` where `say` does; nothing of the question is kept then.
    """
    began = time.perf_counter()
    try:
        turn_id, outcome = await bot.questions.work(_given(bot, asked, say))
    except QuestionGoneError:
        raise
    except StoppedError:
        bot.metrics.failed()
        await say(texts.STOPPED)
        return None
    except Exception:
        bot.metrics.failed()
        raise
    bot.metrics.answered(outcome, time.perf_counter() - began)
    return turn_id


async def _given(bot: PullquoteBot, asked: Request, say: Say) -> tuple[int | None, Outcome]:
    libraries = await bot.visibility.libraries(guild_id=asked.guild_id, user_id=asked.user_id)
    outcome = await _verified(bot, asked, libraries)
    if isinstance(outcome, Answer) and not outcome.quotes:
        await say(texts.CHANGED_MEANWHILE)
        return None, outcome
    outcome = at_most(outcome, asked.most_quotes)
    outcome, shown = led(outcome) if isinstance(outcome, Answer) else (outcome, 0)
    kept = await _remembered(bot, asked, outcome, shown)
    sent: list[int] = []
    began = time.perf_counter()
    try:
        async for message in _sent(bot, asked, outcome, kept, libraries, say):
            sent.append(message.id)  # noqa: PERF401 - kept also when a later one fails
        bot.metrics.staged({SEND: time.perf_counter() - began})
    except QuestionGoneError:
        sent.clear()
        raise
    finally:
        await _note_sent(bot, kept, sent, under=asked.under)
    if asked.guild_id is None and await bot.visibility.has_lost_pick(asked.user_id):
        await say(texts.PICK_LOST)
    return kept.exchange_id if kept else None, outcome


async def _remembered(bot: PullquoteBot, asked: Request, outcome: Outcome, shown: int) -> KeptAnswer | None:
    """Record the exchange, so that buttons can be put under its answer; None when that fails, or nothing was tried."""
    if isinstance(outcome, NoAnswer) and outcome.refusal in NOT_TRIED:
        return None
    try:
        exchange_id = await bot.history.record(_turn(asked, outcome))
        await bot.answers.keep(exchange_id, outcome, shown=shown)
    except StorageError:
        log.exception("an answered question could not be added to the history")
        return None
    return KeptAnswer(exchange_id, asked.guild_id, asked.channel_id, outcome, shown)


async def _sent(
    bot: PullquoteBot, asked: Request, outcome: Outcome, kept: KeptAnswer | None, libraries: Sequence[str], say: Say
) -> AsyncIterator[discord.Message]:
    """Send the messages of an answer and yield each."""
    lines = (asked_line(asked.question) if asked.on_top else None, about_line(outcome))
    above = "\n".join(line for line in lines if line is not None) or None
    composed = partial(compose, outcome, library=bot.library, libraries=libraries, above=above)
    message = await composed(kept)
    for text in message.texts[:-1]:
        yield await say(text)
    try:
        last = await say(message.texts[-1], message.view)
    except discord.HTTPException as error:
        if error.status != HTTPStatus.BAD_REQUEST or message.view is None:
            raise
        # Discord's own idea of an address decides whether a button may have it: the words must arrive anyway.
        log.warning("Discord refuses the buttons of an answer: %s", error)
    else:
        yield last
        return
    plain = await composed(None)
    for text in plain.texts[len(message.texts) - 1 :]:
        yield await say(text)


async def _note_sent(
    bot: PullquoteBot, kept: KeptAnswer | None, message_ids: Sequence[int], *, under: int | None
) -> None:
    """Remember which messages the answer became; an answer of which nothing was sent is forgotten."""
    if kept is None:
        return
    try:
        if message_ids:
            await bot.history.sent(kept.exchange_id, [*message_ids, *([] if under is None else [under])])
        else:
            await bot.history.take_back(kept.exchange_id)
    except StorageError:
        log.exception("the messages of an answer could not be added to the history")


async def _verified(bot: PullquoteBot, asked: Request, libraries: Sequence[str]) -> Outcome:
    """Return an outcome of which the live articles hold every quote.

    When an article has changed since the library was laid out in memory, the question is asked again of
    what is live now; what does not hold even then is dropped.
    """
    library = bot.library
    ask = partial(
        library.ask,
        asked.question,
        libraries=libraries,
        asked_at=asked.asked_at,
        zone=asked.zone,
        talk=asked.line.talk,
        asker=asked.asker,
    )
    outcome = await ask()
    began = time.perf_counter()
    holds = all(await library.still_verbatim(_quotes(outcome)))
    bot.metrics.staged({CHECK: time.perf_counter() - began})
    if holds:
        return outcome
    await library.refresh(libraries)
    outcome = await ask()
    kept = await kept_verbatim(library, _quotes(outcome))
    return replace(outcome, near_misses=kept) if isinstance(outcome, NoAnswer) else replace(outcome, quotes=kept)


def _quotes(outcome: Outcome) -> tuple[Quote, ...]:
    return outcome.quotes if isinstance(outcome, Answer) else outcome.near_misses


def _turn(asked: Request, outcome: Outcome) -> Turn:
    turn = Turn(
        guild_id=asked.guild_id,
        channel_id=asked.channel_id,
        user_id=asked.user_id,
        question=asked.question,
        asked_at=asked.asked_at,
        for_asker_only=asked.for_asker_only,
        follows=asked.line.last_id if asked.line.meant or outcome.about else None,
    )
    match outcome:
        case Answer():
            return replace(turn, quotes=exchange_of(asked.question, outcome).quotes)
        case NoAnswer(refusal=refusal):
            return replace(turn, refusal=refusal, reason=refusal_words(outcome))

"""Under a refusal stands what would help: a question that the articles do answer, or the command that shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cogs._rendering.helping import what_helps
from retrieval.domain.answers import NoAnswer, Quote, Refusal
from retrieval.domain.articles import Credit, SourceKind
from tests.cogs.discord_markdown import read
from tests.cogs.quotes import AGENDA, NEWS, POLITICO, VISIT, quote

ALWAYS = {
    Refusal.EMPTY_LIBRARY: "Whoever manages a server can add some there with `/library add url`.",
    Refusal.ABOUT_THE_BOT: "`/help` shows what you can do here.",
    Refusal.GREETING: "`/help` shows what you can do here.",
    Refusal.NOT_A_QUESTION: "`/help` shows what you can do here.",
    Refusal.NOT_PUBLISHED_THEN: "Ask without the time, and I look through all of them.",
    Refusal.NOTHING_FROM_SOURCE: "`/sources` shows who is quoted.",
    Refusal.SOURCE_NOT_ON_TOPIC: "`/source` shows what I have from Ada.",
    Refusal.OTHER_TASK: "`/help` shows what you can do here.",
    Refusal.OPINION: None,
    Refusal.THANKS: None,
    Refusal.UNREAD_LANGUAGE: None,
}
OFFICIALS = replace(NEWS, name="officials", kind=SourceKind.UNNAMED)


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_helps_on_or_has_nothing_to_say(refusal: Refusal) -> None:
    assert what_helps(NoAnswer("why?", refusal, ("Ada",))) == ALWAYS.get(refusal)


@pytest.mark.parametrize(
    ("nearest", "expected"),
    [
        ((quote(VISIT), quote(AGENDA, attribution=POLITICO)), "You could ask: *what did POLITICO say?*"),
        ((quote(AGENDA, attribution=replace(POLITICO, name="A*B")),), "You could ask: *what did A\\*B say?*"),
        (
            (quote(AGENDA, attribution=OFFICIALS),),
            "The nearest article I have is “Benny Gantz in Washington”; `/article` shows it.",
        ),
        (
            (quote(AGENDA, attribution=replace(POLITICO, shown=False)),),
            "The nearest article I have is “Benny Gantz in Washington”; `/article` shows it.",
        ),
        ((quote(AGENDA, credit=Credit()),), None),
        # Who is asked about already is not what to ask for instead.
        (
            (quote(AGENDA, attribution=replace(POLITICO, name="Reuters")),),
            "The nearest article I have is “Benny Gantz in Washington”; `/article` shows it.",
        ),
    ],
)
def test_what_to_ask_instead_is_what_the_nearest_quotes_are_from(nearest: tuple[Quote, ...], expected: str) -> None:
    outcome = NoAnswer("what did reuters say of the storm?", Refusal.NOT_ANSWERED, near_misses=nearest)
    assert what_helps(outcome) == expected
    if expected:
        assert read(f"-# {expected}").features <= {"subtext", "italic", "code"}

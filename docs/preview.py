"""Takes the pictures in `docs/img/`: `make pictures`, or `python -m docs.preview [NAME...]`. Needs Debian's chromium.

The bot, its commands, buttons and history are the real ones, in SimCord's page that looks like Discord. The answers
are those that the real library gives from the seed article and those in `docs/examples/`, which are made up; they are
asked beforehand, since SimCord's clock does not wait for a model. What a library looks like to its admins is prepared.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import simcord

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.starting import StartingLibrary
from bot.settings import Settings
from demo.world import end_quotes_as_discord_does
from docs.browser import Tab, browser
from retrieval.domain.answers import Answer, Outcome
from retrieval.domain.articles import Credit
from retrieval.domain.libraries import SHARED_LIBRARY, Failure, RunRecord, RunState
from retrieval.engine import Engine
from tests.cogs.conftest import ADMIN
from tests.cogs.managing import FakeManager
from tests.cogs.quotes import FakeLibrary, answer, quote

PICTURES = Path(__file__).parent / "img"
FOLDERS = (Path(__file__).parent.parent / "seeds", Path(__file__).parent / "examples")
DESKTOP, PHONE = 860, 390  # CSS pixels of the channel
TALL = 2_600  # no channel here is higher: nothing scrolls away
MARGIN = 12

POLLED = datetime(2025, 12, 31, 23, 50, tzinfo=UTC)  # SimCord's clock begins with 2026
WHY = "why did Gantz go to Washington?"
POLITICO_SAID = "What did POLITICO say?"
HARRIS = "when did Gantz meet Kamala Harris?"
FERRY = "Why is the ferry to Inishmore cancelled?"
NEWS = [
    Credit(
        title="Ferry to Skye sails again",
        publisher="The Example Daily",
        published_at=datetime(2025, 12, 30, tzinfo=UTC),
    ),
    Credit(
        title="Council votes for the new bridge",
        publisher="The Example Daily",
        published_at=datetime(2025, 12, 29, tzinfo=UTC),
    ),
    Credit(title="Storm closes the harbour for two days", publisher="Example Wire"),
]
MARKDOWN = answer(quote("# 1. *Bold* claim by @everyone:\n\n- :smile: [reads](https://a.b)\n> and `quotes`"))


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="the pictures to take; none: all")
    asyncio.run(show(parser.parse_args().names))


async def show(names: list[str]) -> None:
    """Play the conversations, and take a picture of each."""
    end_quotes_as_discord_does()
    PICTURES.mkdir(exist_ok=True)
    library = FakeLibrary()
    answers = await real_answers(library, WHY, POLITICO_SAID, HARRIS, FERRY)
    with tempfile.TemporaryDirectory() as folder:
        history = await History.open(Path(folder) / "history.db")
        bot = PullquoteBot(settings=Settings(_env_file=None), library=library, history=history)
        async with simcord.run(bot) as env, browser() as tab:
            env.backend.bot_user.name = "Pullquote"
            guild = env.create_guild("Newsroom")
            alice = guild.add_member(env.create_user("alice"))
            admin = guild.add_member(env.create_user("ada"), roles=[guild.create_role("admins", permissions=ADMIN)])
            fill(library.managed, f"guild-{guild.id}")
            stage = Stage(library, answers, f"<@{env.bot.user.id}>", alice, admin)
            for name, (play, width) in SCENES.items():
                if names and name not in names:
                    continue
                channel = guild.create_text_channel(name)
                await env.advance_time(60)  # the rate limit is the real one too
                await play(stage, channel)
                viewer = admin if name == "library" else alice
                await take_picture(env, tab, channel, viewer, PICTURES / f"{name}.png", width=width)
        await history.close()


async def real_answers(library: FakeLibrary, *questions: str) -> dict[str, Outcome]:
    """Ask the real library, with the articles in it, and give these to `library` as well."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data", seeds_dir=FOLDERS[0], folders=FOLDERS[1:])
        engine = await Engine.open(settings.data_dir)
        real = StartingLibrary(engine, settings)
        try:
            now, places = datetime.now(UTC), [SHARED_LIBRARY]
            answers = {question: await real.ask(question, libraries=places, asked_at=now) for question in questions}
            for summary in await engine.articles():
                stored = await engine.article(summary.article_id)
                assert stored is not None
                library.articles[summary.article_id] = stored
            return answers
        finally:
            await real.stop()
            await engine.close()


def fill(manager: FakeManager, library: str) -> None:
    """Give a server's library some articles, a feed and a run."""
    for number, credit in enumerate(NEWS):
        manager.put(library, f"example-{number}", credit=credit, passages=2 + number // 2)
    manager.follow(library, 1, title="The Example Daily", articles=2, polled_at=POLLED)
    manager.runs = (
        RunRecord(
            1, "feed The Example Daily", POLLED, POLLED, RunState.DONE, added=2, passages=9,
            failures=(Failure("https://example.com/live", "This page has no article that can be found."),),
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """Who speaks, and what the library answers."""

    library: FakeLibrary
    answers: dict[str, Outcome]
    me: str
    alice: simcord.MemberActor
    admin: simcord.MemberActor

    async def ask(self, channel: simcord.ChannelHandle, question: str, outcome: Outcome | None = None) -> Any:  # noqa: ANN401
        """Let Alice ask by mention; returns the answer."""
        self.library.outcome = outcome or self.answers[question]
        await self.alice.send(channel, f"{self.me} {question}")
        return channel.last_message


async def answered(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Ask, and nothing more."""
    await stage.ask(channel, WHY)


async def two_sources(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """An answer of two articles, and where it is from."""
    said = await stage.ask(channel, FERRY)
    await stage.alice.click(said, label="Sources")


async def in_context(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Ask, open the context, say what one thinks of it."""
    said = await stage.ask(channel, WHY)
    await stage.alice.click(said, label="Context")
    await stage.alice.click(said, label="Useful")


async def more(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Ask, and look at the other quotes."""
    said = await stage.ask(channel, WHY)
    assert isinstance(stage.answers[WHY], Answer)
    await stage.alice.click(said, label="More quotes")


async def slash(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Ask with the command."""
    stage.library.outcome = stage.answers[POLITICO_SAID]
    await stage.alice.slash(channel, "ask", question=POLITICO_SAID)


async def refused(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Ask what no article says, and look at what is nearest."""
    said = await stage.ask(channel, HARRIS)
    await stage.alice.click(said, label="Nearest quotes")


async def helped(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Ask for help."""
    await stage.alice.slash(channel, "help")


async def told_about(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Ask what the bot is."""
    await stage.alice.slash(channel, "about")


async def read_article(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Look an article up."""
    await stage.alice.slash(channel, "article", article="rudder Norway")


async def marked(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Show what becomes of Markdown in an article."""
    await stage.ask(channel, "what does the article look like?", MARKDOWN)


async def remembered(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Look back."""
    await stage.ask(channel, POLITICO_SAID)
    await stage.ask(channel, HARRIS)
    await stage.alice.slash(channel, "history")


async def kept(stage: Stage, channel: simcord.ChannelHandle) -> None:
    """Look after a library."""
    await stage.admin.slash(channel, "library list")
    await stage.admin.slash(channel, "library status")


Play = Callable[[Stage, simcord.ChannelHandle], Awaitable[None]]
SCENES: dict[str, tuple[Play, int]] = {
    "answer": (answered, DESKTOP),
    "phone": (answered, PHONE),
    "context": (in_context, DESKTOP),
    "more": (more, DESKTOP),
    "sources": (two_sources, DESKTOP),
    "sources-phone": (two_sources, PHONE),
    "refusal": (refused, DESKTOP),
    "article": (read_article, DESKTOP),
    "slash": (slash, DESKTOP),
    "help": (helped, DESKTOP),
    "about": (told_about, DESKTOP),
    "markdown": (marked, DESKTOP),
    "history": (remembered, DESKTOP),
    "library": (kept, DESKTOP),
}
_SIDEBAR = 256
"""SimCord's own list of messages stands beside the channel where there is room for it."""

_BOX = """(() => {
  const all = [...document.querySelectorAll('.channel-message')].map(e => e.getBoundingClientRect());
  const layout = document.querySelector('.channel-layout').getBoundingClientRect();
  const top = Math.min(...all.map(r => r.top)), bottom = Math.max(...all.map(r => r.bottom));
  return {x: layout.left, y: top, width: layout.width, height: bottom - top};
})()"""


async def take_picture(
    env: simcord.Env, tab: Tab, channel: simcord.ChannelHandle, viewer: simcord.MemberActor, path: Path, *, width: int
) -> None:
    """Let the browser open the page of `channel` as `viewer` sees it, and save its messages."""
    async with env.preview(channel, viewers=[viewer], layout="channel", width=width) as preview:
        await tab.open(preview.url, width=width if width == PHONE else width + _SIDEBAR, height=TALL)
        await tab.until("document.querySelector('#toolbar')?.innerText.includes('Viewport updated')")
        box = await tab.run(_BOX)
        await tab.picture(path, x=box["x"], y=box["y"] - MARGIN, width=box["width"], height=box["height"] + 2 * MARGIN)
    print(path)


if __name__ == "__main__":
    main()

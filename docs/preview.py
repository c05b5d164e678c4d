"""Shows Pullquote in a page that looks like Discord, offline: `python -m docs.preview [--serve]`.

Without `--serve` it takes the pictures in `docs/img/` with a headless Chromium and ends. The bot, its
commands and its history are the real ones. The answers are those that the real library gives from the
seed article, asked beforehand (SimCord's clock does not wait for a model); what a library looks like to
its admins is prepared.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import simcord
from PIL import Image
from simcord.preview import _markdown, _messages, _snapshot

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.settings import Settings
from retrieval.domain.answers import Outcome
from retrieval.domain.articles import Credit
from retrieval.domain.libraries import SHARED_LIBRARY, Failure, RunRecord, RunState
from retrieval.engine import Engine
from tests.cogs.conftest import ADMIN
from tests.cogs.managing import FakeManager
from tests.cogs.quotes import FakeLibrary, answer, quote

PICTURES = Path(__file__).parent / "img"
SEEDS = Path(__file__).parent.parent / "seeds"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=6000"),
)
WINDOW = (1100, 820)
CHANNEL = (256, 110, 1100, 800)  # the part of the window that shows the channel, without SimCord's own tools

POLLED = datetime(2025, 12, 31, 23, 50, tzinfo=UTC)  # SimCord's clock begins with 2026
WHY = "why did Gantz go to Washington?"
POLITICO_SAID = "What did POLITICO say?"
HARRIS = "when did Gantz meet Kamala Harris?"
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
    """Read the command line, then serve the page or take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true", help="leave the page open for a browser")
    asyncio.run(show(serve=parser.parse_args().serve))


async def show(*, serve: bool) -> None:
    """Play the conversations; take a picture of each, or serve the last one until interrupted."""
    end_quotes_as_discord_does()
    PICTURES.mkdir(exist_ok=True)
    answers = await real_answers(WHY, POLITICO_SAID, HARRIS)
    with tempfile.TemporaryDirectory() as folder:
        history = await History.open(Path(folder) / "history.db")
        library = FakeLibrary()
        bot = PullquoteBot(settings=Settings(_env_file=None), library=library, history=history)
        async with simcord.run(bot) as env:
            env.backend.bot_user.name = "Pullquote"
            guild = env.create_guild("Newsroom")
            alice = guild.add_member(env.create_user("alice"))
            me = f"<@{env.bot.user.id}>"
            admin = guild.add_member(env.create_user("ada"), roles=[guild.create_role("admins", permissions=ADMIN)])
            fill(library.managed, f"guild-{guild.id}")
            for name, play in conversations(alice, admin, library, me, answers).items():
                channel = guild.create_text_channel(name)
                await env.advance_time(60)  # the rate limit is the real one too
                await play(channel)
                if not serve:
                    await take_picture(env, channel, admin if name == "library" else alice, PICTURES / f"{name}.png")
            if serve:
                async with env.preview(channel, viewers=[alice], layout="channel") as preview:
                    print(preview.url)
                    await asyncio.Event().wait()
        await history.close()


async def real_answers(*questions: str) -> dict[str, Outcome]:
    """Ask the real library, with the seed article in it."""
    with tempfile.TemporaryDirectory() as folder:
        engine = await Engine.open(Path(folder))
        try:
            await engine.ready()
            await engine.index([SEEDS])
            return {
                question: await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=datetime.now(UTC))
                for question in questions
            }
        finally:
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


def conversations(
    alice: simcord.MemberActor,
    admin: simcord.MemberActor,
    library: FakeLibrary,
    me: str,
    answers: dict[str, Outcome],
) -> dict[str, Callable[[simcord.ChannelHandle], Any]]:
    """Return what is said in each picture, by the picture's name."""

    async def say(channel: simcord.ChannelHandle, text: str, outcome: Outcome | None = None) -> None:
        library.outcome = outcome or answers[text]
        await alice.send(channel, f"{me} {text}")

    async def answered(channel: simcord.ChannelHandle) -> None:
        await say(channel, WHY)

    async def slash(channel: simcord.ChannelHandle) -> None:
        library.outcome = answers[POLITICO_SAID]
        await alice.slash(channel, "ask", question=POLITICO_SAID)

    async def refused(channel: simcord.ChannelHandle) -> None:
        await say(channel, HARRIS)

    async def helped(channel: simcord.ChannelHandle) -> None:
        await alice.send(channel, me)

    async def marked(channel: simcord.ChannelHandle) -> None:
        await say(channel, "what does the article look like?", MARKDOWN)

    async def remembered(channel: simcord.ChannelHandle) -> None:
        await say(channel, POLITICO_SAID)
        await say(channel, HARRIS)
        await alice.slash(channel, "history")

    async def kept(channel: simcord.ChannelHandle) -> None:
        await admin.slash(channel, "library list")
        await admin.slash(channel, "library status")

    return {
        "answer": answered,
        "slash": slash,
        "refusal": refused,
        "help": helped,
        "markdown": marked,
        "history": remembered,
        "library": kept,
    }


async def take_picture(
    env: simcord.Env, channel: simcord.ChannelHandle, viewer: simcord.MemberActor, path: Path
) -> None:
    """Let a headless Chromium open the page of `channel` and save what it shows."""
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    async with env.preview(channel, viewers=[viewer], layout="channel", width=900) as preview:
        with tempfile.TemporaryDirectory() as profile:
            process = await asyncio.create_subprocess_exec(
                chromium,
                *FLAGS,
                f"--user-data-dir={profile}",
                "--window-size={},{}".format(*WINDOW),
                f"--screenshot={path}",
                preview.url,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            if await asyncio.wait_for(process.wait(), timeout=60) != 0:
                raise RuntimeError(f"Chromium took no picture of {path.stem}")
    with Image.open(path) as picture:
        picture.crop(CHANNEL).save(path, optimize=True)
    print(path)


def end_quotes_as_discord_does() -> None:
    """Let a block quote end with its last `> ` line, as in Discord.

    SimCord reads Markdown as CommonMark does, where a following line still belongs to the quote; the
    small line under a quote would be drawn inside it.
    """
    original = _markdown.markdown_tokens

    def markdown_tokens(value: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        text = re.sub(r"(?m)^(> .*)\n(?!> )", r"\1\n\n", str(value)) if value is not None else value
        return original(text, *args, **kwargs)

    for module in (_markdown, _messages, _snapshot):
        if hasattr(module, "markdown_tokens"):
            module.markdown_tokens = markdown_tokens


if __name__ == "__main__":
    main()

"""Tries the demo's page with a headless Chromium and takes the pictures in `docs/img/`: `python -m demo.pictures`.

It asks, follows up, presses each button that it finds and uses the admins' commands, all in the page itself, as a
person would. Needs Debian's `chromium`.
"""

from __future__ import annotations

import asyncio
import json
import re

import simcord

from bot.logs import set_up_logging
from cogs.settings import ASKER_ONLY, IN_THREAD, TIMES
from demo.__main__ import QUESTIONS, greet
from demo.clock import pass_time
from demo.world import MODEL_TAKES_S, ROOT, demo_world
from docs.browser import Tab, browser

PICTURES = ROOT / "docs" / "img"
TO_LOOK_AT = ROOT / "data" / "demo-pictures"  # one of each button pressed, which no page shows
SIDEBAR = 256  # SimCord's own list beside the channel, where the window is wide enough for it
DESKTOP, PHONE = 860 + SIDEBAR, 390
TALL = 2_400  # no talk here is longer: nothing scrolls away
MARGIN = 12
CLICK_TAKES_S = 1.5
BETWEEN_MESSAGES_S = 30  # of SimCord's time: nobody here asks too fast
IN_VAIN = ("who won the election in Norway?", "which party has won Norway's election?", "what is the weather tomorrow?")

# The page's own parts; SimCord's tools around the channel are not in the pictures.
_MESSAGES = "[...document.querySelectorAll('#channel-message-list > *')]"
_IDLE = "document.querySelector('#preview-app')?.getAttribute('aria-busy') !== 'true'"
_CAN_WRITE = """(() => {
  const writing = document.querySelector('#channel-composer-input');
  return writing !== null && writing.offsetParent !== null && !writing.disabled;
})()"""
_BUTTONS_WORK = """(() => {
  if (document.querySelector('#channel-message-list .message-loading')) return false;
  const buttons = [...document.querySelectorAll('#channel-message-list button.component-button')];
  return buttons.length === 0 || buttons.some(b => !b.disabled);
})()"""
_LATEST = """(() => {
  const more = document.querySelector('#new-messages');
  if (more && more.offsetParent) more.click();
  document.activeElement?.blur();
  [...document.querySelectorAll('#channel-message-list > *')].at(-1).scrollIntoView({block: 'end'});
})()"""
_BOX = """(() => {
  const layout = document.querySelector('#channel-layout').getBoundingClientRect();
  const messages = [...document.querySelectorAll('#channel-message-list > *')].slice(-LAST);
  const top = Math.max(messages[0].getBoundingClientRect().top, 0);
  const bottom = Math.min(messages.at(-1).getBoundingClientRect().bottom, window.innerHeight);
  return {x: layout.left, y: top, width: Math.min(layout.width, window.innerWidth - layout.left), height: bottom - top};
})()"""
_FORM = """(() => {
  const form = document.querySelector('#modal-root .modal-dialog');
  const box = form.getBoundingClientRect();
  return {x: box.left, y: box.top, width: box.width, height: box.height};
})()"""


class Page:
    """The demo's page, as one of its viewers uses it, who takes their time."""

    def __init__(self, tab: Tab, env: simcord.Env) -> None:
        self.tab = tab
        self.env = env

    async def open(self, url: str, *, width: int) -> None:
        """Open the page in a window of a width, and wait until it shows the talk."""
        await self.tab.open("about:blank", width=width, height=TALL)
        await self.tab.open(url, width=width, height=TALL)
        await self.tab.until(f"{_MESSAGES}.length > 0", seconds=MODEL_TAKES_S)
        await self.tab.run("document.fonts.ready.then(() => true)")
        await self._settled()

    async def view_as(self, name: str) -> None:
        """Look at the channel as somebody else."""
        chosen = json.dumps(name)
        await self.tab.run(
            "(() => { const picker = document.querySelector('#viewer-picker');"
            f"picker.value = [...picker.options].find(o => o.textContent.includes({chosen})).value;"
            "picker.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )
        await asyncio.sleep(2)
        await self.tab.until(f"{_MESSAGES}.length > 0", seconds=MODEL_TAKES_S)
        await self._settled()

    async def write(self, text: str) -> None:
        """Send a message, and wait for what the bot says to it."""
        before = await self.count()
        await self._type(text)
        await self._press("Enter")
        await self.tab.until(f"{_MESSAGES}.length >= {before + 2}", seconds=MODEL_TAKES_S)
        await self._settled()

    async def command(self, name: str, words: str = "") -> None:
        """Use a command, with what it needs to be told if anything, and wait for its answer."""
        await self._type(f"/{name}")
        await self.tab.until("document.querySelector('[role=listbox] [role=option]') !== null")
        await self._press("Enter")
        if words:
            await self.tab.call("Input.insertText", text=words)
        await self._press("Enter")
        last = f"{_MESSAGES}.at(-1)"
        await self.tab.until(
            f"{last}.textContent.includes('used /{name}') && !{last}.querySelector('.message-loading')",
            seconds=MODEL_TAKES_S,
        )
        await self._settled()

    async def press(self, label: str) -> None:
        """Press the button of that label under the last message that has one."""
        await self.tab.run(
            f"{_MESSAGES}.flatMap(m => [...m.querySelectorAll('button')])"
            f".filter(b => b.textContent.trim() === {json.dumps(label)}).at(-1).click()"
        )
        await asyncio.sleep(CLICK_TAKES_S)  # the page rests its buttons a moment after the click, not at once
        await self.tab.until(_BUTTONS_WORK, seconds=MODEL_TAKES_S)  # they rest while one is being answered
        await self._settled()

    async def buttons(self) -> list[str]:
        """Return the labels of the buttons of the bot's last message."""
        labels = await self.tab.run(
            f"[...{_MESSAGES}.at(-1).querySelectorAll('button.component-button')]"
            ".filter(b => !b.disabled && b.offsetParent).map(b => b.textContent.trim()).filter(Boolean)"
        )
        return list(dict.fromkeys(labels))

    async def count(self) -> int:
        """Return how many messages are shown."""
        return int(await self.tab.run(f"{_MESSAGES}.length"))

    async def picture(self, name: str, *, last: int = 2) -> None:
        """Save the last messages as they are shown."""
        await self.tab.run(_LATEST)
        await self._settled()
        await self._save(name, _BOX.replace("LAST", str(last)))

    async def has_form(self) -> bool:
        """Tell whether a form is open."""
        return bool(await self.tab.run("document.querySelector('#modal-root .modal-dialog') !== null"))

    async def form(self, name: str) -> None:
        """Save the form that is open or about to open, and close it."""
        await self.tab.until("document.querySelector('#modal-root .modal-dialog') !== null", seconds=MODEL_TAKES_S)
        await self._settled()
        await self._save(name, _FORM)
        await self._press("Escape", code=27, text="")

    async def _save(self, name: str, where: str) -> None:
        box = await self.tab.run(where)
        folder = TO_LOOK_AT if name.startswith("button ") else PICTURES
        path = folder / f"demo-{re.sub('[^a-z]+', '-', name.lower()).strip('-')}.png"
        await self.tab.picture(
            path, x=box["x"], y=max(box["y"] - MARGIN, 0), width=box["width"], height=box["height"] + 2 * MARGIN
        )
        print(path, flush=True)

    async def _type(self, text: str) -> None:
        await pass_time(self.env, BETWEEN_MESSAGES_S)
        await self.tab.until(_CAN_WRITE, seconds=MODEL_TAKES_S)
        await self.tab.run("document.querySelector('#channel-composer-input').focus()")
        await self.tab.call("Input.insertText", text=text)

    async def _press(self, key: str, *, code: int = 13, text: str = "\r") -> None:
        for kind in ("keyDown", "keyUp"):
            await self.tab.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text
            )
        await self._settled()

    async def _settled(self) -> None:
        await asyncio.sleep(0.5)
        await self.tab.until(_IDLE, seconds=MODEL_TAKES_S)


async def main() -> None:
    """Play the talk and take the pictures."""
    for folder in (PICTURES, TO_LOOK_AT):
        folder.mkdir(parents=True, exist_ok=True)
    async with demo_world() as demo:
        await greet(demo)
        async with (
            demo.env.preview(demo.channel, viewers=[demo.alice, demo.ada], layout="channel") as preview,
            browser() as tab,
        ):
            page = Page(tab, demo.env)
            await page.open(preview.url, width=DESKTOP)
            await page.picture("answer")
            await page.write(f"@Pullquote {QUESTIONS[1]}")
            await page.picture("follow-up")
            for label in await page.buttons():
                await page.press(label)
                if await page.has_form():
                    await page.form(f"button {label}")
                else:
                    await page.picture(f"button {label}", last=1)
            await page.command("ask", QUESTIONS[2])
            await page.picture("ask", last=1)
            for question in IN_VAIN:
                await page.write(f"@Pullquote {question}")
            await page.picture("refusals", last=2 * len(IN_VAIN))
            await page.command("help")
            await page.picture("help", last=1)
            await page.view_as("ada")
            await page.command("gaps")
            await page.picture("gaps", last=1)
            await page.command("settings")
            await page.picture("settings", last=1)
            for label in (ASKER_ONLY, IN_THREAD):
                await page.press(label)
            await page.picture("button settings", last=1)
            await page.press(TIMES)
            await page.form("button times")
            await page.open(preview.url, width=PHONE)
            await page.picture("phone")


if __name__ == "__main__":
    set_up_logging(level="ERROR")
    asyncio.run(main())

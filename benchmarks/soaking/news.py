"""The articles of a soak: files and a feed's pages, each with one figure that no other text has, and that changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tests.support.web import NewsSite, page, rss

TOWNS = (
    "Brankovo", "Zelenka", "Alderholt", "Corvara", "Dunmore", "Eskdale", "Fjordvik", "Galway", "Hallstatt", "Ivrea",
    "Jedburgh", "Kirkwall", "Lerwick", "Mallaig", "Narvik", "Oban", "Portree", "Quimper", "Roscoff", "Stromness",
)  # fmt: skip
FEED_HOLDS = 6
"""Articles of the feed that stay; an older one is removed, so that the library is not what grows."""


@dataclass
class News:
    """What there is to be known just now; `figures` are by town, `retired` were true before."""

    folder: Path
    site: NewsSite
    figures: dict[str, int] = field(default_factory=dict)
    retired: set[int] = field(default_factory=set)
    entries: list[int] = field(default_factory=list)
    _next: int = 1_001

    def write(self, town: str) -> None:
        """Write a town's article, or change its figure."""
        if town in self.figures:
            self.retired.add(self.figures[town])
        self.figures[town] = self._figure()
        (self.folder / f"{town.lower()}.md").write_text(
            f"---\ntitle: The bridge at {town}\npublisher: The Daily Harbour\n---\n"
            f"The new bridge at {town} carries {self.figures[town]} lorries a day, the engineer Ann Bell said on "
            f"Monday.\n\nIt was opened in the spring after three years of work. The council of {town} paid for it "
            "with a loan that runs for thirty years.\n",
            encoding="utf-8",
        )

    def publish(self) -> None:
        """Put one more page on the site and in its feed, and let the oldest leave it."""
        number = self._figure()
        self.entries.append(number)
        text = (
            f"The ferry of line {number} was delayed by a storm on Tuesday, the harbour master Ewan Grant said.\n\n"
            f"Passengers of line {number} waited in the hall until noon, and were given soup and bread.\n\n"
            "The company expects that all of its ships will sail again before the end of the week."
        )
        self.site.put(f"/{number}", page(f"Line {number} delayed", text))
        self.entries = self.entries[-FEED_HOLDS:]
        listed = [(f"id-{one}", f"{self.site.url}/{one}", f"Line {one} delayed") for one in self.entries]
        self.site.put("/feed", rss("The Daily Harbour", listed), kind="application/rss+xml")
        self.site.asked.clear()

    def titles(self) -> list[str]:
        """Return the titles of all articles that must be live, in order."""
        bridges = [f"The bridge at {town}" for town in self.figures]
        return sorted(bridges + [f"Line {number} delayed" for number in self.entries])

    def question(self, town: str) -> str:
        """Return the question that a town's article answers."""
        return f"How many lorries does the new bridge at {town} carry a day?"

    def _figure(self) -> int:
        self._next += 1
        return self._next

"""The credit of a page, each part on a ground: what it states for machines, what it shows, its address. No guesses.

A page states for machines what its software knows, which is often an account ("admin") or a moment in UTC; readers
see a name and a day. Where the two differ, what is seen decides; where they cannot both be right, the part is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from urllib.parse import urlsplit

from retrieval.domain.addresses import site_of
from retrieval.domain.articles import Credit, Ground, Grounds
from retrieval.keeping.formats.beside_headline import Shown
from retrieval.keeping.formats.page_metadata import Stated
from retrieval.language.folding import name_key

EARLIEST, LATEST = timedelta(hours=-10), timedelta(hours=13)
"""The offsets from UTC at which people write news, Hawaii to New Zealand."""

MIN_NAME_WORD = 4
"""Letters of a word of a publisher's name that may stand for it in an address."""

_ADDRESS_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})[/_-]?(?P<month>0[1-9]|1[0-2]|[a-z]{3})[/_-]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ACCOUNTS = re.compile(
    r"(?:admin|administrator|editor|author|guest|user|root|webmaster|staff|newsroom|redaktion|redaccion|redazione)\d*",
    re.IGNORECASE,
)


def page_credit(stated: Stated, shown: Shown, *, title: str | None, url: str | None) -> Credit:
    """Return a page's credit. `title` is the page's own, for where it states none; `url` its address."""
    byline, byline_ground = _byline(stated, shown, url)
    published_at, date_ground = _published_at(stated.moments, shown, _day_in(url))
    publisher, publisher_ground = _publisher(stated.publishers, url)
    return Credit(
        title=stated.title or title,
        publisher=publisher,
        byline=byline,
        published_at=published_at,
        url=url,
        grounds=Grounds(
            title=Ground.DATA if stated.title else Ground.SHOWN if title else None,
            publisher=publisher_ground,
            byline=byline_ground,
            published_at=date_ground,
        ),
    )


def _publisher(stated: Sequence[str], url: str | None) -> tuple[str | None, Ground | None]:
    """Return the first publisher that a page states and its address bears out, else the first, as a claim."""
    if not stated:
        return None, None
    if url is None:
        return stated[0], Ground.DATA  # a saved page, which somebody has handed in
    borne_out = next((name for name in stated if _fits(name, url)), None)
    return (borne_out, Ground.DATA) if borne_out else (stated[0], Ground.CLAIM)


def _fits(name: str, url: str) -> bool:
    """Tell whether an address bears a publisher's name: all of it, its initials, or a word of it."""
    host = re.sub(r"[\W_]", "", (urlsplit(url).hostname or "").removeprefix("www."))
    own = re.sub(r"[\W_]", "", (site_of(url) or "").partition(".")[0])
    words = [word for word in name_key(name).split() if word.isalnum()]
    joined, initials = "".join(words), "".join(word[0] for word in words)
    return (
        (len(joined) > 2 and joined in host)
        or (len(own) > 2 and own in joined)
        or (len(initials) > 1 and own.startswith(initials))
        or any(len(word) >= MIN_NAME_WORD and word in host for word in words)
    )


def _byline(stated: Stated, shown: Shown, url: str | None) -> tuple[str | None, Ground | None]:
    names = stated.byline if stated.byline and _names_somebody(stated.byline, stated, shown, url) else None
    seen = shown.byline if shown.byline and not _is_publisher(shown.byline, stated, url) else None
    if seen is None or names is None:
        return (names, Ground.DATA) if names else (seen, Ground.SHOWN) if seen else (None, None)
    said, read = set(name_key(names).split()), set(name_key(seen).split())
    if said & read:
        return (seen, Ground.SHOWN) if said < read and shown.by else (names, Ground.DATA)
    return (seen, Ground.SHOWN) if shown.by else (names, Ground.DATA)


def _names_somebody(byline: str, stated: Stated, shown: Shown, url: str | None) -> bool:
    """Tell whether a stated author is a name: no account of the page's software, and not just its publisher."""
    if _is_publisher(byline, stated, url):
        return False
    if len(byline.split()) > 1:
        return any(character.isupper() for character in byline) or not byline.isascii()
    # One word is as often an account as a name: it counts where readers see it.
    return not _ACCOUNTS.fullmatch(byline) and re.search(rf"(?<!\w){re.escape(byline)}(?!\w)", shown.words) is not None


def _is_publisher(byline: str, stated: Stated, url: str | None) -> bool:
    key = name_key(byline).replace(" ", "")
    host = (site_of(url) or "").partition(".")[0]
    return key in {*(name_key(name).replace(" ", "") for name in stated.publishers), host} - {""}


def _published_at(
    stated: Sequence[datetime], shown: Shown, in_address: date | None
) -> tuple[datetime | None, Ground | None]:
    seen = shown.day
    if not stated:
        day, ground = (seen, Ground.SHOWN) if seen else (in_address, Ground.ADDRESS)
        return (datetime.combine(day, time(), UTC), ground) if day else (None, None)
    first = stated[0]
    if seen is None and shown.part is not None:
        seen = next((day for day in _around(first) if (day.month, day.day) == shown.part), None)
    if seen is not None:
        on_it = [moment for moment in stated if moment.date() == seen]
        on_it += [moved for moment in stated if (moved := _on_day(moment, seen)) is not None]
        return (on_it[0], Ground.DATA) if on_it else (None, None)
    # What was changed on a day was not published after it.
    hint = shown.updated if shown.updated is not None and shown.updated < first.date() else in_address
    moved = _on_day(first, hint) if hint is not None else None
    return moved or first, Ground.DATA


def _around(moment: datetime) -> list[date]:
    return [(moment + timedelta(days=days)).date() for days in (0, -1, 1)]


def _on_day(moment: datetime, day: date) -> datetime | None:
    """Return a moment in UTC in a zone in which it is on a day; None where there is none, or its zone is known."""
    if moment.utcoffset():
        return None
    begin = datetime.combine(day, time(), UTC)
    utc = moment.astimezone(UTC)
    hours = timedelta(hours=1)
    if utc < begin:
        offset = -((utc - begin) // hours) * hours
    else:
        offset = -((utc - begin - timedelta(days=1)) // hours + 1) * hours
    return utc.astimezone(timezone(offset)) if EARLIEST <= offset <= LATEST else None


def _day_in(url: str | None) -> date | None:
    """Return the day that an address has in its path, such as /2024/03/05/, where it has just one."""
    days = set()
    for match in _ADDRESS_DAY.finditer(urlsplit(url).path.lower() if url else ""):
        month = _MONTHS.get(match["month"]) if match["month"].isalpha() else int(match["month"])
        try:
            days.add(date(int(match["year"]), month or 0, int(match["day"])))
        except ValueError:
            continue
    return days.pop() if len(days) == 1 else None

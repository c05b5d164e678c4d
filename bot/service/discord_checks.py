"""Asks Discord whether it takes the token, and whether the bot may do in its servers what it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import discord
from yarl import URL

from bot.service.checkup import Check, ok, skipped, wrong
from bot.settings import Settings
from bot.words.grammar import counted, listed
from retrieval.errors import FetchError
from retrieval.keeping.ingest.proxies import proxy_for

WITHIN_S = 15.0
MOST_SKEW = timedelta(seconds=30)
"""Clocks may be as far apart before "today" and the time limits of clicks suffer."""

NEEDED = {
    "View Channels": discord.Permissions(view_channel=True),
    "Send Messages": discord.Permissions(send_messages=True),
    "Send Messages in Threads": discord.Permissions(send_messages_in_threads=True),
    "Read Message History": discord.Permissions(read_message_history=True),
}
_NO_TOKEN = "No DISCORD_TOKEN is set; put the bot's token into the environment or the file .env (see README)."  # noqa: S105
_REFUSED = "Discord does not accept DISCORD_TOKEN; copy the token again from the developer portal, page Bot."


async def checks_of_discord(settings: Settings) -> AsyncIterator[Check]:
    """Make the checks that ask Discord; where it cannot be reached they are skipped. The token is never shown."""
    if settings.discord_token is None:
        yield wrong("token", _NO_TOKEN)
        return
    token = settings.discord_token.get_secret_value().strip()
    headers = {
        "Authorization": f"Bot {token}",
        "User-Agent": "DiscordBot (https://github.com/Rapptz/discord.py, doctor)",
    }
    timeout = aiohttp.ClientTimeout(total=WITHIN_S)
    try:
        proxy = proxy_for(URL(discord.http.Route.BASE))
    except FetchError as error:
        yield wrong("discord", str(error))
        return
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        asking = _Asking(session, str(proxy) if proxy else None)
        try:
            async for check in _asked(asking):
                yield check
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = str(error) or type(error).__name__
            yield skipped("discord", f"It cannot be reached ({reason}); check this machine's network or proxy.")


class _Asking:
    """Asks Discord, and remembers what its clock said."""

    def __init__(self, session: aiohttp.ClientSession, proxy: str | None) -> None:
        self._session, self._proxy = session, proxy
        self.skew: timedelta | None = None

    async def get(self, path: str) -> tuple[int, Any]:
        """Return the status and the body of an answer."""
        asked_at = datetime.now(UTC)
        async with self._session.get(f"{discord.http.Route.BASE}{path}", proxy=self._proxy) as answer:
            body = await answer.json(content_type=None) if answer.status == 200 else None
            said = answer.headers.get("Date")
        answered_at = datetime.now(UTC)
        if said:
            moment = parsedate_to_datetime(said)
            # Its clock is read somewhere in between, and tells no fraction of a second.
            self.skew = max(asked_at - moment - timedelta(seconds=1), min(timedelta(), answered_at - moment))
        return answer.status, body


async def _asked(asking: _Asking) -> AsyncIterator[Check]:
    status, me = await asking.get("/users/@me")
    if asking.skew is not None:
        yield _skew(asking.skew)
    if status == 401:
        yield wrong("token", _REFUSED)
        return
    if status != 200:
        yield skipped("token", f"Discord answers with status {status}; try again later.")
        return
    yield ok("token", f"Discord accepts it, for {me['username']}.")
    status, application = await asking.get("/applications/@me")
    if status == 200:
        yield _application(application)
    status, guilds = await asking.get("/users/@me/guilds?limit=200")
    if status == 200:
        yield _permissions(guilds)


def _skew(skew: timedelta) -> Check:
    seconds = round(abs(skew.total_seconds()))
    if abs(skew) <= MOST_SKEW:
        return ok("clock and Discord", "Both clocks agree.")
    ahead = "ahead of" if skew > timedelta() else "behind"
    return wrong(
        "clock and Discord", f"This machine's clock is {counted(seconds, 'second')} {ahead} Discord's; set it by NTP."
    )


def _application(application: dict[str, Any]) -> Check:
    name = "application"
    if application.get("interactions_endpoint_url"):
        return wrong(
            name,
            "It has an Interactions Endpoint URL, so commands and clicks do not reach the bot; clear the field in the "
            "developer portal, page General Information.",
        )
    flags = discord.ApplicationFlags._from_value(int(application.get("flags") or 0))
    named = {
        "Presence": flags.gateway_presence or flags.gateway_presence_limited,
        "Server Members": flags.gateway_guild_members or flags.gateway_guild_members_limited,
        "Message Content": flags.gateway_message_content or flags.gateway_message_content_limited,
    }
    granted = [intent for intent, given in named.items() if given]
    if granted:
        return ok(
            name,
            f"In order. It has the privileged intents {listed(granted)}, which Pullquote does not use; they can be "
            "switched off in the developer portal, page Bot.",
        )
    return ok(name, "In order; no privileged intents, and none are needed.")


def _permissions(guilds: list[dict[str, Any]]) -> Check:
    """Look at what the bot may do in each server as a whole; channels may still say otherwise."""
    name = "permissions"
    if not guilds:
        return wrong(name, "The bot is in no server; open the Install Link of the developer portal, page Installation.")
    lacking: dict[str, int] = {}
    for guild in guilds:
        given = discord.Permissions(int(guild.get("permissions") or 0))
        for permission, needed in NEEDED.items():
            if not given.administrator and not given.is_superset(needed):
                lacking[permission] = lacking.get(permission, 0) + 1
    if not lacking:
        return ok(
            name, f"In {counted(len(guilds), 'server')}, with all that is needed; single channels may still differ."
        )
    told = listed([f"{permission} in {counted(count, 'server')}" for permission, count in lacking.items()])
    return wrong(name, f"The bot lacks {told}, of {len(guilds):,}; give it these under Server Settings, Roles.")

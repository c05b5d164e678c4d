"""A small Discord on loopback: the real discord.py logs in, keeps a gateway connection and sends messages to it.

It speaks what the bot needs of REST and of the gateway, sessions that are taken up again included; SimCord, which
stands in for all of Discord, knows neither HTTP nor connections that break.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import WSMsgType, web
from discord.utils import time_snowflake

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"
BOT_ID, APPLICATION_ID, GUILD_ID, CHANNEL_ID, OWNER_ID, ALICE_ID = 1001, 1002, 2001, 2002, 3001, 3002
HELLO, HEARTBEAT_ACK, RECONNECT, IDENTIFY, RESUME, HEARTBEAT, INVALID = 10, 11, 7, 2, 6, 1, 9
_EVERYTHING = str((1 << 50) - 1)


@dataclass
class Fault:
    """Answers that are errors: the next `times` whose method and path match."""

    method: str
    part: str
    status: int
    times: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class LoopbackDiscord:
    """One server with one channel, and the bot in it."""

    def __init__(self) -> None:
        self.base = ""
        self.flags = 0
        self.permissions = _EVERYTHING
        self.skew_s = 0.0
        self.guilds = 1
        self.application: dict[str, Any] = {}
        """What is otherwise with the application than usual."""
        self.requests: list[tuple[str, str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        """What the bot has said, oldest first."""
        self.faults: list[Fault] = []
        self.identified = self.resumed = 0
        self.accepts_resume = True
        self.close_with: int | None = None
        """With what the gateway closes every new connection, if it does."""
        self.happened = asyncio.Condition()
        self._ids = itertools.count(time_snowflake(datetime.now(UTC)))  # an id says when it was given
        self._events: list[dict[str, Any]] = []
        self._socket: web.WebSocketResponse | None = None
        self._compressor = zlib.compressobj()
        self._sessions = 0

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close."""
        if self._socket is not None:
            await self._socket.close()
        await self._runner.cleanup()

    async def until(self, what: Callable[[], bool], within_s: float = 60.0) -> None:
        """Wait until something has happened here."""
        async with asyncio.timeout(within_s), self.happened:
            await self.happened.wait_for(what)

    def said(self) -> list[str]:
        """Return what the bot has said, oldest first."""
        return [message["content"] for message in self.messages]

    def fail(self, method: str, part: str, status: int, *, times: int = 1, body: Any = None, **headers: str) -> None:
        """Answer the next requests of a method whose path has `part` in it with an error."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults.append(Fault(method, part, status, times, body, named))

    async def ask(self, text: str, *, message_id: int | None = None) -> dict[str, Any]:
        """Let Alice write to the bot in the channel."""
        event = self._message(f"<@{BOT_ID}> {text}", _user(ALICE_ID, "alice"), message_id or next(self._ids))
        event |= {"mentions": [_user(BOT_ID, "Pullquote", bot=True)], "guild_id": str(GUILD_ID)}
        event["member"] = {"roles": [], "joined_at": event["timestamp"], "deaf": False, "mute": False, "flags": 0}
        await self.dispatch("MESSAGE_CREATE", event)
        return event

    async def dispatch(self, name: str, data: Any) -> None:
        """Send an event, or keep it for the connection that takes the session up again."""
        self._events.append({"op": 0, "t": name, "d": data, "s": len(self._events) + 1})
        await self._send(self._events[-1])

    async def repeat_last(self) -> None:
        """Send the last event once more, as Discord does at times."""
        await self.dispatch(self._events[-1]["t"], self._events[-1]["d"])

    async def drop(self, code: int = 4000) -> None:
        """Close the gateway's connection."""
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close(code=code)

    # -- REST

    async def _rest(self, request: web.Request) -> web.Response:
        path = "/" + request.match_info["path"]
        body = await request.json() if request.can_read_body and "json" in request.content_type else None
        answer = self._answer(request, path, body)
        answer.headers["Date"] = format_datetime(
            datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.skew_s, UTC), usegmt=True
        )
        async with self.happened:
            self.requests.append((request.method, path, body))
            self.happened.notify_all()
        return answer

    def _answer(self, request: web.Request, path: str, body: Any) -> web.Response:
        for fault in self.faults:
            if fault.times and fault.method == request.method and fault.part in path:
                fault.times -= 1
                wrong = fault.body if fault.body is not None else {"message": "on purpose", "code": 0}
                return _json(wrong, status=fault.status, headers=fault.headers)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        match request.method, path.strip("/").split("/"):
            case "GET", ["users", "@me"]:
                return _json(_user(BOT_ID, "Pullquote", bot=True))
            case "GET", ["users", "@me", "guilds"]:
                guild = {"id": str(GUILD_ID), "name": "Newsroom", "owner": False, "permissions": self.permissions}
                return _json([guild] * self.guilds)
            case "GET", ["oauth2", "applications", "@me"] | ["applications", "@me"]:
                return _json(self._application())
            case "GET", ["gateway", "bot"]:
                limits = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
                url = self.base.replace("http", "ws") + "/gateway/"
                return _json({"url": url, "shards": 1, "session_start_limit": limits})
            case "PUT", ["applications", _, "commands"]:
                made = [{"description": "", "application_id": str(APPLICATION_ID), "version": "1"} | command
                        | {"id": str(next(self._ids))} for command in body]  # fmt: skip
                return _json(made)
            case "POST", ["channels", _, "typing"]:
                return web.Response(status=204)
            case "POST", ["channels", _, "messages"]:
                said = self._message(body.get("content") or "", _user(BOT_ID, "Pullquote", bot=True), next(self._ids))
                self.messages.append(said)
                return _json(said)
        return _json({"message": "Unknown", "code": 10003}, status=404)

    def _application(self) -> dict[str, Any]:
        return {
            "id": str(APPLICATION_ID), "name": "Pullquote", "icon": None, "description": "", "bot_public": True,
            "bot_require_code_grant": False, "verify_key": "", "flags": self.flags,
            "owner": _user(OWNER_ID, "owner"), "team": None, "rpc_origins": [], **self.application,
        }  # fmt: skip

    def _message(self, content: str, author: dict[str, Any], message_id: int) -> dict[str, Any]:
        return {
            "id": str(message_id), "channel_id": str(CHANNEL_ID), "author": author, "content": content,
            "timestamp": datetime.now(UTC).isoformat(), "edited_timestamp": None, "tts": False, "type": 0,
            "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
            "pinned": False, "components": [], "flags": 0,
        }  # fmt: skip

    # -- the gateway

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        assert request.query.get("compress") == "zlib-stream"
        self._compressor = zlib.compressobj()
        if self.close_with is not None:
            await socket.close(code=self.close_with)
            return socket
        await self._send({"op": HELLO, "d": {"heartbeat_interval": 20_000}, "s": None, "t": None}, socket)
        async for heard in socket:
            if heard.type is not WSMsgType.TEXT:
                break
            await self._heard(json.loads(heard.data), socket)
        return socket

    async def _heard(self, said: dict[str, Any], socket: web.WebSocketResponse) -> None:
        match said["op"]:
            case 1:  # a heartbeat
                await self._send({"op": HEARTBEAT_ACK, "d": None, "s": None, "t": None}, socket)
            case 2:  # identify
                self._socket = socket
                self._sessions += 1
                self._events.clear()
                self.identified += 1
                await self.dispatch("READY", self._ready())
                await self.dispatch("GUILD_CREATE", self._guild())
            case 6 if self.accepts_resume:
                self._socket = socket
                for event in self._events[said["d"]["seq"] :]:
                    await self._send(event, socket)
                self.resumed += 1
                await self.dispatch("RESUMED", {"_trace": []})
            case 6:
                await self._send({"op": INVALID, "d": False, "s": None, "t": None}, socket)
        async with self.happened:
            self.happened.notify_all()

    async def _send(self, payload: dict[str, Any], socket: web.WebSocketResponse | None = None) -> None:
        socket = socket or self._socket
        if socket is not None and not socket.closed:
            raw = self._compressor.compress(json.dumps(payload).encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            await socket.send_bytes(raw)

    def _ready(self) -> dict[str, Any]:
        return {
            "v": 10, "user": _user(BOT_ID, "Pullquote", bot=True), "session_id": f"session-{self._sessions}",
            "guilds": [{"id": str(GUILD_ID), "unavailable": True}], "shard": [0, 1],
            "application": {"id": str(APPLICATION_ID), "flags": self.flags},
            "resume_gateway_url": self.base.replace("http", "ws") + "/gateway/",
        }  # fmt: skip

    def _guild(self) -> dict[str, Any]:
        everyone = {
            "id": str(GUILD_ID), "name": "@everyone", "permissions": self.permissions, "position": 0, "color": 0,
            "hoist": False, "managed": False, "mentionable": False, "flags": 0,
        }  # fmt: skip
        me = {"user": _user(BOT_ID, "Pullquote", bot=True), "roles": [], "joined_at": datetime.now(UTC).isoformat(),
              "deaf": False, "mute": False, "flags": 0}  # fmt: skip
        channel = {"id": str(CHANNEL_ID), "type": 0, "name": "news", "position": 0, "permission_overwrites": []}
        return {
            "id": str(GUILD_ID), "name": "Newsroom", "owner_id": str(OWNER_ID), "roles": [everyone],
            "channels": [channel], "members": [me], "member_count": 2, "emojis": [], "stickers": [], "features": [],
            "threads": [], "voice_states": [], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
            "soundboard_sounds": [], "afk_timeout": 0, "verification_level": 0, "default_message_notifications": 0,
            "explicit_content_filter": 0, "mfa_level": 0, "premium_tier": 0, "preferred_locale": "en-US",
            "system_channel_flags": 0, "nsfw_level": 0, "premium_progress_bar_enabled": False, "large": False,
            "unavailable": False,
        }  # fmt: skip


def _json(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return an answer as Discord types it: without a character set."""
    typed = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(value).encode(), status=status, headers=typed)


def _user(user_id: int, name: str, *, bot: bool = False) -> dict[str, Any]:
    return {
        "id": str(user_id), "username": name, "discriminator": "0", "global_name": None, "avatar": None, "bot": bot,
        "verified": True, "mfa_enabled": True, "flags": 0, "public_flags": 0, "locale": "en-US",
    }  # fmt: skip


@asynccontextmanager
async def loopback_discord() -> AsyncIterator[LoopbackDiscord]:
    """Give a Discord that listens."""
    server = LoopbackDiscord()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()

"""Points discord.py at a Discord on loopback; light, so that a process that is timed imports nothing else for it."""

from __future__ import annotations

import discord
import yarl
from discord.gateway import DiscordWebSocket


def point_at(base: str) -> None:
    """Have discord.py talk to the Discord at `base` from now on."""
    discord.http.Route.BASE = f"{base}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(base.replace("http", "ws") + "/gateway/")

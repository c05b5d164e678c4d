"""Registers the application commands with Discord, but only when they have changed."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands

from bot.records.history import History
from retrieval.errors import StorageError

NOTE = "command_fingerprint"
log = logging.getLogger(__name__)


def fingerprint(tree: app_commands.CommandTree[Any], *, application_id: int | None) -> str:
    """Return a hash of what Discord would be sent, so that any change of it is seen."""
    payloads = [command.to_dict(tree) for command in tree.get_commands()]
    payloads.sort(key=lambda payload: (payload["type"], payload["name"]))
    whole = json.dumps([application_id, payloads], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


async def sync_if_changed(tree: app_commands.CommandTree[Any], *, application_id: int | None, history: History) -> bool:
    """Send the commands to Discord unless it has them already; tell whether they were sent.

    A failure is logged and left for the next start: messages are answered without any command.
    """
    current = fingerprint(tree, application_id=application_id)
    try:
        if await history.note(NOTE) == current:
            return False
        await tree.sync()
        await history.set_note(NOTE, current)
    except (discord.DiscordException, StorageError):
        log.exception("the commands could not be registered; trying again at the next start")
        return False
    log.info("registered %d commands", len(tree.get_commands()))
    return True

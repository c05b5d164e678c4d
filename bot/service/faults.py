"""Turns an unexpected error into one calm sentence and one full log line that share an id."""

from __future__ import annotations

import logging
import secrets

import discord

from bot.logs import told
from retrieval.errors import RetrievalError

log = logging.getLogger(__name__)


def report(error: BaseException, *, during: str) -> str:
    """Log `error` whole, under a fresh id, and return the sentence that a person may read.

    The sentence never repeats the error's own message: that is written for whoever runs the bot, and
    may name folders and addresses.
    """
    error_id = secrets.token_hex(4)
    log.error("error %s while %s: %s", error_id, during, told(error), exc_info=error)
    if isinstance(error, RetrievalError):
        what = "The articles cannot be reached just now."
    else:
        what = "Something went wrong on my side."
    return f"{what} Please try again later; if it lasts, give this id to whoever runs me: `{error_id}`"


async def tell(interaction: discord.Interaction, sentence: str) -> None:
    """Say `sentence` to the person behind `interaction`, whether it was acknowledged already or not."""
    quiet = discord.AllowedMentions.none()
    try:
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True, allowed_mentions=quiet)
        else:
            await interaction.response.send_message(sentence, ephemeral=True, allowed_mentions=quiet)
    except discord.HTTPException as error:  # the token has expired or the channel is gone: nobody to tell
        log.warning("an interaction could not be answered: %s", error)

"""Owns how messages look, as pure functions from data to text: no Discord, no input, no output."""

from cogs._markdown.escaping import escape, unescape
from cogs._markdown.lengths import MESSAGE_LIMIT, shown, units
from cogs._rendering.answers import MAX_MESSAGES, RenderingError, about_line, asked_line, quote_text, render
from cogs._rendering.credit import credit_lines, safe_url

__all__ = [
    "MAX_MESSAGES",
    "MESSAGE_LIMIT",
    "RenderingError",
    "about_line",
    "asked_line",
    "credit_lines",
    "escape",
    "quote_text",
    "render",
    "safe_url",
    "shown",
    "unescape",
    "units",
]

"""A small model of how Discord's clients read Markdown, written from their rules, for tests only.

The rules and their order are those of Discord's parser, which is built on simple-markdown: the first rule
whose pattern matches at the current place takes its text. `read` returns what a person sees and which
features were used to show it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_QUOTE = re.compile(r"( *>>> ([\s\S]*))|( *> [^\n]*(\n *> [^\n]*)*\n?)")
_LINE_RULES = {
    "heading": re.compile(r" *(#{1,3})(?:\s+)([^\n]+?)#*\s*(?:\n|$)"),
    "subtext": re.compile(r" *-#(?: +)([^\n]+)(?:\n|$)"),
    "list": re.compile(r" *(?:[*-]|\d+\.) +[^\n]+"),
}
_INLINE_RULES = {
    "code block": re.compile(r"```(?:[a-z0-9_+\-.#]+?$)?[\s\S]+?```", re.IGNORECASE),
    "escape": re.compile(r"\\([^0-9A-Za-z\s])"),
    "emoticon": re.compile(r"¯\\_\(ツ\)_/¯"),
    "autolink": re.compile(r"<(?:https?|mailto|tel|sms):[^ >]+>"),
    "url": re.compile(r"(?:https?|steam|discord)://[^\s<]+[^<.,:;\"'\]\s]", re.IGNORECASE),
    "link": re.compile(
        r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?"
        r"(?:\s+['\"]([\s\S]*?)['\"])?\s*\)"
    ),
    "mention": re.compile(r"<(?:@[!&]?\d+|#\d+|id:\w+|/[^:>\n]+:\d+)>|@(?:everyone|here)\b"),
    "custom emoji": re.compile(r"<a?:\w+:\d+>"),
    "timestamp": re.compile(r"<t:-?\d+(?::[A-Za-z])?>"),
    "emoji": re.compile(r":[^\s:]+?(?:::skin-tone-\d)?:"),
    "bold": re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    "underline": re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    "italic": re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b|\*(?=\S)((?:\*\*|\s+(?:[^*\s]|\*\*)|[^\s*])+?)\*(?!\*)"),
    "strikethrough": re.compile(r"~~([\s\S]+?)~~(?!_)"),
    "spoiler": re.compile(r"\|\|([\s\S]+?)\|\|"),
    "code": re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)"),
}
_NESTED = {"bold", "underline", "italic", "strikethrough", "spoiler", "link"}


@dataclass(slots=True)
class Seen:
    """What a person sees: all text, the text in block quotes, the small lines, and the features used."""

    text: str = ""
    quotes: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    features: set[str] = field(default_factory=set)


def read(content: str) -> Seen:
    """Read a whole message."""
    seen = Seen()
    _read(content, seen, in_quote=False)
    return seen


def _read(text: str, seen: Seen, *, in_quote: bool) -> None:
    place = 0
    while place < len(text):
        at_line_start = place == 0 or text[place - 1] == "\n"
        if at_line_start and not in_quote and (match := _QUOTE.match(text, place)):
            seen.features.add("quote")
            inner = re.sub(r"^ *> ?", "", match.group().removesuffix("\n"), flags=re.MULTILINE)
            before = len(seen.text)
            _read(inner, seen, in_quote=True)
            seen.quotes.append(seen.text[before:])
            seen.text += "\n"
        elif at_line_start and (rule := _first(_LINE_RULES, text, place)):
            name, match = rule
            seen.features.add(name)
            if name != "subtext":
                seen.text += match.group()
            else:
                before = len(seen.text)
                _read(match.group(1), seen, in_quote=in_quote)
                seen.small.append(seen.text[before:])
                seen.text += "\n"
        elif rule := _first(_INLINE_RULES, text, place):
            name, match = rule
            _read_inline(name, match, seen, in_quote=in_quote)
        else:
            seen.text += text[place]
            place += 1
            continue
        place = match.end()


def _read_inline(name: str, match: re.Match[str], seen: Seen, *, in_quote: bool) -> None:
    if name == "escape":
        seen.text += match.group(1)
        return
    seen.features.add(name)
    if name not in _NESTED:
        seen.text += f"<{name}>"
        return
    before = len(seen.text)
    _read(next(group for group in match.groups() if group is not None), seen, in_quote=in_quote)
    if name == "bold":
        seen.bold.append(seen.text[before:])
    if name == "link":
        seen.links.append(match.group(2))


def _first(rules: dict[str, re.Pattern[str]], text: str, place: int) -> tuple[str, re.Match[str]] | None:
    for name, rule in rules.items():
        if match := rule.match(text, place):
            return name, match
    return None

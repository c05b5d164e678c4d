"""Writes what was asked in vain, for who keeps the library; questions and words in it are hostile input."""

from __future__ import annotations

from collections.abc import Sequence

from bot.records.gaps import AskedInVain
from bot.words.grammar import counted
from cogs._markdown.lengths import shown
from cogs._rendering.library import paged

NO_GAPS = "Nothing was asked in vain in this server, as far as I remember."
GROUPS_A_PAGE = 6
_QUESTION_LIMIT, _OTHER_LIMIT, _WORD_LIMIT = 150, 80, 60
_OTHERS, _WORDS = 2, 3


def gap_pages(groups: Sequence[Sequence[AskedInVain]]) -> list[str]:
    """Return the pages that list groups of like questions, the most typical question of each first."""
    if not groups:
        return [NO_GAPS]
    asked = sum(map(len, groups))
    heading = (
        f"**Asked in vain in this server** · {counted(asked, 'question')} about {counted(len(groups), 'thing')}\n"
        "-# An article about one of these would help. Add it with `/library add`, or follow a feed."
    )
    return paged(heading, [_group(group) for group in groups], per_page=GROUPS_A_PAGE)


def _group(group: Sequence[AskedInVain]) -> str:
    people = len({asked.user_id for asked in group})
    last = max(asked.asked_at for asked in group)
    first, others = group[0].question, _distinct(group)
    counts = [f"{counted(len(group), 'time')} by {counted(people, 'person') if people == 1 else f'{people:,} people'}"]
    counts.append(f"last <t:{int(last.timestamp())}:R>")
    lines = [f"- **{shown(first, limit=_QUESTION_LIMIT)}**", f"  -# {' · '.join(counts)}"]
    if others:
        also = [f"“{shown(question, limit=_OTHER_LIMIT)}”" for question in others[:_OTHERS]]
        more = f" and {len(others) - _OTHERS:,} more" if len(others) > _OTHERS else ""
        lines.append(f"  -# also: {', '.join(also)}{more}")
    if (judged := sum(asked.judged_useless for asked in group)) > 0:
        lines.append(f"  -# {_judged(judged)}{_said(group)}")
    return "\n".join(lines)


def _distinct(group: Sequence[AskedInVain]) -> list[str]:
    """Return the other questions of a group, those that differ in more than case once each."""
    kept = {" ".join(asked.question.casefold().split()): asked.question for asked in reversed(group)}
    kept.pop(" ".join(group[0].question.casefold().split()), None)
    return list(kept.values())[::-1]


def _judged(count: int) -> str:
    return "one person found the answer of no use" if count == 1 else f"{count:,} found the answer of no use"


def _said(group: Sequence[AskedInVain]) -> str:
    words = [f"“{shown(word, limit=_WORD_LIMIT)}”" for asked in group for word in asked.words]
    return f": {', '.join(words[:_WORDS])}{'…' if len(words) > _WORDS else ''}" if words else ""

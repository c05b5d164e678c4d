"""Finds the sentences of a cleaned article text, with stable offsets; headings are told apart.

The boundaries come from sentencex (Wikimedia, MIT), paragraph by paragraph, and are mended where
news text is known to break it: inside quotation marks, before a lower-case word, and where no
blank follows ("Israeli-U.|S. Relations").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from retrieval.domain.articles import Sentence, Span
from retrieval.language.clock_lines import is_clock_line

MAX_SENTENCE_CHARS = 1_000
"""A longer run without a boundary is cut at a blank, so that every quote fits on a screen."""

MAX_HEADING_WORDS = 14

WINDOW_CHARS = 5_000
"""What is handed to sentencex at once: its time grows with the square of an open quotation's length."""
END_CHARS = 100
"""How far back the end of a sentence is looked at for an abbreviation."""

_PARAGRAPH = re.compile(r"[^\n]+")
_TERMINAL = re.compile(r"[.!?…:;,。！？][\"'”’»)\]]*$")
_TITLE_END = re.compile(
    r"(?:^|[\s(\[“\"‘'—–-])(?:Mr|Mrs|Ms|Mx|Messrs|Dr|Drs|Prof|Gen|Lt|Col|Maj|Capt|Cpl|Sgt|Cmdr|Adm|Sen|Sens|Rep|Reps|Gov|Govs|Cllr|Cllrs"
    r"|Atty|Amb|Ft|Mt|Hon|Rev|Fr|Msgr|Supt|Det|Insp|Pres|Sec|Treas)\.$"
)
"""Behind these a name follows, never a new sentence."""
_HOUR_END = re.compile(r"\d\s?[ap]\.\s?m\.$")
_DAY_OR_ZONE = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Eastern|Central"
    r"|Mountain|Pacific|Atlantic|Local|GMT|UTC|BST|CET|CEST|[ECMP][SD]?T\b)"
)
_DEGREE_END = re.compile(r"\b(?:Ph\.\s?D|M\.\s?D|B\.A|M\.A|J\.D|Ed\.D|Esq)\.$")
_DEGREE_NEXT = re.compile(
    r"(?:students?|candidates?|thesis|theses|programs?|programmes?|degrees?|[A-Z][\w’'-]+ (?:said|says|told)\b)",
    re.IGNORECASE,
)
_ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.){2,}$|\b(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|Prof|St|Sgt|Capt|Rev)\.$")
_CLOSERS = re.compile(r"[\"'”’»)\]]+\s*")
_NO_ALNUM = re.compile(r"[^\w]+")


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of `text` in order; together they cover every character but blanks."""
    sentences: list[Sentence] = []
    for number, match in enumerate(_PARAGRAPH.finditer(text)):
        spans = [piece for span in _paragraph_spans(text, match.start(), match.end()) for piece in _cap(text, span)]
        heading = len(spans) == 1 and _is_heading(spans[0].of(text))
        sentences.extend(Sentence(span, number, heading) for span in spans)
    return sentences


def _paragraph_spans(text: str, start: int, end: int) -> list[Span]:
    pieces: list[tuple[int, int]] = []
    at = start
    while at < end:
        window_end = min(at + WINDOW_CHARS, end)
        found = _pieces(text, at, window_end)
        if found is None:  # the library changed a character: take the paragraph whole rather than misplace
            return [*_trim(text, start, end)]
        if window_end < end:
            found = _but_the_cut_one(text, found, at, window_end)
        pieces.extend(found)
        at = found[-1][1]
    merged: list[tuple[int, int]] = []
    for piece in pieces:
        if merged and _continues(text, merged[-1], piece):
            merged[-1] = (merged[-1][0], piece[1])
        else:
            merged.append(piece)
    return [span for a, b in merged for span in _trim(text, a, b)]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]] | None:
    """Return where sentencex would cut a piece of text, as pieces that cover it; None if they do not."""
    pieces: list[tuple[int, int]] = []
    at = start
    for segment in sentencex.segment("en", text[start:end]):
        found = text.find(segment, at, end)
        if found < 0:
            return None
        pieces.append((found, found + len(segment)))
        at = found + len(segment)
    if not pieces or text[start : pieces[0][0]].strip() or text[at:end].strip():
        return None
    return pieces


def _but_the_cut_one(text: str, pieces: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the pieces of a window without the last, which the window's end cut; it opens the next window.

    One that fills half a window is too long for a sentence anyway: it is cut at a blank.
    """
    last = pieces[-1][0]
    if last - start >= WINDOW_CHARS // 2:
        return pieces[:-1]
    blank = text.rfind(" ", start + WINDOW_CHARS // 2, end)
    return [*pieces[:-1], (last, blank + 1 if blank > 0 else end)]


def _continues(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Tell whether the boundary between two pieces is none."""
    length = after[1] - before[0]
    # No more of it than counts: what goes on and on would otherwise be looked at whole at each of its pieces.
    head, tail = text[max(before[0], before[1] - MAX_SENTENCE_CHARS) : before[1]], text[after[0] : after[1]]
    if not head.strip() or not tail.strip():
        return True
    if not head[-1].isspace() and not tail[0].isspace():
        return True
    tail = tail.lstrip()
    if _NO_ALNUM.fullmatch(tail) and len(tail.strip()) <= 3:
        return True  # a closing mark that was left alone
    first_word = _CLOSERS.sub("", tail, count=1) if tail[0] in "\"'”’»)]" else tail
    if first_word[:1].islower():
        return True
    head_end = head.rstrip()[-END_CHARS:]
    if _ABBREVIATION_END.search(head_end) and first_word[:1].isdigit():
        return True
    if _joined_by_abbreviation(head_end, first_word):
        return True
    return length < MAX_SENTENCE_CHARS and _inside_quotation(head)


def _joined_by_abbreviation(head: str, following: str) -> bool:
    if _TITLE_END.search(head):
        return True
    if _HOUR_END.search(head) and _DAY_OR_ZONE.match(following):
        return True
    return bool(_DEGREE_END.search(head) and _DEGREE_NEXT.match(following))


def _inside_quotation(head: str) -> bool:
    """Tell whether a quotation is still open at the end of `head` and closes no earlier.

    Only a quotation that opened in the middle of the sentence binds ('He said "Stop! Now." and
    left.'); one that opened it is a quotation of several sentences, each a sentence of its own.
    """
    stripped = head.strip()
    if stripped[:1] in '“«"':
        return False
    curly = stripped.count("“") - stripped.count("”") + stripped.count("«") - stripped.count("»")
    return curly > 0 or (stripped.count('"') % 2 == 1)


def _trim(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield Span(start, end)


def _cap(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > MAX_SENTENCE_CHARS:
        window = text[start : start + MAX_SENTENCE_CHARS]
        cut = max(window.rfind("; "), window.rfind(", "))
        if cut < MAX_SENTENCE_CHARS // 2:
            cut = max(window.rfind(" "), window.rfind("\u00a0"))
        at = start + cut + 1 if cut > 0 else start + MAX_SENTENCE_CHARS
        yield from _trim(text, start, at)
        start = at
    yield from _trim(text, start, span.end)


def _is_heading(line: str) -> bool:
    """A heading stands alone, is short, ends without punctuation, and its long words are capitalised."""
    words = line.split()
    if "\t" in line:
        return False  # a table's row
    if is_clock_line(" ".join(words)):
        return True  # above a live blog's post
    if len(words) > MAX_HEADING_WORDS or _TERMINAL.search(line):
        return False
    if words and words[0][0] in "•*-–—“\"'‘":
        return False
    long_words = [word for word in words if len(word) > 3 and word[0].isalpha()]
    capitalised = sum(not word[0].islower() for word in long_words)
    return not long_words or capitalised * 2 >= len(long_words) or len(words) <= 8

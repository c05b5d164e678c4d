"""The cleaned text of an article: what is stored and quoted."""

from __future__ import annotations

import re

from retrieval.errors import ArticleError
from retrieval.language.sentences import split_sentences

LINE_ENDS = re.compile(r"\r\n|[\r\x85\u2028]")
MAX_CHARACTERS = 500_000
MAX_SENTENCES = 15_000
"""Sentences and lines of an article: each is stored and searched by itself, so that they cost more than characters."""
LEAST_WORDS, LEAST_WORDS_OF_LONG, LEAST_LETTERS_OF_LONG = 0.2, 0.5, 0.1
"""Shares of letters and digits, and of letters alone, in what is printed of a text; prose has .95 and .93."""
LONG = 1_000
"""Printed characters from which a text is long: a short one may well be a score or a joke."""


_ADVERTISEMENT = re.compile(
    r"^\W*(?:advertis(?:e)?ments?|sponsored(?: content)?|story continues below(?: advertisement)?"
    r"|(?:article|story) continues (?:below|after)(?: this ad| advertisement)?)\W*$",
    re.IGNORECASE,
)


_BLANK_LINES = re.compile(r"\n{3,}")


# Controls, lone surrogates, soft hyphens, and what is not seen or turns the text round.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f"
    r"\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


_FLAG_OR_TAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0000-\U000e007f]")


# Persian, Indic scripts and emoji need joiners between their characters; anywhere else they only hide.
_JOINED = r"[^\x00-\u024f\s\u200c\u200d]"


_STRAY_JOINER = re.compile(rf"[\u200c\u200d](?!{_JOINED})|(?<!{_JOINED})[\u200c\u200d]")


# Printers' ligatures: the same letters, which no reader of names knows in this form.
_LIGATURES = {ord(mark): letters for mark, letters in zip("ﬀﬁﬂﬃﬄﬅﬆ", "ff fi fl ffi ffl st st".split(), strict=True)}


def article_text(text: str, name: str) -> str:
    """Return the cleaned text of an article. Raises `ArticleError` when there is none, or far too much."""
    cleaned = clean_text(text)
    words = sum(map(len, re.findall(r"\w+", cleaned)))
    letters = sum(map(len, re.findall(r"[^\W\d_]+", cleaned)))
    printed = len("".join(cleaned.split()))
    if not words:
        raise ArticleError(f"{name} is empty: it has no article text.")
    if words < (LEAST_WORDS if printed < LONG else LEAST_WORDS_OF_LONG) * printed:
        raise ArticleError(f"{name} is not text: it has hardly any words between its signs; give the article's text.")
    if printed >= LONG and letters < LEAST_LETTERS_OF_LONG * printed:
        raise ArticleError(f"{name} is nearly all numbers, and no article; give the article's text.")
    if len(cleaned) > MAX_CHARACTERS:
        raise ArticleError(too_long(len(cleaned), name))
    sentences = len(split_sentences(cleaned)) if len(cleaned) > MAX_SENTENCES else 0
    if sentences > MAX_SENTENCES:
        raise ArticleError(
            f"{name} has {sentences:,} sentences and lines; an article may have at most {MAX_SENTENCES:,}, so give it "
            "in parts."
        )
    return cleaned


def clean_text(text: str) -> str:
    """Return the article's text as it is stored and quoted.

    Without advertisement lines, stray blanks, controls, and characters that are not seen or that turn
    the direction of what follows; joiners stay where a script or an emoji needs them. Ligatures become letters.
    """
    text = LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n")
    text = _STRAY_JOINER.sub("", _FLAG_OR_TAG.sub(r"\1", _UNSEEN.sub("", text))).translate(_LIGATURES)
    lines = (line.rstrip() for line in text.split("\n"))
    kept = (line for line in lines if not _ADVERTISEMENT.fullmatch(line))
    return _BLANK_LINES.sub("\n\n", "\n".join(kept)).strip()


def too_long(characters: int, name: str) -> str:
    """Say that a text is too long to be an article."""
    return f"{name} has {characters:,} characters; an article may have at most {MAX_CHARACTERS:,}, so give it in parts."

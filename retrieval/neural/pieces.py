"""Question and passage as the word pieces that the reader's network sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

CLS, SEP = 101, 102
TRAINED_PIECES = 208
"""The longest input in training, special pieces included."""
MAX_PIECES = 320
"""The longest input that is read: search's longest passages with a question; MiniLM itself knew up to 512."""
MAX_QUESTION, MAX_HEADER = 64, 32
"""Pieces kept of a question and of a header."""


@dataclass(frozen=True)
class ReaderInput:
    """A passage to be read: a header such as "13 October 2023 – Title", and its sentences in order."""

    header: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Pieces:
    """One input of the network: T pieces, each with its kind, its sentence, and where it stands in that sentence."""

    ids: list[int]
    kinds: list[int]
    sentences: list[int]
    """The sentence of each piece; -1: a piece of the question or header, or a special one."""
    offsets: list[tuple[int, int]]
    """Characters in the piece's own sentence, half open; (0, 0) where there is none."""
    read: int
    """How many sentences are in it, counted from the first; those after did not fit."""


def storable(text: str) -> str:
    """Return a text with a question mark for each lone surrogate, which no tokenizer takes; offsets stay."""
    return text.encode("utf-8", "replace").decode("utf-8")


def join_pieces(
    tokenizer: Tokenizer, question: str, passages: Sequence[ReaderInput], most: int = MAX_PIECES
) -> list[Pieces]:
    """Turn one question and its passages into the network's inputs of at most `most` pieces.

    Whole sentences are left out from the end; a first sentence that alone is too long is cut.
    """
    texts = [question, *(text for passage in passages for text in (passage.header, *passage.sentences))]
    clean = [storable(text) for text in texts]
    encoded = iter(tokenizer.encode_batch(clean, add_special_tokens=False))
    asked = next(encoded).ids[:MAX_QUESTION]
    results = []
    for passage in passages:
        header = next(encoded).ids[:MAX_HEADER]
        sentences = [next(encoded) for _ in passage.sentences]
        body: list[int] = list(header)
        of: list[int] = [-1] * len(header)
        offsets: list[tuple[int, int]] = [(0, 0)] * len(header)
        room, read = most - 3 - len(asked), 0
        for number, sentence in enumerate(sentences):
            left = room - len(body)
            if len(sentence.ids) > left and number:
                break
            body += sentence.ids[:left]
            offsets += sentence.offsets[:left]
            of += [number] * min(len(sentence.ids), left)
            read = number + 1
        in_question, in_passage = set(asked), set(body)
        results.append(
            Pieces(
                [CLS, *asked, SEP, *body, SEP],
                [0, *(int(i in in_passage) for i in asked), 0, *(2 + int(i in in_question) for i in body), 2],
                [-1] * (len(asked) + 2) + of + [-1],
                [(0, 0)] * (len(asked) + 2) + offsets + [(0, 0)],
                read,
            )
        )
    return results

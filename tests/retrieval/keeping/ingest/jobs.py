"""What a parser can do wrong, for the sandbox to be tried with: jobs run in the child, by name."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import time
from pathlib import Path

from retrieval.errors import ArticleError


def process() -> tuple[int, list[str], dict[str, str]]:
    """Return the child's id, the heavy packages loaded there, and its environment."""
    heavy = {"torch", "chromadb", "discord", "sentence_transformers", "aiohttp"}
    return os.getpid(), sorted(heavy & set(sys.modules)), dict(os.environ)


def add(one: int, *, other: int) -> int:
    return one + other


def refuse() -> None:
    raise ArticleError("a.md is empty: it has no article text.")


def break_down() -> None:
    raise ValueError("a parser's bug")


def chatter() -> str:
    os.write(1, b"what a C library prints")
    return "said"


def die() -> None:
    os._exit(3)


def crash() -> None:
    ctypes.string_at(0)


def spin() -> None:
    while True:
        pass


def hang() -> None:
    time.sleep(600)


def eat() -> int:
    return len([bytearray(10_000_000) for _ in range(10_000)])


def recurse() -> None:
    recurse()


def write_file(path: str) -> None:
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"x")


class Stranger:
    """Nothing that a parser returns."""


def return_stranger() -> Stranger:
    return Stranger()


def return_much() -> str:
    return "x" * 60_000_000


def read_file(path: str) -> str:
    with open(path) as file:  # noqa: PTH123
        return file.read()


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def in_force() -> str:
    """Return, in a second look from inside, what cuts this process off."""
    words = []
    try:
        Path("/etc/passwd").read_bytes()
    except PermissionError:
        words.append("files")
    if len(socket.if_nameindex()) <= 1:
        words.append("network")
    return " ".join(words)


def grow(size: int) -> int:
    """Use so many bytes for a moment; returns the process's id."""
    taken = bytearray(size)
    taken[::4096] = b"x" * len(taken[::4096])
    return os.getpid()

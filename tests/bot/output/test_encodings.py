"""A terminal that is not UTF-8 shows what it can; nothing ends in a traceback, and JSON loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

WORDS = "“Zoë” – 4 € … 市 \ud800"
SAY = f"""
import sys
from bot.commands.session import print_json
from bot.output.encodings import speak_any_encoding
speak_any_encoding()
print({WORDS!a})
print({WORDS!a}, file=sys.stderr)
print_json({{"words": {WORDS!a}}})
print(len(sys.stdin.read()))
"""


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", '"Zo?" - 4 ? ... ? ?'),
        ("iso-8859-1", '"Zoë" - 4 ? ... ? ?'),
        ("cp1252", "“Zoë” – 4 € … ? ?"),
        ("utf-8", "“Zoë” – 4 € … 市 ?"),
    ],
)
def test_every_character_set_gets_what_it_has(encoding: str, shown: str):
    ran = subprocess.run(
        [sys.executable, "-c", SAY], input=b"caf\xe9 \x81\xff", capture_output=True, check=False, timeout=280,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "0"},
    )  # fmt: skip
    said, read, count, *_ = ran.stdout.decode(encoding).splitlines()
    assert (ran.returncode, said, ran.stderr.decode(encoding).strip()) == (0, shown, shown), ran.stderr
    if encoding != "utf-8":
        assert json.loads(read) == {"words": WORDS}
    assert int(count) > 4

"""Starts a measured system as a child and talks to it in lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent.parent
END_WITHIN_S = 60.0


@dataclass
class Running:
    """A child that is ready."""

    name: str
    process: subprocess.Popen[str]
    said: Path
    ready_s: float

    def do(self, what: str, **order: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Have it do something and return what it answers. Raises `RuntimeError` when it has ended."""
        _pipe(self.process.stdin).write(json.dumps({"do": what, **order}) + "\n")
        _pipe(self.process.stdin).flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Wait for its next line."""
        line = _pipe(self.process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self.name} has ended:\n{self.said.read_text(encoding='utf-8')[-3000:]}")
        answered: dict[str, Any] = json.loads(line)
        return answered

    def end(self) -> None:
        """Let it close what it holds, and wait for its end."""
        _pipe(self.process.stdin).close()
        try:
            self.process.wait(END_WITHIN_S)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            _pipe(self.process.stdout).close()


def start(name: str, python: Path, module: str, work: Path, data: Path) -> Running:
    """Start a child and wait until it is ready: from the process's first moment to the models loaded."""
    said = data.with_name(f"{data.name}.log")
    began = time.perf_counter()
    with said.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(python), "-m", module, name, str(work), str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TOKENIZERS_PARALLELISM": "false",
                 "ANONYMIZED_TELEMETRY": "False"},
        )  # fmt: skip
    child = Running(name, process, said, 0.0)
    child.answer()
    child.ready_s = time.perf_counter() - began
    return child


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None  # both were asked for
    return pipe

"""Resolves pyproject.toml's dependencies in a fresh environment and writes the two lock files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TORCH = "torch==2.13.0"
"""Pinned by hand: the CPU build; a looser range pulls gigabytes of CUDA."""


def main() -> None:
    """Write requirements.lock (what runs) and requirements-dev.lock (what tests and checks add)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        runtime = _resolve(python, [TORCH, *project["project"]["dependencies"]])
        dev = _resolve(python, project["dependency-groups"]["dev"])
    _write("requirements.lock", "What runs", runtime)
    added = sorted(set(dev) - set(runtime))
    _write("requirements-dev.lock", "What tests and checks add", ["-r requirements.lock", *added])


def _resolve(python: str, requirements: list[str]) -> list[str]:
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
    frozen = subprocess.run([python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True).stdout
    # A local label such as +cpu names a build, not a version that every registry has.
    return [line.split("+")[0] for line in frozen.splitlines() if "==" in line]


def _write(name: str, what: str, lines: list[str]) -> None:
    head = f"# {what}. Made by `make lock` from pyproject.toml; do not edit."
    (ROOT / name).write_text("\n".join([head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The command `pullquote`, same as `python -m bot`."""

from __future__ import annotations

import sys

from bot.commands.app import app
from bot.output.encodings import speak_any_encoding


def main() -> None:
    """Run the command line and end with its status."""
    speak_any_encoding()
    sys.exit(app())


if __name__ == "__main__":
    main()

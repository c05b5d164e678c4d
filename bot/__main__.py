"""The command `pullquote`, same as `python -m bot`."""

from __future__ import annotations

import sys

from bot.commands.app import app


def main() -> None:
    """Run the command line and end with its status."""
    sys.exit(app())


if __name__ == "__main__":
    main()

"""Runs the command line as it is, real models included, against the Discord at `PULLQUOTE_TEST_DISCORD`."""

from __future__ import annotations

import os

from bot.__main__ import main
from tests.support.pointing import point_at

if __name__ == "__main__":
    point_at(os.environ["PULLQUOTE_TEST_DISCORD"])
    main()

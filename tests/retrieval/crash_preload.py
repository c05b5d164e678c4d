"""What the children of the crash harness need, loaded once in the server they are forked from."""

from __future__ import annotations

import chromadb  # noqa: F401

import tests.retrieval.crash_harness  # noqa: F401
from retrieval.presence import warm_up

warm_up()

"""What the children of the crash harness need, loaded once in the server they are forked from."""

from __future__ import annotations

from importlib import import_module

from retrieval.presence import warm_up

for module in ("chromadb", "retrieval.attribution.extractor", "tests.retrieval.crash_harness"):
    import_module(module)
warm_up()

"""Writes the attributions of a file of articles, for PolNeAR's scorer, and what they cost beside embedding.

usage: python -m benchmarks.attribution POLNEAR.jsonl --out PRED.jsonl [--rules]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from benchmarks.attribution.attributing import ReadArticle, attribute_all
from benchmarks.attribution.polnear import Reader, read, sentences
from bot.output.json_attributions import attribution_json
from retrieval.domain.articles import Attribution
from retrieval.keeping.attribution.extractor import Extractor

GROUP = 8  # articles that are indexed together


def _as_json(found: Attribution) -> dict[str, Any]:
    # Calibration wants the confidence as it is, not rounded for readers.
    return attribution_json(found) | {"confidence": found.confidence}


def main() -> None:
    """Read articles, attribute, write; print the seconds of the encoder and of the attribution."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rules", action="store_true", help="without the learned extractor")
    options = parser.parse_args()
    extractor = Extractor() if options.rules else Extractor.from_weights()
    reader = Reader(extractor.layers) if extractor.layers else None
    articles = read(options.articles)
    encoding = attributing = 0.0
    with options.out.open("w", encoding="utf-8") as out:
        for first in range(0, len(articles), GROUP):
            group = articles[first : first + GROUP]
            cuts = [sentences(a["text"]) for a in group]
            begin = time.perf_counter()
            seen = [reader.see(a["text"], cut) if reader else [] for a, cut in zip(group, cuts, strict=True)]
            middle = time.perf_counter()
            readings = [ReadArticle(a["text"], c, s) for a, c, s in zip(group, cuts, seen, strict=True)]
            found = attribute_all(extractor, readings)
            encoding += middle - begin
            attributing += time.perf_counter() - middle
            for article, attributions in zip(group, found, strict=True):
                line = {"id": article["id"], "attributions": [_as_json(a) for a in attributions]}
                out.write(json.dumps(line) + "\n")
    cost = attributing / encoding if encoding else None
    print(json.dumps({"articles": len(articles), "encode_s": round(encoding, 2),
                      "attribute_s": round(attributing, 2), "share": cost and round(cost, 3)}))  # fmt: skip


if __name__ == "__main__":
    main()

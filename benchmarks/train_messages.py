"""Trains what tells talk from questions: `python -m benchmarks.train_messages DATA_DIR [--write]`.

Talk and odd questions are our own, in `message_training/messages.txt`; ordinary questions are those of the public
sets. Prints how many of either are told right by models that were not trained on them (five folds).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from benchmarks.reader_training.data import read_rows
from retrieval.neural.encoder import load_encoder
from retrieval.neural.messages import KINDS, SURE, WEIGHTS, MessageKind, message_features

MESSAGES = Path(__file__).parent / "message_training" / "messages.txt"
SETS = ("squad2", "quac", "selqa", "qed")
OF_EACH_SET = 700
TALK_SHARE = 0.4
"""The weight of all talk together; ordinary questions are ten times as many."""
OWN_QUESTION = 3.0
"""How much more a question of ours counts than one of a public set: they were written to look like talk."""
INVERSE_RIDGE = 300.0
SEED = 1


def own_messages() -> Iterator[tuple[str, MessageKind]]:
    """Yield our own messages with their kinds."""
    kind = MessageKind.QUESTION
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = MessageKind(line.strip("[]"))
        elif line and not line.startswith("#"):
            yield line, kind


def public_questions(folder: Path) -> list[str]:
    """Return questions of the public sets, those of RealTimeQA all."""
    quiz = json.loads((folder / "news" / "questions_2020_2022.json").read_text(encoding="utf-8"))
    found = sorted({asked["question"] for asked in quiz})
    rows = read_rows(folder)
    rng = random.Random(SEED)  # noqa: S311
    for name in SETS:
        questions = sorted({row["question"] for row in rows if row["set"] == name and row["kind"] == "orig"})
        found += rng.sample(questions, min(OF_EACH_SET, len(questions)))
    return found


def main() -> None:
    """Read the command line, train, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--write", action="store_true", help="write the weights trained on everything")
    options = parser.parse_args()
    own, public = list(own_messages()), public_questions(options.data)
    encoder = load_encoder()
    texts = [text for text, _ in own] + public
    vectors = np.stack([message_features(t, e) for t, e in zip(texts, encoder.encode(texts), strict=True)])
    kinds = np.array([KINDS.index(kind) for _, kind in own] + [0] * len(public))
    ours = np.arange(len(kinds)) < len(own)
    talk = kinds > 0
    importance = np.where(ours & ~talk, OWN_QUESTION, 1.0)
    for group, share in ((talk, TALK_SHARE), (~talk, 1 - TALK_SHARE)):
        importance[group] *= share * len(kinds) / importance[group].sum()
    model = LogisticRegression(C=INVERSE_RIDGE, max_iter=2000)
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    told = cross_val_predict(
        model, vectors, kinds, cv=folds, method="predict_proba", params={"sample_weight": importance}
    )
    sure = told[:, 0] < 1 - SURE
    right = 1 + told[:, 1:].argmax(axis=1) == kinds
    figures = {
        "public_questions_taken_for_talk": round(float(sure[~talk & ~ours].mean()), 4),
        "odd_questions_taken_for_talk": round(float(sure[~talk & ours].mean()), 3),
        "talk_found": round(float(sure[talk].mean()), 3),
        "of_these_of_the_right_kind": round(float(right[talk & sure].mean()), 3),
    }
    print(json.dumps({"messages": len(own), "questions": len(public), **figures}))
    if options.write:
        model.fit(vectors, kinds, sample_weight=importance)
        weights, offsets = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
        np.savez(WEIGHTS, weights=weights, offsets=offsets, fingerprint=encoder.fingerprint)


if __name__ == "__main__":
    main()

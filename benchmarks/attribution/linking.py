"""Fits the weights that say whom a pronoun means, on silver labels and on labels made by reading.

usage: python -m benchmarks.attribution.linking NEWS.jsonl.gz [--read LABELS.json] [--out FILE] [--sample N]

Silver: 'Lea Dahl said' is taken for 'she said', the label being Lea Dahl; a real 'she said' counts where three
paragraphs name but one woman and have no other; and before both a sentence about somebody without a name is put
in, to whom the words then belong. `--sample` prints real pronouns with several candidates, to be labelled.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from retrieval.keeping.attribution.rules.lexicon import lexicon
from retrieval.keeping.attribution.rules.linker import FEATURES, SURE, Candidate, Places, Told, candidates
from retrieval.keeping.attribution.rules.mentions import Mention, find_people
from retrieval.keeping.attribution.rules.names import is_quoted, read_names
from retrieval.keeping.attribution.rules.quotations import find_quotations
from retrieval.language.sentences import split_sentences

OUT = Path("retrieval/keeping/attribution/rules/data/linker.json")
_CUES = r"(?:said|says|told|added|adds|wrote|tweeted|explained|insisted|argued|warned|noted|recalled|claimed)\b"
_BEFORE = re.compile(rf"(?P<who>(?:[A-Z][\w’'-]+ ){{1,3}}|(?<![\w’'])(?:[Hh]e|[Ss]he) )(?={_CUES})")
_BEHIND = re.compile(
    r"(?<=[”\",] )(?:said|says|added|explained) (?P<who>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2}|he\b|she\b)"
)
_PEOPLE = ("spokes{p} for the company", "neighbour", "witness", "former colleague", "lawyer for the family", "nurse",
           "resident", "friend", "official at the ministry", "teacher", "fan", "doctor", "passer-by")  # fmt: skip
_SAYS = ("{who} said it would take time.", "{who} watched from the gallery.", "{who} confirmed the report on Monday.",
         "Asked about it, {who} was less sure.", "{who} wept.",
         "There, {who} told reporters that nothing had changed.")  # fmt: skip
Floats = NDArray[np.float64]
Row = tuple[list[Candidate], int]


def article_of(text: str) -> tuple[Places, list[tuple[int, str, bool]]]:
    """Return an article's people and places, and where somebody is credited: place, words, whether a pronoun."""
    lex = lexicon()
    quotations = find_quotations(text)
    sentences = split_sentences(text)
    names = read_names(text, lex, quotations)
    people = find_people(names, quotations, [s.span for s in sentences if s.heading])
    starts: dict[int, int] = {}
    for sentence in sentences:
        starts.setdefault(sentence.paragraph, sentence.span.start)
    paragraphs = list(starts.values())
    places = Places(people, [s.span for s in sentences], paragraphs)
    credited = [
        (m.start("who"), m["who"].strip(), m["who"].strip().lower() in {"he", "she"})
        for pattern in (_BEFORE, _BEHIND)
        for m in pattern.finditer(text)
        if not is_quoted(m.start("who"), quotations)
    ]
    return places, sorted(credited)


def silver(text: str, dice: random.Random) -> Iterator[Row]:
    """Yield candidates and the number of the right one (-1: none of them) for each unambiguous form."""
    places, credited = article_of(text)
    last: Told | None = None
    for at, words, pronoun in credited:
        if pronoun:
            role = "m" if words.lower() == "he" else "f"
            found = candidates(places, role, at, last)
            alone = [c for c in found if c.mention.named and c.mention.gender == role]
            if len(found) == 1 and alone:
                yield found, 0
                last = Told(at, found[0].mention.key, pronoun=True)
                yield from _put_between(text, at, role, dice)
            else:
                last = None
            continue
        who = _mention_at(places.people, at)
        if who is not None and who.gender:
            found = candidates(places, who.gender, at, last)
            yield found, next((n for n, c in enumerate(found) if c.mention.key == who.key), -1)
            if dice.random() < 0.3:
                yield from _put_between(text, at, who.gender, dice)
        last = Told(at, who.key) if who is not None else None


def _mention_at(people: Sequence[Mention], at: int) -> Mention | None:
    found = [m for m in people if m.named and at <= m.span.start <= at + 12]
    return found[0] if len({m.key for m in found}) == 1 else None


def _put_between(text: str, at: int, role: str, dice: random.Random) -> Iterator[Row]:
    """Put a sentence about somebody without a name before the sentence of a credit: the words are theirs."""
    start = max(text.rfind("\n", 0, at), *(text.rfind(end, 0, at) + len(end) - 2 for end in (". “", '. "', ". ")))
    if start <= 0 or at - start > 400:
        return
    noun = dice.choice(_PEOPLE).format(p="man" if role == "m" else "woman")
    who = f"{dice.choice(('A', 'One', 'His', 'Her', 'Another', 'The'))} {noun}".replace("A of", "An of")
    told = dice.choice(_SAYS).format(who=who)
    told = told[0].upper() + told[1:]
    gap = dice.choice((" ", "\n\n"))
    changed = f"{text[: start + 1]}{gap}{told}{dice.choice((' ', ' ', gap))}{text[start + 1 :].lstrip()}"
    moved = at + len(changed) - len(text)
    places, _ = article_of(changed)
    named = next((m for m in places.people if not m.named and start <= m.span.start < moved), None)
    if named is None:
        return
    speaks = any(word in told for word in ("said", "confirmed", "told"))
    found = candidates(places, role, moved, Told(named.span.start, named.key) if speaks else None)
    right = next((n for n, c in enumerate(found) if c.mention.key == named.key), -1)
    if right >= 0:
        yield found, right


def fit(rows: Sequence[Row], weights: Sequence[float]) -> tuple[list[float], float]:
    """Return the weights and the score of 'nobody' that make the labels likeliest (softmax, L2)."""
    figures = [np.array([c.figures for c in found]).reshape(-1, len(FEATURES)) for found, _ in rows]

    def loss(theta: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(theta)
        for x, (_, right), weight in zip(figures, rows, weights, strict=True):
            scores = np.append(x @ theta[:-1], theta[-1])
            scores -= scores.max()
            chances = np.exp(scores) / np.exp(scores).sum()
            total -= weight * float(np.log(chances[right] + 1e-12))
            off = weight * chances
            off[right] -= weight
            slope[:-1] += x.T @ off[:-1]
            slope[-1] += off[-1]
        return total + 0.5 * float(theta @ theta), slope + theta

    done = minimize(loss, np.zeros(len(FEATURES) + 1), jac=True, method="L-BFGS-B")
    return [float(w) for w in done.x[:-1]], float(done.x[-1])


def count(rows: Sequence[Row], weights: Sequence[float], nobody: float) -> dict[str, int]:
    """Return how many were told rightly and wrongly from `SURE` on, and of how many."""
    right = wrong = 0
    for found, label in rows:
        scores = [float(np.dot(weights, c.figures)) for c in found]
        total = float(np.exp([*scores, nobody]).sum())
        best = int(np.argmax(scores)) if scores else -1
        if scores and np.exp(scores[best]) / total >= SURE:
            right, wrong = right + (best == label), wrong + (best != label)
    return {"right": right, "wrong": wrong, "of": len(rows)}


def main() -> None:
    """Make silver labels, add those read, fit, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("news", type=Path)
    parser.add_argument("--read", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--articles", type=int, default=900)
    parser.add_argument("--sample", type=int, default=0)
    options = parser.parse_args()
    with gzip.open(options.news, "rt", encoding="utf-8") as lines:
        texts = {row["url"]: row["body"] for row in map(json.loads, lines)}
    dice = random.Random(7)  # noqa: S311
    chosen = dice.sample(sorted(texts), min(options.articles, len(texts)))
    if options.sample:
        sample(texts, chosen, options.sample)
        return
    rows = [row for url in chosen for row in silver(texts[url], dice)]
    weights = [0.1] * len(rows)
    print(len(rows), "silver labels")
    if options.read:
        read = []
        for one in json.loads(options.read.read_text(encoding="utf-8")):
            found = real(texts[one["url"]], one["at"])
            read.append((found, next((n for n, c in enumerate(found) if c.mention.key == one["who"]), -1)))
        for half in (0, 1):  # learn from one half of those read, count on the other
            told = fit(rows + read[half::2], weights + [5.0] * len(read[half::2]))
            print("read, half", half, count(read[1 - half :: 2], *told))
        rows, weights = rows + read, weights + [5.0] * len(read)
    made, nobody = fit(rows, weights)
    print("all", count(rows, made, nobody))
    about = "Weights of rules/linker.py, fitted by benchmarks.attribution.linking; the model card says on what."
    stored = {"about": about, "weights": dict(zip(FEATURES, (round(w, 3) for w in made), strict=True))}
    options.out.write_text(json.dumps(stored | {"nobody": round(nobody, 3)}, indent=1) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


def real(text: str, at: int) -> list[Candidate]:
    """Return the candidates of a real pronoun; whoever was credited before it by name counts as the last one told."""
    places, credited = article_of(text)
    last: Told | None = None
    for place, words, pronoun in credited:
        if place == at:
            return candidates(places, "m" if words.lower() == "he" else "f", at, last)
        who = None if pronoun else _mention_at(places.people, place)
        last = last if pronoun and last is not None else Told(place, who.key) if who else None
    return []


def sample(texts: dict[str, str], chosen: Sequence[str], count: int) -> None:
    """Print real pronouns with several candidates."""
    shown = 0
    for url in chosen:
        for at, _, pronoun in article_of(texts[url])[1]:
            found = real(texts[url], at) if pronoun else []
            if len(found) > 1 and shown < count:
                shown += 1
                print(json.dumps({"url": url, "at": at, "who": ""}))
                print("   ", " | ".join(c.mention.key for c in found))
                print("   ", texts[url][max(0, at - 420) : at + 30].replace("\n", " / "))
                break


if __name__ == "__main__":
    main()

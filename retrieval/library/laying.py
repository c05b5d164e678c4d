"""Reads from `library.db` what is laid out of single articles and passages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np

from retrieval.arrays import Floats
from retrieval.domain.articles import Article, Passage, Span, StoredArticle
from retrieval.library.cache import Cache
from retrieval.library.catalogue import LaidArticle
from retrieval.library.matches import Keys, article_and_place, articles_in, passage_key
from retrieval.library.postings import Rows
from retrieval.neural.vectors import PassageEncoding
from retrieval.store.entries import SENTENCE_COLUMNS, ints_of
from retrieval.store.records import ATTRIBUTIONS, CARRIERS, SENTENCES, credit_of, encoding_of, stored_article_of


def listed(values: Iterable[int]) -> str:
    """Return numbers as one bound parameter."""
    return json.dumps([int(value) for value in values])


class Laying:
    """The articles and passages of one library. `rows` runs a query."""

    def __init__(self, library: str, rows: Rows, cache: Cache) -> None:
        self._library = library
        self._rows = rows
        self._cache = cache
        self.dimension = 0
        """Of the vectors that were read, 0 before any was."""

    def articles(self, numbers: Sequence[int]) -> list[LaidArticle]:
        """Return articles by their numbers, in the order of these."""
        revisions: dict[int, int] = dict(
            tuple(row)
            for row in self._rows(
                "SELECT e.number, a.revision FROM json_each(?) AS j CROSS JOIN entries AS e ON e.number = j.value "
                "CROSS JOIN articles AS a ON a.article_id = e.article_id",
                listed(numbers),
            )
        )
        found: dict[int, LaidArticle] = {}
        for number, revision in revisions.items():
            known = self._cache.get(("article", number), revision)
            if isinstance(known, LaidArticle):
                found[number] = known
        for one in self._read([number for number in revisions if number not in found]):
            found[one.number] = one
            self._cache.put(("article", one.number), one, one.size, revisions[one.number])
        return [found[number] for number in numbers]

    def _read(self, numbers: Sequence[int]) -> list[LaidArticle]:
        if not numbers:
            return []
        passages: dict[int, list[Passage]] = {number: [] for number in numbers}
        for row in self._rows(
            "SELECT e.number, p.passage_id, p.article_id, p.start, p.stop FROM json_each(?) AS j "
            "CROSS JOIN entries AS e ON e.number = j.value CROSS JOIN passages AS p ON p.article_id = e.article_id "
            "ORDER BY e.number, p.start",
            listed(numbers),
        ):
            span = Span(row["start"], row["stop"])
            passages[row["number"]].append(Passage(row["passage_id"], row["article_id"], span))
        return [
            LaidArticle(
                number=row["number"],
                article=Article(row["article_id"], row["text"], credit_of(row), row["language"]),
                passages=tuple(passages[row["number"]]),
                sentences=ints_of(row["sentences"]).reshape(-1, SENTENCE_COLUMNS),
                first=ints_of(row["firsts"]),
                title=ints_of(row["title_words"]),
                tokens=ints_of(row["tokens"]),
            )
            for row in self._rows(
                "SELECT e.number, e.title AS title_words, e.passages AS firsts, e.sentences, e.tokens, a.* "
                "FROM json_each(?) AS j CROSS JOIN entries AS e ON e.number = j.value "
                "CROSS JOIN articles AS a ON a.article_id = e.article_id",
                listed(numbers),
            )
        ]

    def stored(self, number: int) -> StoredArticle:
        """Return an article with its sentences and attributions. Raises `KeyError` when it is gone."""
        rows = self._rows(
            "SELECT a.* FROM entries AS e JOIN articles AS a USING (article_id) WHERE e.number = ?", number
        )
        if not rows:
            raise KeyError(number)
        parts = [self._rows(sql, rows[0]["article_id"]) for sql in (SENTENCES, ATTRIBUTIONS, CARRIERS)]
        return stored_article_of(rows[0], *parts)

    def encodings(self, passage_ids: Sequence[int]) -> dict[int, PassageEncoding]:
        """Return what was kept of the encoder's pass over each passage."""
        found: dict[int, PassageEncoding] = {}
        for passage_id in passage_ids:
            known = self._cache.get(("encoding", passage_id))
            if isinstance(known, PassageEncoding):
                found[passage_id] = known
        missing = [passage_id for passage_id in passage_ids if passage_id not in found]
        for row in self._rows(
            "SELECT passage_id, first_sentence, last_sentence, vector, sentence_vectors, word_vectors, sentence_words "
            "FROM passages WHERE passage_id IN (SELECT value FROM json_each(?))",
            listed(missing),
        ) if missing else ():  # fmt: skip
            encoding = encoding_of(row)
            found[row["passage_id"]] = encoding
            size = encoding.vector.nbytes + encoding.sentence_vectors.nbytes + encoding.word_vectors.nbytes
            self._cache.put(("encoding", row["passage_id"]), encoding, size + 1_000)
        for encoding in found.values():
            self.dimension = len(encoding.vector)
        return found

    def vectors(self, keys: Keys) -> Floats:
        """Return (passages, dim): the vectors of passages by their keys."""
        if not len(keys):
            return np.zeros((0, self.dimension), np.float32)
        places: dict[int, list[int]] = {}
        for number, passage_id in self._rows(
            "SELECT e.number, p.passage_id FROM json_each(?) AS j CROSS JOIN entries AS e ON e.number = j.value "
            "CROSS JOIN passages AS p ON p.article_id = e.article_id ORDER BY e.number, p.start",
            listed(dict.fromkeys(articles_in(keys).tolist())),
        ):
            places.setdefault(number, []).append(passage_id)
        ids = [places[number][place] for number, place in map(article_and_place, keys.tolist())]
        found = {
            row[0]: np.frombuffer(row[1], np.float32)
            for row in self._rows(
                "SELECT passage_id, vector FROM passages WHERE passage_id IN (SELECT value FROM json_each(?))",
                listed(ids),
            )
        }
        return np.stack([found[passage_id] for passage_id in ids])

    def vectors_of_articles(self, numbers: Iterable[int]) -> tuple[Keys, Floats]:
        """Return the keys of all passages of some articles, and their vectors (passages, dim)."""
        keys: list[int] = []
        vectors: list[bytes] = []
        place, last = 0, -1
        for number, vector in self._rows(
            "SELECT e.number, p.vector FROM json_each(?) AS j CROSS JOIN entries AS e ON e.number = j.value "
            "CROSS JOIN passages AS p ON p.article_id = e.article_id ORDER BY e.number, p.start",
            listed(numbers),
        ):
            place, last = (place + 1 if number == last else 0), number
            keys.append(passage_key(number, place))
            vectors.append(vector)
        table: Floats = np.frombuffer(b"".join(vectors), np.float32)
        return np.array(keys, np.int64), table.reshape(len(keys), -1) if keys else np.zeros((0, 0), np.float32)

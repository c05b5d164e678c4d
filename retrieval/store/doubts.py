"""New versions of articles that were kept aside, until somebody decides about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from retrieval.domain.articles import text_sha256
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import DoubtfulVersion, Looks
from retrieval.store.database import LibraryStore
from retrieval.store.records import credit_from_json, credit_json, credit_of

SHOWN_CHARACTERS = 600
"""How much of a new text is shown to who decides about it."""


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """What was kept aside of an origin before; `dismissed`: an admin has said to keep the old text."""

    version_id: int
    text: str
    dismissed: bool


class DoubtStore:
    """The table `doubtful_versions`, each change in one transaction."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    async def at(self, library: str, origin: str) -> SeenVersion | None:
        """Return what was kept aside of an origin, or None."""
        async with self._store.reading() as db:
            rows = list(
                await db.execute_fetchall(
                    "SELECT * FROM doubtful_versions WHERE library = ? AND origin = ?", (library, origin)
                )
            )
        return SeenVersion(rows[0]["version_id"], rows[0]["text"], bool(rows[0]["dismissed"])) if rows else None

    async def put(self, library: str, draft: ArticleDraft, *, kept: float, looks: Looks | None) -> None:
        """Keep a new version aside, in the place of what was kept of its origin before; its id is another one."""
        async with self._store.writing() as db:
            await db.execute("DELETE FROM doubtful_versions WHERE library = ? AND origin = ?", (library, draft.origin))
            await db.execute(
                "INSERT INTO doubtful_versions "
                "(library, origin, text_sha256, language, credit, kept, looks, seen_at, characters, text) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    library, draft.origin, text_sha256(draft.text), draft.language, credit_json(draft.credit), kept,
                    looks.value if looks else None, datetime.now(UTC).isoformat(), len(draft.text), draft.text,
                ),
            )  # fmt: skip

    async def waiting(self, library: str) -> list[DoubtfulVersion]:
        """Return the versions of a library about which nobody has decided, the oldest first."""
        async with self._store.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT v.version_id, v.origin, v.kept, v.looks, v.seen_at, v.characters AS new_characters, "
                "substr(v.text, 1, ?) AS beginning, o.credit AS carried_credit, "
                "a.article_id, a.title, a.title_is_label, a.publisher, a.byline, a.published_at, a.url, "
                "a.excerpt, a.grounds, a.characters "
                "FROM doubtful_versions v JOIN origins o USING (library, origin) JOIN articles a USING (article_id) "
                "WHERE v.library = ? AND NOT v.dismissed ORDER BY v.version_id",
                (SHOWN_CHARACTERS, library),
            )
        return [
            DoubtfulVersion(
                version_id=row["version_id"],
                article_id=row["article_id"],
                origin=row["origin"],
                credit=credit_from_json(row["carried_credit"]) if row["carried_credit"] else credit_of(row),
                kept=row["kept"],
                looks=Looks(row["looks"]) if row["looks"] else None,
                characters=row["new_characters"],
                old_characters=row["characters"],
                beginning=row["beginning"],
                seen_at=datetime.fromisoformat(row["seen_at"]),
            )
            for row in rows
        ]

    async def draft(self, library: str, version_id: int) -> ArticleDraft | None:
        """Return a version that waits for a decision as it was read; None when it no longer does."""
        async with self._store.reading() as db:
            rows = list(
                await db.execute_fetchall(
                    "SELECT * FROM doubtful_versions WHERE library = ? AND version_id = ? AND NOT dismissed",
                    (library, version_id),
                )
            )
        if not rows:
            return None
        row = rows[0]
        return ArticleDraft(row["origin"], row["text"], credit_from_json(row["credit"]), row["language"])

    async def dismiss(self, library: str, version_id: int) -> bool:
        """Note that the old text stays; False when the version no longer waits for a decision."""
        async with self._store.writing() as db:
            cursor = await db.execute(
                "UPDATE doubtful_versions SET dismissed = 1 WHERE library = ? AND version_id = ? AND NOT dismissed",
                (library, version_id),
            )
            return cursor.rowcount > 0

    async def settle(self, library: str, origins: Collection[str]) -> None:
        """Forget what was kept aside of origins at which a good version was read."""
        async with self._store.writing() as db:
            await db.executemany(
                "DELETE FROM doubtful_versions WHERE library = ? AND origin = ?",
                [(library, origin) for origin in origins],
            )

"""The schema of `library.db`, as numbered migrations: append, never edit one that has shipped.

`vectors` is the ledger of everything that was ever sent to Chroma and not yet removed from it:
`pending` before its article is published, `live` while it is, `dead` until Chroma has let go of it.
Passage ids are never used again (AUTOINCREMENT): Chroma has lost vectors whose id came back. The
`database_id` is part of the collections' names, so that a new database beside an old Chroma folder
does not meet the old one's ids.

`origins` are the addresses and files that an article was found at. Its own origin (`articles.origin`)
is one of them and has no `credit`; every other carries the same text and says how it credits it.
`digest`, `etag` and `last_modified` are what tells that an origin has not changed since it was read.

`doubtful_versions` are texts that an origin shows now and that were not taken: one an origin, until a good one is read
there, an admin takes it, or (`dismissed`) wants to hear no more of it.

`articles.grounds` is JSON: where each part of the credit comes from, as `records.grounds_json` writes it.

What a search reads of a live version is its row in `entries`, made in the transaction that makes the version live.
`entries.number` is never used again; `title` and `tokens` are the numbers in `words` of the stems of title and text,
in reading order, `sentences` is (n, 5) int32: start, end, heading, credited attribution or -1, stems; `passages` (n,)
int32: the first sentence of each. `words` numbers the stems of each library, `postings` says which passages (kind 0)
and articles (kind 1) have them: blocks of `postings.PASSAGE` and `ARTICLE`, keyed `word_id << 32 | kind << 31 |
first article number`. An entry is put into the postings together with others (`merged`); until then it is read itself.
`words` counts what has a stem in the postings, `library_sizes` all entries. `publishers` and `source_keys` say by which
names, folded as in `language.source_keys`, an entry is found.

`articles.characters` and `passage_count` are counted when a version is published, and `text` is the last
column, so that a list of articles reads no text: SQLite walks through all of a row up to what is asked of it.
"""

MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    INSERT INTO meta VALUES ('database_id', lower(hex(randomblob(4)))), ('revision', '0');

    CREATE TABLE articles (
        article_id TEXT PRIMARY KEY,
        library TEXT NOT NULL,
        origin TEXT NOT NULL,
        text TEXT NOT NULL,
        text_sha256 TEXT NOT NULL,
        title TEXT,
        title_is_label INTEGER NOT NULL,
        publisher TEXT,
        byline TEXT,
        published_at TEXT,
        url TEXT,
        recipe TEXT NOT NULL,
        indexed_at TEXT NOT NULL,
        revision INTEGER NOT NULL,
        UNIQUE (library, origin)
    ) STRICT;

    CREATE INDEX articles_by_text ON articles (library, text_sha256);

    CREATE TABLE vectors (
        passage_id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'live', 'dead'))
    ) STRICT;

    CREATE INDEX vectors_by_state ON vectors (state, collection);

    CREATE TABLE passages (
        passage_id INTEGER PRIMARY KEY REFERENCES vectors,
        article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        first_sentence INTEGER NOT NULL,
        last_sentence INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        vector BLOB NOT NULL,
        sentence_vectors BLOB NOT NULL,
        word_vectors BLOB NOT NULL,
        sentence_words BLOB NOT NULL,
        guesses TEXT NOT NULL
    ) STRICT;

    CREATE INDEX passages_by_article ON passages (article_id, start);

    CREATE TABLE sentences (
        article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        paragraph INTEGER NOT NULL,
        heading INTEGER NOT NULL,
        PRIMARY KEY (article_id, ordinal)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE attributions (
        article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        cue_text TEXT NOT NULL,
        confidence REAL NOT NULL,
        shown INTEGER NOT NULL,
        spans TEXT NOT NULL,
        PRIMARY KEY (article_id, ordinal)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE articles ADD COLUMN language TEXT;

    CREATE TABLE feeds (
        feed_id INTEGER PRIMARY KEY AUTOINCREMENT,
        library TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT,
        announce_to TEXT,
        paused INTEGER NOT NULL DEFAULT 0,
        added_at TEXT NOT NULL,
        polled_at TEXT,
        next_poll_at TEXT NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        etag TEXT,
        last_modified TEXT,
        UNIQUE (library, url)
    ) STRICT;

    CREATE TABLE feed_entries (
        feed_id INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
        entry_id TEXT NOT NULL,
        stamp TEXT NOT NULL,
        failures INTEGER NOT NULL,
        seen_at TEXT NOT NULL,
        PRIMARY KEY (feed_id, entry_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE origins (
        library TEXT NOT NULL,
        origin TEXT NOT NULL,
        article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
        credit TEXT,
        feed_id INTEGER REFERENCES feeds ON DELETE SET NULL,
        digest TEXT,
        etag TEXT,
        last_modified TEXT,
        PRIMARY KEY (library, origin)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX origins_by_article ON origins (article_id);

    CREATE INDEX origins_by_feed ON origins (feed_id);

    INSERT INTO origins (library, origin, article_id) SELECT library, origin, article_id FROM articles;

    CREATE TABLE runs (
        run_id INTEGER PRIMARY KEY AUTOINCREMENT,
        library TEXT NOT NULL,
        what TEXT NOT NULL,
        state TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        report TEXT NOT NULL DEFAULT '{}'
    ) STRICT;

    CREATE INDEX runs_by_library ON runs (library, run_id);

    CREATE TABLE removed_articles (
        article_id TEXT PRIMARY KEY,
        library TEXT NOT NULL,
        text TEXT NOT NULL,
        text_sha256 TEXT NOT NULL,
        language TEXT,
        credit TEXT NOT NULL,
        origins TEXT NOT NULL,
        removed_at TEXT NOT NULL,
        stays_away INTEGER NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE articles ADD COLUMN characters INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE articles ADD COLUMN passage_count INTEGER NOT NULL DEFAULT 0;

    UPDATE articles SET characters = length(text),
        passage_count = (SELECT count(*) FROM passages WHERE passages.article_id = articles.article_id);
    """,
    """
    ALTER TABLE articles ADD COLUMN body TEXT NOT NULL DEFAULT '';

    UPDATE articles SET body = text;

    ALTER TABLE articles DROP COLUMN text;

    ALTER TABLE articles RENAME COLUMN body TO text;
    """,
    """
    CREATE TABLE doubtful_versions (
        version_id INTEGER PRIMARY KEY AUTOINCREMENT,
        library TEXT NOT NULL,
        origin TEXT NOT NULL,
        text_sha256 TEXT NOT NULL,
        language TEXT,
        credit TEXT NOT NULL,
        kept REAL NOT NULL,
        looks TEXT,
        seen_at TEXT NOT NULL,
        dismissed INTEGER NOT NULL DEFAULT 0,
        characters INTEGER NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (library, origin),
        FOREIGN KEY (library, origin) REFERENCES origins (library, origin) ON DELETE CASCADE ON UPDATE CASCADE
    ) STRICT;
    """,
    """
    ALTER TABLE articles ADD COLUMN excerpt INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE articles ADD COLUMN grounds TEXT NOT NULL DEFAULT '{}';

    ALTER TABLE articles ADD COLUMN body TEXT NOT NULL DEFAULT '';

    UPDATE articles SET body = text;

    ALTER TABLE articles DROP COLUMN text;

    ALTER TABLE articles RENAME COLUMN body TO text;
    """,
    """
    CREATE TABLE entries (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        article_id TEXT NOT NULL UNIQUE REFERENCES articles ON DELETE CASCADE,
        library TEXT NOT NULL,
        day TEXT,
        merged INTEGER NOT NULL DEFAULT 0,
        title BLOB NOT NULL,
        passages BLOB NOT NULL,
        sentences BLOB NOT NULL,
        tokens BLOB NOT NULL
    ) STRICT;

    CREATE INDEX entries_by_day ON entries (library, day);

    CREATE INDEX entries_unmerged ON entries (library) WHERE merged = 0;

    CREATE TABLE words (
        word_id INTEGER PRIMARY KEY,
        library TEXT NOT NULL,
        stem TEXT NOT NULL,
        passages INTEGER NOT NULL DEFAULT 0,
        articles INTEGER NOT NULL DEFAULT 0,
        titles INTEGER NOT NULL DEFAULT 0,
        UNIQUE (library, stem)
    ) STRICT;

    CREATE TABLE postings (key INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;

    CREATE TABLE library_sizes (
        library TEXT PRIMARY KEY,
        articles INTEGER NOT NULL,
        passages INTEGER NOT NULL,
        words INTEGER NOT NULL,
        passage_words INTEGER NOT NULL,
        title_words INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE publishers (
        library TEXT NOT NULL,
        name TEXT NOT NULL,
        number INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        key TEXT NOT NULL,
        PRIMARY KEY (library, name, number)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX publishers_by_key ON publishers (library, key, number);

    CREATE INDEX publishers_by_number ON publishers (number);

    CREATE TABLE source_keys (
        library TEXT NOT NULL,
        key TEXT NOT NULL,
        number INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        PRIMARY KEY (library, key, number, ordinal)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX source_keys_by_number ON source_keys (number);

    CREATE INDEX articles_by_revision ON articles (library, revision);
    """,
)

-- What each answer's buttons show, and what people thought of it. An exchange is a row of `turns`: what is kept
-- beside it goes with it.
CREATE TABLE answers (
    exchange_id INTEGER PRIMARY KEY REFERENCES turns (turn_id) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    shown INTEGER NOT NULL
);
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    exchange_id INTEGER NOT NULL REFERENCES turns (turn_id) ON DELETE CASCADE,
    guild_id INTEGER,
    channel_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    useful INTEGER NOT NULL,
    word TEXT,
    at TEXT NOT NULL
);
CREATE UNIQUE INDEX feedback_of_person ON feedback (exchange_id, user_id);
CREATE INDEX feedback_by_guild ON feedback (guild_id);

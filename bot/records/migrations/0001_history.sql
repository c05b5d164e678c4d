-- What was asked in each channel, with the quotes that answered, and the bot's own small memory.
CREATE TABLE turns (
    turn_id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER,
    channel_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    refusal TEXT,
    reason TEXT,
    quotes TEXT NOT NULL,
    message_ids TEXT NOT NULL,
    asked_at TEXT NOT NULL
);
CREATE INDEX turns_by_channel ON turns (channel_id, turn_id);
CREATE INDEX turns_by_guild ON turns (guild_id);
CREATE INDEX turns_by_age ON turns (asked_at);
CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

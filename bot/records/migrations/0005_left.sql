-- Servers that the bot is no longer in, and since when: what is kept of one goes after a time of grace.
CREATE TABLE left_guilds (
    guild_id INTEGER PRIMARY KEY,
    left_at TEXT NOT NULL
);

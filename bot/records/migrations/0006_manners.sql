-- Where, to whom and how a server wants answers, and who has been told of a permission that is missing.
ALTER TABLE guild_settings ADD COLUMN for_asker_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE guild_settings ADD COLUMN most_quotes INTEGER;
ALTER TABLE guild_settings ADD COLUMN in_thread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE guild_settings ADD COLUMN history_days INTEGER;
ALTER TABLE guild_settings ADD COLUMN time_zone TEXT;
CREATE TABLE guild_channels (
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    PRIMARY KEY (guild_id, channel_id)
) WITHOUT ROWID;
CREATE TABLE permission_notices (
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (channel_id, permission)
) WITHOUT ROWID;
CREATE INDEX permission_notices_by_guild ON permission_notices (guild_id);

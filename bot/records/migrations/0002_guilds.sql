-- What each server has set, and which server's library a person has picked for direct messages.
CREATE TABLE guild_settings (
    guild_id INTEGER PRIMARY KEY,
    admin_role_id INTEGER,
    direct_messages INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE direct_libraries (
    user_id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL
);
CREATE INDEX direct_libraries_by_guild ON direct_libraries (guild_id);

-- Which answers were for the one who asked alone: nobody else is shown such a question, nor goes on from it.
ALTER TABLE turns ADD COLUMN for_asker_only INTEGER NOT NULL DEFAULT 0;
UPDATE turns SET for_asker_only = 1
    WHERE guild_id IN (SELECT guild_id FROM guild_settings WHERE for_asker_only);

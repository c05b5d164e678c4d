-- Which question of its line of talk a question came after; a deleted one ends the line there.
ALTER TABLE turns ADD COLUMN follows INTEGER;
CREATE INDEX turns_by_person ON turns (channel_id, user_id, turn_id);

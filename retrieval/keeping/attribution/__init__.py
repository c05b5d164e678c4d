"""Who, inside a text, is credited with what: source, cue and content as character spans."""

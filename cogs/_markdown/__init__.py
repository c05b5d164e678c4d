"""Discord's Markdown: escaping, lengths, splitting; pure."""

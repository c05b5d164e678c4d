"""Owns Discord's Markdown: escaping and back, lengths as Discord counts, where a text may be split; pure."""

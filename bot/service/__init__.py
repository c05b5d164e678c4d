"""Owns the bot's life on Discord: its client, its start and end, its faults, and who sees which libraries."""

"""The bot on Discord: its client, its life, its policy."""

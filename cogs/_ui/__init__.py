"""Owns what every cog needs of Discord: admission, messages, buttons, pages, and holding back stale quotes."""

"""The `/library` commands, a family a file; `cogs/library.py` puts them together."""

"""Owns what people meet on Discord: a command family a file, over packages that all share; no retrieval logic."""

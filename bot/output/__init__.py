"""Owns what the command line prints: the documented JSON for scripts, and text for a terminal."""

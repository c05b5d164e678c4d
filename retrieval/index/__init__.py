"""Indexes on disk that can be made anew and give candidates."""

"""Finds the passages that answer a question and quotes them; knows nothing of Discord."""

"""Owns what a question means within a talk: whether it stands alone, and if not, what it is about."""

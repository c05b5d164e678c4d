"""Owns the page on which the real bot is tried without Discord, and the pictures taken of it."""

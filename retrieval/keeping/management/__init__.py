"""Keeping libraries: what admins add, remove, re-index, follow and take away as a file."""

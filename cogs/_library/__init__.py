"""Owns the `/library` commands, a family a file, and the guard that lets only admins in."""

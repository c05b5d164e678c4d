"""Owns the command line: what is typed, and the status that a command ends with; `app.py` lists the commands."""

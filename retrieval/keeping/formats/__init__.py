"""Bytes of any kind to a draft; runs in the sandbox, so it imports no numpy, no torch and no database."""

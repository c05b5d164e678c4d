"""`history.db`: what was asked in each channel, and each server's settings."""

"""Owns `history.db`: what was asked in each channel, and what each server and person has set."""

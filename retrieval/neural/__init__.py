"""Trained models, and the vectors of one pass."""

"""Measures, calibrates and trains who is credited with what."""

"""Measures what keeping a library costs and survives."""

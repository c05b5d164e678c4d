"""Measures on public data sets, and the fitting of what was fitted."""

"""Measures on public data sets; each module says where its data comes from."""

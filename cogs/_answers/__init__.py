"""Owns the answer message: what stands in it, its buttons, and what each of them shows."""

"""A question taken apart by its wording."""

"""A draft becomes a live article, or nothing happens."""

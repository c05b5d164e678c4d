"""Discord surfaces of Pullquote: one command family a file, no retrieval logic."""

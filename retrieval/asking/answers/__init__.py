"""From findings to quotes, side by side, or to a refusal."""

"""From a question to quotes or to a refusal; knows nothing of how articles come in."""

"""The values that flow, immutable, importing nothing of ours: articles, drafts, answers, libraries, lookups."""

"""From an article to live passages; knows nothing of questions."""

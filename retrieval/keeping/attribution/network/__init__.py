"""The trained tagger: its marks, its model, its weights, and what it guesses."""

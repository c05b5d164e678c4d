"""What is found by cue words and quotation marks, and what names mean whom."""

"""Which sentences of the best passages answer, and whether any does."""

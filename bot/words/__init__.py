"""The sentences that Discord and the terminal share."""

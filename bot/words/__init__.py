"""Owns the sentences that Discord, the terminal and the history share, pure and unescaped."""

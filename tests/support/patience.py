"""How long tests wait for what has no time of its own."""

PATIENCE_S = 240.0
"""Of SimCord for a bot with a real engine: CI's machines are slow at times, and a model runs on them."""

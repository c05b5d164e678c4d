"""Measures Pullquote on public data sets, through the classes that the bot uses; see docs/benchmarks.md."""

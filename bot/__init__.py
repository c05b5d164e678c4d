"""Composition root, settings, channel history and the command line of Pullquote."""

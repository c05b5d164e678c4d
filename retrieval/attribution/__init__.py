"""Finds, in an article's text, who is credited with what: source, cue and content as character spans."""

from retrieval.attribution.extraction import extract

__all__ = ["extract"]

"""Printed pages to paragraphs."""

"""Tells in which encoding bytes are text: what they say of themselves first, a guess only when it is sure."""

from __future__ import annotations

import charset_normalizer
from w3lib.encoding import html_to_unicode, http_content_type_encoding, read_bom

from retrieval.errors import ArticleError

GUESS_BYTES = 50_000
SURE = 0.5
"""Share of a known language's letters from which a guess is right in practice; wrong ones have near 0."""

MULTI_BYTE, MULTI_BYTE_CHAOS, MULTI_BYTE_BYTES = 0.3, 0.05, 40


def decode_text(data: bytes, name: str, content_type: str = "") -> str:
    """Decode a text: by byte order mark, as UTF-8, as its server says, or by a sure guess. Raises `ArticleError`."""
    encoding, bom = read_bom(data)
    if encoding is not None and bom is not None:
        return data[len(bom) :].decode(encoding, "replace")
    if b"\0" in data:
        raise ArticleError(f"{name} is not text but a binary file; give the article as UTF-8 text.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        encoding = http_content_type_encoding(content_type) or _guess(data)
        try:
            if encoding is not None:
                return data.decode(encoding)
        except UnicodeDecodeError:
            pass  # what the server says is not so
        raise ArticleError(
            f"{name} is not UTF-8 (byte {error.start} cannot be read); save it as UTF-8 and add it again."
        ) from error


def decode_page(data: bytes, content_type: str = "") -> str:
    """Decode an HTML page as browsers do: byte order mark, HTTP header, `<meta>`, and else a guess."""
    _, text = html_to_unicode(content_type, data, "cp1252", _page_guess)
    return text


def _page_guess(data: bytes) -> str | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)
    return "utf-8"


def _guess(data: bytes) -> str | None:
    matches = charset_normalizer.from_bytes(data[:GUESS_BYTES])
    best = matches.best()
    if best is None:
        return None
    # East Asian encodings have so strict a grammar that hardly anything else is well-formed in them.
    enough = sum(byte > 0x7F for byte in data[:GUESS_BYTES]) >= MULTI_BYTE_BYTES
    if enough and best.multi_byte_usage > MULTI_BYTE and best.chaos < MULTI_BYTE_CHAOS:
        return best.encoding
    if best.coherence < SURE:
        return None
    western = (match for match in matches if match.encoding == "cp1252" and match.coherence >= best.coherence)
    # Its sister encodings differ in a few letters only, and are far rarer.
    return "cp1252" if next(western, None) or "cp1252" in best.could_be_from_charset else best.encoding

"""Undoes HTTP's content encodings while they stream in, so that a bomb is stopped and not stored."""

from __future__ import annotations

import zlib

_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class UnknownEncodingError(ValueError):
    """An encoding that was not asked for."""


class Inflater:
    """Decodes one body. `identity`, `gzip` and `deflate` are known: only these are asked for."""

    def __init__(self, encoding: str) -> None:
        encoding = encoding.strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise UnknownEncodingError(encoding)
        self._compressed = encoding not in {"", "identity"}
        self._gzip = encoding.endswith("gzip")
        self._stream: zlib._Decompress | None = None
        self._begun = False

    def feed(self, data: bytes, limit: int) -> bytes:
        """Return what `data` decodes to, at most `limit` + 1 bytes of it. Raises `zlib.error`."""
        if not self._compressed:
            return data[: limit + 1]
        decoded = bytearray()
        while data and len(decoded) <= limit:
            if self._stream is None:
                if self._begun and not self._gzip:
                    break  # what follows a deflate stream is no part of the body
                self._stream = zlib.decompressobj(self._window(data))
                self._begun = True
            decoded += self._stream.decompress(data, limit + 1 - len(decoded))
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data.lstrip(b"\0")  # gzip may be padded, and have several members
                self._stream = None
        return bytes(decoded)

    @property
    def is_whole(self) -> bool:
        """Tell whether the body ended where its encoding says."""
        return self._stream is None

    def _window(self, data: bytes) -> int:
        if self._gzip:
            return _GZIP
        # "deflate" means a zlib stream, yet some servers send it bare.
        return _ZLIB if data[0] & 0x0F == zlib.DEFLATED else _RAW

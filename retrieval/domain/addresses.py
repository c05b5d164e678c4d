"""What counts as a web address: one notion for credits, files, exports and links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MAX_ADDRESS_CHARACTERS = 4_000
ADDRESS_PATTERN = r"[Hh][Tt][Tt][Pp][Ss]?://[^\s/]+\S*"
_ADDRESS = re.compile(ADDRESS_PATTERN)


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address of the web, of bearable length, without blanks, and with a host in it."""
    if len(text) > MAX_ADDRESS_CHARACTERS or _ADDRESS.fullmatch(text) is None:
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:  # such as http://[x
        return False

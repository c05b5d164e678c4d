"""What counts as a web address, and to whose site one belongs: one notion for credits, files, exports and links."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from tld import get_fld

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


@lru_cache(maxsize=10_000)
def site_of(url: str | None) -> str | None:
    """Return the registrable domain of an address ("bbc.co.uk"), of which one owner has all hosts; None of none.

    By the public suffix list as the package tld carries it, private suffixes such as github.io included; nothing is
    fetched. An IP address stands for itself.
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".") if url else ""
    except ValueError:  # such as http://[x
        return None
    if not host:
        return None
    domain = get_fld(f"http://{host}/", fail_silently=True, search_private=True)
    if domain or ":" in host or host.rpartition(".")[2].isdigit():
        return str(domain or host)
    return ".".join(host.split(".")[-2:])  # the list's rule for what it does not know

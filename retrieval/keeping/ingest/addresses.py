"""Which network addresses and which URLs may be fetched: those of the public internet and no others."""

from __future__ import annotations

from collections.abc import Container
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from yarl import URL

from retrieval.errors import ArticleError

Address = IPv4Address | IPv6Address

PORTS = frozenset({80, 443, 8080, 8443})
MAX_URL_LENGTH = 2_048

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_PUBLIC_V4 = tuple(
    IPv4Network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments; Python before 3.13 knows a part of it; Oracle's metadata is in it
        "192.88.99.0/24",  # relays of 6to4, which lead elsewhere
        "168.63.129.16/32",  # Azure's metadata, on an address that looks public
    )
)
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them, which carries an IPv4 address
        "2001:db8::/32",
        "2002::/16",  # 6to4, which carries an IPv4 address
        "3fff::/20",  # documentation; newer than Python 3.11
        "5f00::/16",
    )
)


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, whatever other address it carries."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        return (
            address.is_global
            and address in _GLOBAL_UNICAST
            and not any(address in network for network in _NOT_PUBLIC_V6)
        )
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _NOT_PUBLIC_V4)
    )


def checked_url(text: str, ports: Container[int] = PORTS) -> URL:
    """Return the URL that a person or a server gave, without its fragment. Raises `ArticleError`."""
    text = text.strip()
    if len(text) > MAX_URL_LENGTH:
        raise ArticleError(f"This address has more than {MAX_URL_LENGTH:,} characters; give a shorter one.")
    try:
        url = URL(text)
        port = url.port
    except ValueError:
        raise ArticleError(f"{text!r} is not a web address; give one like https://example.org/story.") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ArticleError(f"{text!r} is not a web address that starts with http:// or https://; give one that does.")
    if url.user is not None or url.password is not None:
        raise ArticleError("The address has a user name or password in it; give it without.")
    if port not in ports:
        raise ArticleError(f"The address names port {port}, which is not one of the web's; give it without the port.")
    return url.with_fragment(None)

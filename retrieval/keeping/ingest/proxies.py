"""The proxies that the operator's environment names: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY."""

from __future__ import annotations

from urllib.request import getproxies_environment, proxy_bypass

from yarl import URL

from retrieval.errors import FetchError

_OURS_ALONE = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")
"""Endings of names that no public site has."""


def proxy_for(url: URL) -> URL | None:
    """Return the proxy through which an address is reached, None for none. Raises `FetchError` for one of no use."""
    proxies = getproxies_environment()
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or proxy_bypass(f"{url.host}:{url.port}"):
        return None
    try:
        proxy = URL(named if "://" in named else f"http://{named}")
    except ValueError:
        proxy = URL()
    if proxy.scheme not in {"http", "https"} or not proxy.host:
        raise FetchError(
            f"The environment names a proxy for {url.scheme} that is not of the form http://host:port; correct it, or "
            f"name {url.host} in NO_PROXY."
        )
    return proxy


def is_public_name(host: str) -> bool:
    """Tell whether a name may be one of the public internet: behind a proxy nobody here sees its address."""
    name = host.rstrip(".").lower()
    return "." in name and not name.endswith(_OURS_ALONE)

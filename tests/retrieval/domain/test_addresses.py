"""Whose site an address belongs to, by the public suffix list and without asking the network."""

from __future__ import annotations

import socket

import pytest

from retrieval.domain.addresses import site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://News.BBC.co.uk./x", "bbc.co.uk"),
        ("https://one.github.io/a", "one.github.io"),
        ("http://127.0.0.1:8080/a", "127.0.0.1"),
        ("http://[::1]/a", "::1"),
        ("http://newsroom/a", "newsroom"),
        ("https://news.паб.example/a", "паб.example"),
        ("http://[x", None),
        ("upload:story.md", None),
        (None, None),
    ],
)
def test_the_registrable_domain_is_the_site(url, site):
    assert site_of(url) == site


def test_nothing_is_fetched_for_it(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    site_of.cache_clear()
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert site_of("https://a.never-seen-before.example.com.au/") == "example.com.au"

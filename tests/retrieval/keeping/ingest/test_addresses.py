"""Only addresses of the public internet are fetched, in whatever notation the others come."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ArticleError
from retrieval.keeping.ingest.addresses import checked_url, is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:80f::200e"])
def test_addresses_of_the_public_internet_are_allowed(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16", "100.100.100.200", "192.88.99.1",
        "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1", "fec0::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::1", "2001:0:4136:e378:8000::1",
        "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::7f00:1", "3fff::1", "5f00::1",
    ],
)  # fmt: skip
def test_all_other_addresses_are_forbidden(address):
    assert not is_public(ip_address(address))


def test_an_ipv4_address_of_the_public_internet_may_come_in_ipv6s_notation():
    assert is_public(IPv6Address("::ffff:93.184.215.14"))
    assert is_public(IPv6Address("64:ff9b::5db8:d70e"))


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_is_judged_alike_in_every_wrapping(number):
    plain = is_public(IPv4Address(number))
    assert is_public(IPv6Address((0xFFFF << 32) + number)) is plain
    assert is_public(IPv6Address(int(IPv6Address("64:ff9b::")) + number)) is plain
    assert not is_public(IPv6Address(number))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://example.org/a", "starts with http:// or https://"),
        ("file:///etc/passwd", "starts with http:// or https://"),
        ("javascript:alert(1)", "starts with http:// or https://"),
        ("example.org/a", "starts with http:// or https://"),
        ("https://", "starts with http:// or https://"),
        ("", "starts with http:// or https://"),
        ("http://[bad/", "is not a web address"),
        ("http://example.org:99999/", "is not a web address"),
        ("https://me:secret@example.org/", "user name or password"),
        ("https://me@example.org/", "user name or password"),
        ("http://example.org:22/", "port 22"),
        ("http://example.org:6379/", "port 6379"),
        ("https://example.org/" + "a" * 2_048, "more than 2,048 characters"),
    ],
)
def test_a_bad_address_gets_one_sentence(url, says):
    with pytest.raises(ArticleError) as caught:
        checked_url(url)
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_fragment_is_no_part_of_what_is_fetched():
    assert str(checked_url(" https://Example.org/a?b=c#d ")) == "https://example.org/a?b=c"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_gets_a_sentence(text):
    try:
        url = checked_url(text)
    except ArticleError:
        return
    assert url.scheme in {"http", "https"}
    assert url.host

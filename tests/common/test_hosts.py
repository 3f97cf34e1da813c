"""The host that an address names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.common.hosts import host_of


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (None, ""),
        ("", ""),
        ("  ", ""),
        ("https://example.org/a/b.html", "example.org"),
        ("HTTP://WWW.Example.ORG", "example.org"),
        (" https://example.org/ ", "example.org"),
        ("https://www2.example.org/", "www2.example.org"),
        ("https://example.org.:443/", "example.org"),
        ("https://user:secret@example.org:8080/?q=//other.example", "example.org"),
        ("//example.org/a", "example.org"),
        ("example.org", "example.org"),
        ("www.example.org/a", "example.org"),
        ("http://localhost/a", "localhost"),
        ("https://www.m\u00fcller.example/", "xn--mller-kva.example"),
        ("https://xn--mller-kva.example/", "xn--mller-kva.example"),
        ("http://192.0.2.1:80/", "192.0.2.1"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("file:///data/a.txt", ""),
        ("a/b.txt", ""),
        ("urn:isbn:0451450523", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_host_of_an_address(url: str | None, host: str):
    assert host_of(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "http://[",
        "http://[::1",
        "http://]/",
        "http://exa mple.org/",
        "http://example.org\u2100/",
        "http://.../",
        "https://\ud800.example/",
        "https://" + "\u00e4" * 300 + ".example/",
        "https://" + "\u00e4" * 70 + ".example/",
        "https://" + "a" * 300 + "/",
        "https://a\u200b\u3002\u3002b/",
        "http://<script>/",
        "\x00",
    ],
)
def test_an_address_that_names_no_host_has_none(url: str):
    assert host_of(url) == ""


def test_the_port_may_be_nonsense():
    assert host_of("http://example.org:999999999/") == host_of("http://example.org:x/") == "example.org"


@given(st.text() | st.text().map(lambda tail: f"https://{tail}") | st.text(alphabet=":/@[].%w-a1").map(lambda t: f"//{t}"))
def test_no_address_raises(url: str):
    host = host_of(url)
    assert host == host.lower()
    assert host.isascii()

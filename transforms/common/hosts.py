"""The host that a page's address names: what stands for its site."""

import re
from urllib.parse import urlsplit

_LONGEST = 253
"""Names of more characters are none in the domain name system."""
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.:-]*[a-z0-9_:])?")


def host_of(url: str | None) -> str:
    """The host of an address: lower-case ASCII, without ``www.``, port, user and last dot; ``""`` where there is none.

    An address without a scheme counts if its first part has a dot. It never raises, whatever the address is.

    >>> host_of("https://www.Example.org:8080/a?b"), host_of("news.example.org/a"), host_of("a/b.txt"), host_of(None)
    ('example.org', 'news.example.org', '', '')
    """
    if not url:
        return ""
    address = url.strip()
    bare = _SCHEME.match(address) is None
    try:
        host = (urlsplit(f"//{address}" if bare else address).hostname or "").removesuffix(".")
        if len(host) > _LONGEST:
            return ""
        if not host.isascii():
            host = host.encode("idna").decode("ascii").lower()
    except ValueError:  # of brackets that are no address, or of letters that no name may have
        return ""
    host = host.removeprefix("www.")
    return host if _HOST.fullmatch(host) and ("." in host or not bare) else ""

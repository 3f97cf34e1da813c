"""Ids made from content: a letter, then 80 bits of BLAKE2b in base 32, lower-case.

Eighty bits give one accidental clash in a billion articles a chance of about one in two million.
"""

import base64
import hashlib

_BYTES = 10
ID_LENGTH = 17
"""Characters of an id."""
_IN_ORDER = "234567abcdefghijklmnopqrstuvwxyz"
"""The characters of base 32 as texts are sorted."""
_LEADING = 4
"""Characters that tell in which part of all ids one lies: a million parts."""


def digest(*parts: bytes | str) -> str:
    """Sixteen base-32 characters that depend on every part and on where one part ends.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    state = hashlib.blake2b(digest_size=_BYTES)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return base64.b32encode(state.digest()).decode("ascii").lower()


def page_id(kind: str, key: str, payload: bytes) -> str:
    """Id of a page from its key, the kind of that (``id``, ``url`` or ``path``), and its bytes."""
    return "p" + digest(kind, key, payload)


def article_id(*normalised: str) -> str:
    """Id of a distinct article from its normalised text."""
    return "a" + digest(*normalised)


def event_id(founding_article_id: str) -> str:
    """Id of an event from its founding article."""
    return "e" + digest("event", founding_article_id)


def shard_of(key: str, shards: int) -> int:
    """The shard of a key, from 0: the same in every process, unlike ``hash``."""
    if shards == 1:  # as for most tables of most datasets
        return 0
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big") % shards


def range_of(an_id: str, ranges: int) -> int:
    """The range of an id, from 0, where all ids in their order are cut into so many ranges, of about as many ids each.

    >>> range_of("e2222222222222222", 16), range_of("ezzzzzzzzzzzzzzzz", 16)
    (0, 15)
    """
    place = 0
    for character in an_id[1 : 1 + _LEADING].ljust(_LEADING, _IN_ORDER[0]):
        place = place * len(_IN_ORDER) + _IN_ORDER.index(character)
    return place * ranges // len(_IN_ORDER) ** _LEADING

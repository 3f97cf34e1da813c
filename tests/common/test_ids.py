"""Ids: made from content, the same everywhere, and safe in any path."""

import re

from hypothesis import given
from hypothesis import strategies as st

from transforms.common import ids


def test_an_id_is_a_letter_and_sixteen_characters_of_base_32():
    for made in (ids.page_id("id", "key", b"bytes"), ids.article_id("text"), ids.event_id("a2345")):
        assert re.fullmatch(r"[pae][a-z2-7]{16}", made)


def test_ids_never_change():
    assert ids.page_id("path", "news.txt", b"hello") == "pcsgo34irhvrx2zq4"


def test_a_page_is_told_by_its_name_and_by_its_bytes():
    named = [("a", b"x"), ("b", b"x"), ("a", b"y"), ("ax", b"")]
    assert len({ids.page_id("path", key, payload) for key, payload in named}) == 4


def test_a_page_is_told_by_the_kind_of_its_name():
    assert len({ids.page_id(kind, "a", b"x") for kind in ("id", "url", "path")}) == 3


def test_a_lone_surrogate_has_a_digest():
    assert ids.digest("\ud800") != ids.digest("\ud801")


@given(st.text(), st.integers(1, 50))
def test_a_shard_lies_within_the_number_of_shards(key: str, shards: int):
    assert 0 <= ids.shard_of(key, shards) < shards


def test_shards_are_filled_evenly():
    counts = [0] * 10
    for n in range(10_000):
        counts[ids.shard_of(f"p{n}", 10)] += 1
    assert min(counts) > 900
    assert max(counts) < 1100

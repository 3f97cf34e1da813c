"""The sieve: it lets through what it holds, however it was gathered, and hardly anything else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import combine, dealt

from transforms.common import sieve
from transforms.common.sieve import MakeSieve, digest, digests

NUMBERS = st.lists(st.integers(0, 2**32 - 1), max_size=30)


@given(dealt(NUMBERS), st.lists(st.integers(0, 2**32 - 1), min_size=1))
def test_what_is_held_falls_through_and_nothing_else(bundles: list[list[int]], others: list[int]):
    held = sorted({number for bundle in bundles for number in bundle})
    made = combine(MakeSieve(), bundles)
    assert made.lets_through(np.array(held, dtype=np.uint32)).all()
    assert made.lets_through(np.array(others, dtype=np.uint32)).tolist() == [number in held for number in others]


@given(dealt(NUMBERS))
def test_a_sieve_of_very_many_is_a_bitmap_and_the_same_in_every_grouping(bundles: list[list[int]]):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "_LISTED", 3)
        patch.setattr(sieve, "_BITS", 1 << 10)
        made = combine(MakeSieve(), bundles)
        held = [number for bundle in bundles for number in bundle]
        assert made == combine(MakeSieve(), [sorted(held)])
        assert made.lets_through(np.array(held, dtype=np.uint32)).all()
        if made.bitmap:
            assert made.lets_through(np.arange(1 << 10, dtype=np.uint32)).sum() <= len(held)


def test_keys_are_known_by_their_digests():
    made = combine(MakeSieve(), [[digest("a"), digest("b")]])
    assert made.rows(["b", "c", "a"]).tolist() == [True, False, True]
    assert digests([]).tolist() == made.rows([]).tolist() == []

"""Values by key that travel in parts."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.common.hashing import mix, of_words
from transforms.common.id_set import IdSet, holds
from transforms.common.parts import addressed, by_sender, deal, gather, runs

KEYS = st.lists(st.integers(0, 2**64 - 1), max_size=12)


def name(n: int) -> str:
    return f"a{n:016}"


@given(KEYS, st.integers(1, 5))
def test_every_key_is_dealt_to_one_part_and_equal_ones_to_the_same(keys: list[int], parts: int):
    dealt = {part: places.tolist() for part, places in deal(np.array(keys, dtype=np.uint64), parts)}
    assert sorted(place for places in dealt.values() for place in places) == list(range(len(keys)))
    assert all(keys[place] % parts == part for part, places in dealt.items() for place in places)
    assert all(dealt.values())


@given(st.lists(KEYS, max_size=6), st.randoms())
def test_what_texts_send_is_gathered_and_answered_in_whatever_order_it_comes(sent: list[list[int]], rng: random.Random):
    values = [addressed(name(n), np.array(keys, dtype=np.uint64)) for n, keys in enumerate(sent)]
    rng.shuffle(values)
    part = gather(values, np.dtype("u8"))
    places = np.arange(len(part.rows))
    answers = {text_id: rows.tolist() for text_id, rows in by_sender(part, places, part.rows)}
    assert answers == {name(n): keys for n, keys in enumerate(sent) if keys}


@given(st.lists(st.integers(0, 3), max_size=12))
def test_runs_are_stretches_of_equal_keys(keys: list[int]):
    begins, sizes = runs(np.array(sorted(keys)))
    assert [(sorted(keys)[begin], size) for begin, size in zip(begins.tolist(), sizes.tolist(), strict=True)] == [
        (key, keys.count(key)) for key in sorted(set(keys))
    ]


@given(st.lists(st.text(max_size=4), unique=True, max_size=20))
def test_words_have_hashes_of_their_own(words: list[str]):
    assert len(set(of_words(words).tolist())) == len(words)
    assert of_words(words).tolist() == of_words(words).tolist()


def test_hashes_stay_what_they_are_in_every_process():
    assert of_words(["harbour"]).tolist() == [16295200358155746308]
    assert mix(of_words(["a"]), of_words(["b"])).tolist() != mix(of_words(["b"]), of_words(["a"])).tolist()


def test_mixed_hashes_are_spread_over_all_bits():
    mixed = mix(np.arange(4096))
    for bit in range(64):
        ones = np.count_nonzero(mixed >> np.uint64(bit) & np.uint64(1))
        assert 1800 < ones < 2300, bit


@given(st.sets(st.integers(0, 99)), st.integers(0, 99))
def test_a_packed_set_holds_what_was_added(ids: set[int], wanted: int):
    combiner = IdSet()
    halves = [combiner.create_accumulator(), combiner.create_accumulator()]
    for n in sorted(ids):
        combiner.add_input(halves[n % 2], name(n))
    packed = combiner.extract_output(combiner.merge_accumulators(halves))
    assert holds(packed, name(wanted)) == (wanted in ids)

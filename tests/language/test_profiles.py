"""langdetect's profiles as arrays: every n-gram is found, and has the shares that the library reckons."""

import numpy as np
from test_quick import library

from transforms.language.characters import codes_of
from transforms.language.profiles import load


def number(gram: str) -> int:
    """An n-gram as an integer: 21 bits a character, the last one lowest."""
    return sum(code << 21 * back for back, code in enumerate(reversed(codes_of(gram).tolist())))


def test_every_n_gram_has_the_library_s_shares():
    grams = library().word_lang_prob_map
    profiles = load()
    assert list(profiles.languages) == library().langlist
    places = profiles.known(np.array(list(map(number, grams)), np.uint64))
    assert len(set(places.tolist())) == len(grams)
    shares = list(grams.values())
    for begin in range(0, len(grams), 10_000):
        assert profiles.shares(places[begin : begin + 10_000]).tolist() == shares[begin : begin + 10_000]


def test_no_n_gram_has_a_space_in_its_middle():
    assert not [gram for gram in library().word_lang_prob_map if gram[:-1].endswith(" ") and len(gram) == 3]
    assert not {" ", "  "} & library().word_lang_prob_map.keys()


def test_what_no_language_has_is_unknown():
    assert load().known(np.array([number("日e日"), number("zqx"), number("  ")], np.uint64)).tolist() == []

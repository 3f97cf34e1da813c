"""The report's style sheet: what it says can be read, light and dark."""

import re
from itertools import product

import pytest
from support import ROOT

from schemas.segments import KINDS

STYLE = (ROOT / "pipelines/report/report.css").read_text("utf-8")
SCHEMES = {"light": STYLE.index(":root"), "dark": STYLE.index("dark)"), "print": STYLE.index("@media print")}
READABLE = 4.5
"""Contrast that the Web Content Accessibility Guidelines ask of text (1.4.3)."""


def colours(scheme: str) -> dict[str, str]:
    block = STYLE[SCHEMES[scheme] :].partition("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_texts_can_be_read_on_what_they_stand_on(scheme: str):
    known = colours(scheme)
    grounds = [f"k-{kind}" for kind in KINDS if kind != "blank"]
    pairs = [
        *product(("ink", "soft", "accent", "kept", "lost"), ("paper", "sheet")),
        *(("ink", ground) for ground in grounds),
    ]
    pairs += [("soft", "k-boilerplate"), ("soft", "k-related_link"), ("soft", "k-teaser")]
    faint = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in pairs}
    assert {pair: found for pair, found in faint.items() if found < READABLE} == {}


def test_all_schemes_name_the_same_colours():
    names = [set(colours(scheme)) for scheme in SCHEMES]
    assert names[0] == names[1] == names[2]

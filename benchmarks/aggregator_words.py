"""Sentences, headlines and furniture in many languages, filled from ``phrases.toml``, for made-up pages."""

import random
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import regex

_SLOT = regex.compile(r"\{(\w+)\}")
_LISTS = {"place": "places", "person": "people", "org": "orgs", "day": "days"}
_RANGES = {"k": (2, 23), "d": (10, 28), "y": (1951, 2019)}
_MANY = (15, 16, 17, 18, 19, 25, 30, 36, 47, 58, 60, 95)  # what they count has one form in Slavic languages and Arabic
_CAPITALS = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk")  # not Turkish, whose i Python raises wrongly


@cache
def _phrases() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def languages() -> list[str]:
    return [name for name, words in _phrases().items() if isinstance(words, dict)]


def weights() -> list[int]:
    """How often each language comes."""
    return [_phrases()[name]["weight"] for name in languages()]


def odd_outlets() -> list[str]:
    """Outlets whose names look like ages, headlines or nothing at all."""
    return list(_phrases()["odd_outlets"])


class Words:
    """Fills phrases of one language. ``used`` holds what is on the page already, in all its languages."""

    def __init__(self, rng: random.Random, language: str, used: set[str]):
        self.rng, self.language, self.used = rng, language, used
        self.phrases: dict[str, Any] = _phrases()[language]
        self.spaced: bool = self.phrases.get("spaced", True)
        self._decks: dict[str, list[str]] = {}

    def has(self, key: str) -> bool:
        return bool(self.phrases.get(key))

    def pick(self, key: str) -> Any:
        return self.rng.choice(self.phrases[key])

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _value(self, slot: str, outlet: str) -> str:
        if slot in ("n", "p"):
            hundreds = self.rng.choice((0, 0, 0, 100, 300)) if slot == "n" else 0
            return str(hundreds + self.rng.choice(_MANY))
        if slot in _RANGES:
            return str(self.rng.randint(*_RANGES[slot]))
        if slot == "outlet":
            return outlet
        if slot == "PLACE":
            return str(self.pick("places")).upper()
        return str(self.pick(_LISTS[slot]))

    def fill(self, template: str, outlet: str = "") -> str:
        """The template with its slots filled, each differently."""
        values: list[str] = []
        for slot in _SLOT.findall(template):
            value = self._value(slot, outlet)
            while value in values:
                value = self._value(slot, outlet)
            values.append(value)
        return _SLOT.sub(lambda _: values.pop(0), template)

    def line(self, key: str) -> str:
        return self.fill(self.pick(key))

    def block(self, key: str) -> list[str]:
        return [self.fill(line) for line in self.phrases[key]]

    def fresh(self, key: str, outlet: str = "") -> str:
        """A filled phrase, if possible one that is not on the page yet; the phrases come round before one comes again."""
        for _ in range(40):
            if not self._decks.get(key):
                self._decks[key] = self.rng.sample(self.phrases[key], len(self.phrases[key]))
            template = self._decks[key].pop()
            filled = self.fill(template, outlet)
            if not template.startswith("{outlet}"):
                filled = filled[0].upper() + filled[1:]
            if filled not in self.used:
                break
        self.used.add(filled)
        return filled

    def size(self, text: str) -> int:
        return len(text.split()) if self.spaced else len(text) // 2

    def paragraph(self, sentences: int, least: int = 8) -> str:
        """``sentences`` sentences, or more until there are ``least`` words and no paragraph of the page is like it."""
        parts = [self.fresh("sentences") for _ in range(sentences)]
        while self.size(text := self.join(parts)) < least or (len(parts) > 1 and text in self.used):
            parts.append(self.fresh("sentences"))
        self.used.add(text)
        return text

    def join(self, parts: Sequence[str]) -> str:
        return (" " if self.spaced else "").join(parts)

    def headline(self, traits: list[str]) -> str:
        title = self.fresh("headlines")
        if self.language in _CAPITALS and self.chance(0.05):
            title = title.upper()
            self.used.add(title)
            traits.append("headline in capitals")
        for trait, found in (
            ("headline asks", title.endswith(("?", "؟", "？"))),
            ("headline with colon", ":" in title or "：" in title),
            ("headline with digits", any(c.isdigit() for c in title)),
        ):
            if found:
                traits.append(trait)
        return title

"""What a wrong call is answered with: one sentence that shows what was given and, where one is near, what was meant."""

import argparse
import difflib
import os
from collections.abc import Iterable
from typing import NoReturn

from transforms.common.times import parse_iso

LARGEST = 10**9
"""No limit that a person means is larger; what is computed from one still fits an integer of 64 bits."""


class UsageError(Exception):
    """The call is wrong. The message is one sentence that says what to do."""


def did_you_mean(given: str, known: Iterable[str], otherwise: str = "see --help.") -> str:
    """The end of a sentence on a name that is not known: the nearest one that is, else what to do instead.

    >>> did_you_mean("evnets", ["events", "check"])
    'did you mean events?'
    """
    near = difflib.get_close_matches(given, list(known), n=1)
    return f"did you mean {near[0]}?" if near else otherwise


def near_file(path: str) -> str:
    """The end of a sentence on a file or folder that is not there: what stands beside it under a name that is near."""
    folder, name = os.path.split(path)
    try:
        beside = os.listdir(folder or ".")
    except OSError:
        return f"nor is there a folder {folder}."
    if name in beside:
        return "it is a link to what is not there."
    near = difflib.get_close_matches(name, beside, n=1)
    return f"did you mean {os.path.join(folder, near[0])}?" if near else "mend the path."


class Parser(argparse.ArgumentParser):
    """Raises ``UsageError`` in place of printing and leaving; suggests what was meant."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see --help.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            name = "/".join(action.option_strings) or action.metavar or action.dest
            otherwise = f"give one of {', '.join(known)}."
            raise UsageError(f"{name} is {value!r}; {did_you_mean(str(value), known, otherwise)}")

    def parse_args(self, arguments=None, namespace=None):  # type: ignore[no-untyped-def]
        given, unknown = self.parse_known_args(arguments, namespace)
        if unknown:
            word = unknown[0].partition("=")[0]
            if word.startswith("-") and word != "-":
                raise UsageError(f"There is no flag {word}; {did_you_mean(word, self._option_string_actions)}")
            raise UsageError(f"There is no place for {word!r}; see --help.")
        return given


def positive(text: str) -> int:
    """A whole number of at least one, for ``add_argument(type=...)``."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if not 0 < value <= LARGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {LARGEST:,}")
    return value


def moment(text: str) -> int:
    """A time in ISO 8601 as microseconds since 1970, for ``add_argument(type=...)``."""
    try:
        return parse_iso(text)[0]
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None

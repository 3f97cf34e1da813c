"""A set of ids that every worker may hold: 17 bytes an id, where Python's own takes 100."""

from collections.abc import Iterable

import apache_beam as beam
import numpy as np

from transforms.common.ids import ID_LENGTH


def holds(packed: bytes, wanted: str) -> bool:
    """Whether an id is among those that an ``IdSet`` packed.

    >>> holds(b"a" * 17 + b"b" * 17, "b" * 17), holds(b"", "b" * 17)
    (True, False)
    """
    known = np.frombuffer(packed, dtype=f"S{ID_LENGTH}")
    at = int(known.searchsorted(wanted.encode()))
    return at < len(known) and bool(known[at] == wanted.encode())


class IdSet(beam.CombineFn):
    """Combines ids to one string of bytes, sorted, in which ``holds`` finds them."""

    def create_accumulator(self) -> list[bytes]:
        return []

    def add_input(self, accumulator: list[bytes], element: str) -> list[bytes]:
        accumulator.append(element.encode())
        return accumulator

    def merge_accumulators(self, accumulators: Iterable[list[bytes]]) -> list[bytes]:
        return [known for accumulator in accumulators for known in accumulator]

    def extract_output(self, accumulator: list[bytes]) -> bytes:
        return b"".join(sorted(accumulator))

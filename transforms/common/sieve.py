"""A sieve: which of many old rows may have to do with something new, by the digests of what is new.

What falls through is looked at again; a digest of 32 bits lets a few more through than need be. So an append holds the
digests of its own pages, and never a list of all old ones. Where there are very many, the sieve is a bitmap of 8 MB, which
lets the more through the more it holds.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import apache_beam as beam
import numpy as np

_LISTED = 1 << 18
"""So many digests are held as they are, in a megabyte; of more, a bit each."""
_BITS = 1 << 26


def digest(key: str) -> int:
    return zlib.crc32(key.encode("utf-8", "surrogatepass"))


def digests(keys: Iterable[str]) -> np.ndarray:
    """The digests of many keys.

    >>> bool(digests(["a"])[0] == digest("a"))
    True
    """
    return np.fromiter(map(digest, keys), dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Sieve:
    """The digests, sorted, or the bitmap, as bytes."""

    listed: bytes
    bitmap: bytes

    def lets_through(self, found: np.ndarray) -> np.ndarray:
        """Which of these digests may be among those of the sieve."""
        if self.bitmap:
            bits = np.frombuffer(self.bitmap, dtype=np.uint8)
            at = found % _BITS
            return (bits[at >> 3] >> (at & 7).astype(np.uint8)) & 1 == 1
        listed = np.frombuffer(self.listed, dtype=np.uint32)
        if not len(listed):
            return np.zeros(len(found), dtype=bool)
        # It is asked for a few digests at a time; np.isin would sort the list anew each time.
        at = np.minimum(np.searchsorted(listed, found), len(listed) - 1)
        return listed[at] == found

    def rows(self, keys: Sequence[str]) -> np.ndarray:
        """Which of these keys may be among those of the sieve."""
        return self.lets_through(digests(keys))


Held = tuple[set[int], bytes]


class MakeSieve(beam.CombineFn):
    """Combines digests of 32 bits to a ``Sieve``."""

    def create_accumulator(self) -> Held:
        return set(), b""

    def add_input(self, accumulator: Held, element: int) -> Held:
        listed, bitmap = accumulator
        listed.add(element)
        return self._cut(listed, bitmap) if len(listed) > _LISTED else accumulator

    def merge_accumulators(self, accumulators: Iterable[Held]) -> Held:
        merged: Held = (set(), b"")
        for listed, bitmap in accumulators:
            both = merged[0] | listed
            bits = merged[1] or bitmap
            if merged[1] and bitmap:
                bits = np.bitwise_or(np.frombuffer(merged[1], np.uint8), np.frombuffer(bitmap, np.uint8)).tobytes()
            merged = self._cut(both, bits) if bits or len(both) > _LISTED else (both, bits)
        return merged

    def extract_output(self, accumulator: Held) -> Sieve:
        listed, bitmap = accumulator
        if bitmap:
            return Sieve(b"", self._cut(listed, bitmap)[1])
        return Sieve(np.array(sorted(listed), dtype=np.uint32).tobytes(), b"")

    def _cut(self, listed: set[int], bitmap: bytes) -> Held:
        bits = np.frombuffer(bitmap, np.uint8).copy() if bitmap else np.zeros(_BITS >> 3, dtype=np.uint8)
        at = np.fromiter(listed, dtype=np.uint32, count=len(listed)) % _BITS
        np.bitwise_or.at(bits, at >> 3, np.left_shift(np.uint8(1), (at & 7).astype(np.uint8)))
        return set(), bits.tobytes()

"""Dot products of sparse vectors: of all pairs, or of the pairs within blocks.

Weights have two bytes, so that products are multiples of 2^-48 and sums of them exact: no order of additions shows.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy import sparse

from transforms.common.parts import runs

Products = Callable[[np.ndarray], np.ndarray]
"""Gives what some pairs of rows have as products, where the entries of the rows have these values."""

_FEW_ROWS = 64
"""Rows up to which products are made of a dense matrix."""


class Rows:
    """Sparse vectors, one a row: the value, row, column, and place within its row of every entry."""

    def __init__(self, hashes: Sequence[bytes], weights: Sequence[bytes]):
        self.sizes = np.array([len(packed) // 4 for packed in hashes], dtype=np.int64)
        self.begins = np.cumsum(self.sizes) - self.sizes
        self.values = np.frombuffer(b"".join(weights), dtype=np.float16).astype(np.float64)
        self.rows = np.repeat(np.arange(len(self.sizes)), self.sizes)
        self.places = np.arange(len(self.rows)) - self.begins[self.rows]
        vocabulary, self.columns = np.unique(np.frombuffer(b"".join(hashes), dtype=np.uint32), return_inverse=True)
        self.width = len(vocabulary)

    def lengths(self, values: np.ndarray) -> np.ndarray:
        """The length of each row with these values; 1 for a row of nothing, which can be divided by."""
        lengths = np.sqrt(np.bincount(self.rows, weights=values**2, minlength=len(self.sizes)))
        return np.where(lengths > 0, lengths, 1.0)


def of_all(rows: Rows) -> Products:
    """The products of all pairs of rows, n x n. For few rows a dense matrix is quicker than making a sparse one."""
    shape = (len(rows.sizes), rows.width)

    def products(values: np.ndarray) -> np.ndarray:
        if shape[0] <= _FEW_ROWS:
            dense = np.zeros(shape)
            dense[rows.rows, rows.columns] = values
            return dense @ dense.T
        matrix = sparse.csr_matrix((values, (rows.rows, rows.columns)), shape=shape)
        return (matrix @ matrix.T).toarray()

    return products


class Blocks:
    """Pairs of rows that are in one block: each of those that ask with each of those that answer.

    Rows that are in several blocks are in several such pairs. All blocks are done in one product of two matrices, of
    which each column is one column of one block.

    Args:
      members: rows, those of one block beside each other.
      blocks: the block of each.
      asks: whether each is asked about.
      answers: whether each is one of those that the others of its block are compared with.

    Attributes:
      left: the asking row of each pair.
      right: the answering row of each pair.
    """

    def __init__(self, members: np.ndarray, blocks: np.ndarray, asks: np.ndarray, answers: np.ndarray):
        used = asks | answers
        self._members, self._asks, self._answers = members[used], asks[used], answers[used]
        begins, sizes = runs(blocks[used])
        self._block = np.repeat(np.arange(len(begins)), sizes)
        # Each asking row has a stretch of pairs, in the order of those that answer in its block.
        answering = np.bincount(self._block[self._answers], minlength=len(begins))
        own = self._block[self._asks]
        self._number = answering[own]
        first = (np.cumsum(answering) - answering)[own]
        self._shift = np.cumsum(self._number) - self._number - first
        self._stretch = np.repeat(np.arange(len(own)), self._number)
        self.left = self._members[self._asks][self._stretch]
        self.right = self._members[self._answers][np.arange(len(self._stretch)) - self._shift[self._stretch]]

    def of(self, rows: Rows) -> Products:
        """The products of the pairs, in the order of ``left`` and ``right``; of a row with itself, anything."""
        sizes = rows.sizes[self._members]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        entries = np.arange(len(owner)) + (rows.begins[self._members] - (np.cumsum(sizes) - sizes))[owner]
        keys = self._block[owner] * rows.width + rows.columns[entries]
        _, columns, uses = np.unique(keys, return_inverse=True, return_counts=True)
        # Most entries have no like in their block and make no product.
        shared = uses[columns] > 1
        owner, entries = owner[shared], entries[shared]
        columns = (np.cumsum(uses > 1) - 1)[columns[shared]]
        shape = (len(sizes), int((uses > 1).sum()))
        bounds = np.searchsorted(owner, np.arange(len(sizes) + 1))

        def products(values: np.ndarray) -> np.ndarray:
            matrix = sparse.csr_matrix((values[entries], columns, bounds), shape=shape)
            # The library makes no entry where a product is nothing.
            found = matrix[np.flatnonzero(self._asks)] @ matrix[np.flatnonzero(self._answers)].T
            of_pairs = np.zeros(len(self.left))
            of_pairs[np.repeat(self._shift, np.diff(found.indptr)) + found.indices] = found.data
            return of_pairs

        return products


def in_turn(
    blocks: np.ndarray, members: np.ndarray, asks: np.ndarray, answers: np.ndarray, costs: np.ndarray, at_once: int
) -> Iterator[Blocks]:
    """Blocks so many at a time that what their rows cost comes to ``at_once`` or little more.

    A large block is cut between rows that ask; those that answer are there each time.
    """
    begins, sizes = runs(blocks)
    block = np.repeat(np.arange(len(begins)), sizes)
    asking = np.flatnonzero(asks)
    spent = np.cumsum(costs[asking])
    at = 0
    while at < len(asking):
        end = max(int(np.searchsorted(spent, (spent[at - 1] if at else 0) + at_once, side="right")), at + 1)
        first, last = block[asking[at]], block[asking[end - 1]]
        some = slice(int(begins[first]), int(begins[last] + sizes[last]))
        now = np.zeros(some.stop - some.start, dtype=bool)
        now[asking[at:end] - some.start] = True
        yield Blocks(members[some], blocks[some], now, answers[some])
        at = end

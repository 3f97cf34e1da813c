"""How alike articles are: the cosine of their terms, of their names where they are in two languages; less for the days
between them."""

import math
import zlib
from collections.abc import Callable, Sequence
from copy import copy

import numpy as np
from scipy import sparse

from schemas.records import Described, Vector

MILLION = 1_000_000
"""Likeness as a whole number, where it is added up or sorted by: the same in every order of additions."""
_DAY = 86_400_000_000
_FREE_DAYS = 3.0
"""Reports of one event come out within so many days."""
_DAYS_COST = 0.05
"""Likeness that is lost with each unit of ln(1 + days) beyond the free days."""
_FEW_ROWS = 64
"""Rows up to which products are made of a dense matrix."""
_PAIRS_AT_ONCE = 1 << 14
"""Pairs whose products are made at a time, in some 30 MB."""
_MOST_OF_ALL = 8
"""Where one in so many pairs of some rows with some others is wanted, the product of both matrices is quicker than rows."""
_PATTERN, _PATTERN_COST = 0.4, 4.0
"""Likeness of words other than names and numbers beyond which texts may follow one pattern, and what they lose for
each unit beyond it if they have no name in common. Two reports of one event that share so much wording share names."""
_SOME_PARTICULARS = 3
"""Names and numbers that both have at least before these are held against them."""
_COMMON_NAMES = 2
"""Names and numbers that two articles in two languages have in common at least; of fewer they are alike by chance."""
_FOREIGN_COST = 0.13
"""What the names that two languages share have to be more alike than words: who stands for many events, and what
happened is not told by names."""


def pack(article: Described, blocks: bytes = b"") -> Vector:
    """What of an article travels to its blocks."""
    return Vector(
        article.article_id,
        article.published_at,
        article.language,
        _hashes(article.terms),
        np.array(article.weights, dtype=np.float16).tobytes(),
        article.particulars,
        _hashes(article.names),
        np.array(article.name_weights, dtype=np.float16).tobytes(),
        blocks,
    )


def _hashes(terms: Sequence[str]) -> bytes:
    return np.array([zlib.crc32(term.encode()) for term in terms], dtype=np.uint32).tobytes()


def of_vectors(articles: Sequence[Vector]) -> np.ndarray:
    """The likeness of all pairs of articles, n x n, between -1 and 1 but for the rounding of weights to two bytes."""
    places = np.arange(len(articles))
    return _likeness(articles, places[:, None], places[None, :], _Rows.products)


def of_articles(articles: Sequence[Described]) -> np.ndarray:
    """The likeness of all pairs of articles, n x n, as ``of_vectors`` gives it."""
    return of_vectors([pack(article) for article in articles])


def of_pairs(articles: Sequence[Vector], left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The likeness of some pairs of articles, which two arrays name by their places: the same as among all pairs."""
    # Few of a part's articles may be in these pairs; of the others no row is made.
    used, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    left, right = np.split(places, 2)
    return _likeness([articles[at] for at in used.tolist()], left, right, lambda rows: rows.products_of(left, right))


def _likeness(
    articles: Sequence[Vector], left: np.ndarray, right: np.ndarray, products: Callable[["_Rows"], np.ndarray]
) -> np.ndarray:
    terms = _Rows([article.terms for article in articles], [article.weights for article in articles])
    alike = products(terms) - _template_cost(articles, terms, left, right, products)
    languages = np.array([article.language or "" for article in articles])
    if (languages != languages[0]).any():
        known = languages != ""
        foreign = (languages[left] != languages[right]) & known[left] & known[right]
        names = _Rows([article.names for article in articles], [article.name_weights for article in articles])
        several = products(names.where(names.values > 0, np.ones_like(names.values))) >= _COMMON_NAMES
        alike = np.where(foreign, products(names) * several - _FOREIGN_COST, alike)
    # Rounded, so that no library's order of additions shows in a decision.
    return np.round(alike - _days_cost([article.published_at for article in articles], left, right), 6)


def _template_cost(
    articles: Sequence[Vector],
    terms: "_Rows",
    left: np.ndarray,
    right: np.ndarray,
    products: Callable[["_Rows"], np.ndarray],
) -> np.ndarray:
    """What texts of one pattern lose, such as two days' weather: their words are alike, their names and numbers are not."""
    particulars = np.array([article.particulars for article in articles])
    is_particular = terms.places < particulars[terms.rows]
    alike = products(terms.where(~is_particular).unit()) - _PATTERN
    some = particulars >= _SOME_PARTICULARS
    alike[~(some[left] & some[right])] = 0.0
    if not (alike > 0)[left != right].any():
        return np.zeros_like(alike)
    named = products(terms.where(is_particular).unit())
    return _PATTERN_COST * alike.clip(0) * (1.0 - named) ** 2


class _Rows:
    """Sparse vectors, one a row: the value, row, column, and place within its row of every entry."""

    def __init__(self, hashes: Sequence[bytes], weights: Sequence[bytes]):
        sizes = [len(packed) // 4 for packed in hashes]
        self.count = len(sizes)
        self.values = np.frombuffer(b"".join(weights), dtype=np.float16).astype(np.float64)
        self.rows = np.repeat(np.arange(self.count), sizes)
        self.places = np.arange(len(self.rows)) - np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
        vocabulary, self.columns = np.unique(np.frombuffer(b"".join(hashes), dtype=np.uint32), return_inverse=True)
        self.width = len(vocabulary)

    def where(self, chosen: np.ndarray, values: np.ndarray | None = None) -> "_Rows":
        """The same rows, of which only the chosen entries are left."""
        left = copy(self)
        left.values = np.where(chosen, self.values if values is None else values, 0.0)
        return left

    def unit(self) -> "_Rows":
        """The same rows, each of length one, or of nothing."""
        lengths = np.sqrt(np.bincount(self.rows, weights=self.values**2, minlength=self.count))
        scaled = copy(self)
        scaled.values = self.values / np.where(lengths > 0, lengths, 1.0)[self.rows]
        return scaled

    def products(self) -> np.ndarray:
        """The dot products of all pairs of rows. For few rows a dense matrix is quicker than making a sparse one."""
        if self.count <= _FEW_ROWS:
            dense = np.zeros((self.count, self.width))
            dense[self.rows, self.columns] = self.values
            return dense @ dense.T
        matrix = self._matrix()
        return (matrix @ matrix.T).toarray()

    def products_of(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """The dot products of some pairs of rows."""
        matrix = self._matrix()
        lefts, left_at = np.unique(left, return_inverse=True)
        rights, right_at = np.unique(right, return_inverse=True)
        if len(left) * _MOST_OF_ALL >= len(lefts) * len(rights):
            return (matrix[lefts] @ matrix[rights].T).toarray()[left_at, right_at]
        chunks = [slice(begin, begin + _PAIRS_AT_ONCE) for begin in range(0, len(left), _PAIRS_AT_ONCE)]
        sums = [matrix[left[some]].multiply(matrix[right[some]]).sum(axis=1) for some in chunks]
        return np.concatenate([np.zeros(0), *(np.asarray(each).ravel() for each in sums)])

    def _matrix(self) -> sparse.csr_matrix:
        return sparse.csr_matrix((self.values, (self.rows, self.columns)), shape=(self.count, self.width))


def are_near(published: Sequence[int | None]) -> np.ndarray:
    """Whether dates do not keep two articles apart, for all pairs, n x n; they do not where one has none."""
    places = np.arange(len(published))
    days = _days(published, places[:, None], places[None, :])
    return np.isnan(days) | (days <= _FREE_DAYS)


def _days_cost(published: Sequence[int | None], left: np.ndarray, right: np.ndarray) -> np.ndarray | float:
    if sum(moment is not None for moment in published) < 2:
        return 0.0
    days = _days(published, left, right)
    return np.where(np.isnan(days), 0.0, _DAYS_COST * np.log1p(np.maximum(0.0, days - _FREE_DAYS)))


def _days(published: Sequence[int | None], left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Days between the times of pairs; NaN where one is not known."""
    dates = np.array([math.nan if moment is None else moment / _DAY for moment in published])
    return np.abs(dates[left] - dates[right])

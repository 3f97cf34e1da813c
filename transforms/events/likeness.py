"""How alike articles are: the cosine of their terms, of their names where they are in two languages; less for the days
between them."""

import math
import zlib
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from schemas.records import Described, Vector
from transforms.events.products import Blocks, Products, Rows, of_all

MILLION = 1_000_000
"""Likeness as a whole number, where it is added up or sorted by: the same in every order of additions."""
_DAY = 86_400_000_000
_FREE_DAYS = 3.0
"""Reports of one event come out within so many days."""
_DAYS_COST = 0.05
"""Likeness that is lost with each unit of ln(1 + days) beyond the free days."""
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
    """A hash for each term. Of two terms that clash the second gets the next free one: a row has a column once."""
    found: dict[int, None] = {}
    for term in terms:
        code = zlib.crc32(term.encode())
        while code in found:
            code = (code + 1) & 0xFFFFFFFF
        found[code] = None
    return np.fromiter(found, dtype=np.uint32, count=len(found)).tobytes()


def of_vectors(articles: Sequence[Vector]) -> np.ndarray:
    """The likeness of all pairs of articles, n x n, between -1 and 1 but for the rounding of weights to two bytes."""
    places = np.arange(len(articles))
    return _Articles(articles).likeness(places[:, None], places[None, :], of_all)


def of_articles(articles: Sequence[Described]) -> np.ndarray:
    """The likeness of all pairs of articles, n x n, as ``of_vectors`` gives it."""
    return of_vectors([pack(article) for article in articles])


def of_blocks(articles: Sequence[Vector]) -> Callable[[Blocks], np.ndarray]:
    """Gives the likeness of pairs of these articles that are in one block: the same as among all pairs."""
    known = _Articles(articles)
    return lambda blocks: known.likeness(blocks.left, blocks.right, blocks.of)


class _Articles:
    """Articles, and what is asked of them for all their pairs."""

    def __init__(self, articles: Sequence[Vector]):
        self._terms = Rows([article.terms for article in articles], [article.weights for article in articles])
        self._articles = articles
        self._particulars = np.array([article.particulars for article in articles], dtype=np.int64)
        self._languages = np.unique([article.language or "" for article in articles], return_inverse=True)[1]
        self._speaks = np.array([bool(article.language) for article in articles])
        self._dates = [article.published_at for article in articles]

    def likeness(self, left: np.ndarray, right: np.ndarray, of: Callable[[Rows], Products]) -> np.ndarray:
        """The likeness of pairs, which two arrays name by their places; ``of`` gives their products."""
        products = of(self._terms)
        alike = products(self._terms.values) - self._template_cost(left, right, products)
        if self._languages.any():  # numbered from 0: they have not all the same
            foreign = (self._languages[left] != self._languages[right]) & self._speaks[left] & self._speaks[right]
            if foreign.any():
                alike = np.where(foreign, self._likeness_of_names(of), alike)
        # Rounded, so that no library's order of additions shows in a decision.
        return np.round(alike - _days_cost(self._dates, left, right), 6)

    def _likeness_of_names(self, of: Callable[[Rows], Products]) -> np.ndarray:
        names, products = self._names, of(self._names)
        several = products((names.values > 0).astype(np.float64)) >= _COMMON_NAMES
        return products(names.values) * several - _FOREIGN_COST

    @cached_property
    def _names(self) -> Rows:
        return Rows([article.names for article in self._articles], [article.name_weights for article in self._articles])

    @cached_property
    def _kinds(self) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """The weights of terms that are words, and of those that are names and numbers; and how long each makes a row."""
        terms = self._terms
        is_particular = terms.places < self._particulars[terms.rows]
        words, named = np.where(is_particular, 0.0, terms.values), np.where(is_particular, terms.values, 0.0)
        return (words, terms.lengths(words)), (named, terms.lengths(named))

    def _template_cost(self, left: np.ndarray, right: np.ndarray, products: Products) -> np.ndarray:
        """What texts of one pattern lose, such as two days' weather: their words are alike, their names and numbers not."""

        def cosines(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
            return products(values) / (lengths[left] * lengths[right])

        words, named = self._kinds
        some = self._particulars >= _SOME_PARTICULARS
        alike = np.where(some[left] & some[right], cosines(*words) - _PATTERN, 0.0)
        if not (alike > 0)[left != right].any():
            return np.zeros_like(alike)
        return _PATTERN_COST * alike.clip(0) * (1.0 - cosines(*named)) ** 2


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

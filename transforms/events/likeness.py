"""How alike articles are: the cosine of their terms, of their names where they are in two languages; less for the days
between them."""

import math
import zlib
from collections.abc import Sequence

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


def pack(article: Described) -> Vector:
    """What of an article travels to each of its blocks."""
    return Vector(
        article.article_id,
        article.published_at,
        article.language,
        _hashes(article.terms),
        np.array(article.weights, dtype=np.float16).tobytes(),
        article.particulars,
        _hashes(article.names),
        np.array(article.name_weights, dtype=np.float16).tobytes(),
    )


def _hashes(terms: Sequence[str]) -> bytes:
    return np.array([zlib.crc32(term.encode()) for term in terms], dtype=np.uint32).tobytes()


def of_vectors(articles: Sequence[Vector]) -> np.ndarray:
    """The likeness of all pairs of articles, n x n, between -1 and 1 but for the rounding of weights to two bytes."""
    terms = _matrix([article.terms for article in articles], [article.weights for article in articles])
    alike = (terms @ terms.T).toarray() - _template_cost(articles)
    languages = np.array([article.language or "" for article in articles])
    foreign = (languages[:, None] != languages[None, :]) & (languages != "")[:, None] & (languages != "")[None, :]
    if foreign.any():
        names = _matrix([article.names for article in articles], [article.name_weights for article in articles])
        common = (names > 0).astype(np.float64)
        several = (common @ common.T).toarray() >= _COMMON_NAMES
        alike = np.where(foreign, (names @ names.T).toarray() * several - _FOREIGN_COST, alike)
    days = _days([article.published_at for article in articles])
    cost = np.where(np.isnan(days), 0.0, _DAYS_COST * np.log1p(np.maximum(0.0, days - _FREE_DAYS)))
    # Rounded, so that no library's order of additions shows in a decision.
    return np.round(alike - cost, 6)


def _template_cost(articles: Sequence[Vector]) -> np.ndarray:
    """What texts of one pattern lose, such as two days' weather: their words are alike, their names and numbers are not."""
    words = _unit([a.terms[4 * a.particulars :] for a in articles], [a.weights[2 * a.particulars :] for a in articles])
    alike = (words @ words.T).toarray() - _PATTERN
    if not (np.triu(alike, k=1) > 0).any():
        return np.zeros_like(alike)
    named = _unit([a.terms[: 4 * a.particulars] for a in articles], [a.weights[: 2 * a.particulars] for a in articles])
    some = np.array([article.particulars >= _SOME_PARTICULARS for article in articles])
    cost = _PATTERN_COST * alike.clip(0) * (1.0 - (named @ named.T).toarray()) ** 2
    return cost * (some[:, None] & some[None, :])


def _unit(hashes: Sequence[bytes], weights: Sequence[bytes]) -> sparse.csr_matrix:
    """Packed vectors as rows of length one."""
    matrix = _matrix(hashes, weights)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags_array(1.0 / np.where(lengths > 0, lengths, 1.0)) @ matrix


def are_near(published: Sequence[int | None]) -> np.ndarray:
    """Whether dates do not keep two articles apart, for all pairs, n x n; they do not where one has none."""
    days = _days(published)
    return np.isnan(days) | (days <= _FREE_DAYS)


def _days(published: Sequence[int | None]) -> np.ndarray:
    """Days between all pairs of times; NaN where one is not known."""
    dates = np.array([math.nan if moment is None else moment / _DAY for moment in published])
    return np.abs(dates[:, None] - dates[None, :])


def of_articles(articles: Sequence[Described]) -> np.ndarray:
    """The likeness of all pairs of articles, n x n, as ``of_vectors`` gives it."""
    return of_vectors([pack(article) for article in articles])


def _matrix(hashes: Sequence[bytes], weights: Sequence[bytes]) -> sparse.csr_matrix:
    """Packed vectors as rows."""
    terms = [np.frombuffer(packed, dtype=np.uint32) for packed in hashes]
    values = np.concatenate([np.frombuffer(packed, dtype=np.float16).astype(np.float64) for packed in weights])
    vocabulary, columns = np.unique(np.concatenate(terms), return_inverse=True)
    pointers = np.cumsum([0, *map(len, terms)])
    return sparse.csr_matrix((values, columns, pointers), shape=(len(terms), len(vocabulary)))

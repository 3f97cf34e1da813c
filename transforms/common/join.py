"""A CoGroupByKey whose values travel as compact rows and are read as a stream.

Beam's own wraps each value in an untyped pair, so that it is pickled, and gathers a list for each input. Here
every value is encoded by the coder of its registered type, with one byte before it that names its input; the
group stays an iterable, which a runner may keep outside of memory.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

import apache_beam as beam
from apache_beam import coders
from apache_beam.typehints.decorators import no_annotations

L = TypeVar("L")
R = TypeVar("R")


@cache  # Beam takes longer to find a coder than the coder does with most values
def _coder(of: Any) -> Any:
    """What encodes values of a type."""
    return coders.registry.get_coder(of).get_impl()


class Group:
    """The values of one key, by input. Each access is one pass over the group."""

    def __init__(self, values: Iterable[bytes], types: list[Any]):
        self._values = values
        self._types = types

    def of(self, index: int) -> Iterator[Any]:
        """The values of one input, in no order."""
        decode = _coder(self._types[index]).decode
        for value in self._values:
            if value[0] == index:
                yield decode(value[1:])


def each_with(values: Iterable[bytes], left: type[L], right: type[R]) -> Iterator[tuple[L, R]]:
    """Each value of the left input with the one value that the right input has for the key.

    Raises:
      ValueError: if the right input has none, and the left one has some.
    """
    group = Group(values, [left, right])
    one = next(group.of(1), None)
    for each in group.of(0):
        if one is None:
            raise ValueError(f"no {right.__name__} for {left.__name__} {repr(each)[:200]}")
        yield each, one


class Tag(beam.DoFn):
    def __init__(self, index: int, of: Any):
        self._index = bytes([index])
        self._of = of

    def setup(self) -> None:
        self._encode = _coder(self._of).encode

    def process(self, element: tuple[str, Any]) -> Iterator[tuple[str, bytes]]:
        key, value = element
        yield key, self._index + self._encode(value)


class Join(beam.PTransform):
    """Groups collections of ``(str, T1)``, ``(str, T2)`` ... by key, to ``(str, Iterable[bytes])``.

    The next step wraps the values in a ``Group`` with the same types.
    """

    def __init__(self, *types: Any):
        super().__init__()
        self._types = types

    @no_annotations
    def expand(self, collections: tuple[beam.PCollection, ...]) -> beam.PCollection:
        tagged = [
            collection
            | f"Tag {index}"
            >> beam.ParDo(Tag(index, of)).with_input_types(tuple[str, Any]).with_output_types(tuple[str, bytes])
            for index, (collection, of) in enumerate(zip(collections, self._types, strict=True))
        ]
        return tagged | beam.Flatten() | beam.GroupByKey()

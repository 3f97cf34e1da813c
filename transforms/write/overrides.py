"""TellOverrides: what the steps noticed of the user's overrides, to a row for each line of the file.

All of it is as large as a person's file, so one worker makes the rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import apache_beam as beam
from apache_beam.pvalue import AsDict, AsIter
from apache_beam.typehints.decorators import no_annotations

from schemas.overrides import (
    APPLIED,
    KEEP,
    NEEDLESS,
    NOT_AN_ARTICLE,
    OUTCOMES,
    SEGMENT,
    UNMATCHED,
    WAITS,
    OverrideRow,
)
from schemas.records import Noticed, Override
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count

_NOT_MET = {
    SEGMENT: "This run read no page of this id; has the page's record changed?",
    NOT_AN_ARTICLE: "Nothing in this run has the name {names}.",
    KEEP: "Nothing in this run has the name {names}.",
}
"""What holds of a line that no step has said anything of."""


def _rank(said: Noticed) -> tuple[int, str, Sequence[str]]:
    return OUTCOMES.index(said.outcome), said.message or "", tuple(said.article_ids)


class FirstNoticed(beam.CombineFn):
    """Combines what was noticed of a line to what is told of it."""

    def create_accumulator(self) -> Noticed | None:
        return None

    def add_input(self, accumulator: Noticed | None, element: Noticed) -> Noticed:
        return element if accumulator is None else min(accumulator, element, key=_rank)

    def merge_accumulators(self, accumulators: Iterable[Noticed | None]) -> Noticed | None:
        return min(filter(None, accumulators), key=_rank, default=None)

    def extract_output(self, accumulator: Noticed | None) -> Noticed | None:
        return accumulator


def row(line: Override, said: Noticed | None, run: int) -> OverrideRow:
    """The row of a line."""
    if said is None:
        message = _NOT_MET.get(line.kind, _NOT_MET[KEEP]).format(names=", ".join(line.names[:3]))
        said = Noticed(line.line, UNMATCHED, message)
    return OverrideRow(
        line=line.line,
        override=line.kind,
        names=tuple(line.names),
        page_id=line.page_id,
        char_start=line.start,
        char_end=line.end,
        kind=line.segment_kind,
        article_index=line.article_index,
        why=line.why,
        outcome=said.outcome,
        message=said.message,
        article_ids=tuple(sorted(set(said.article_ids))),
        run=run,
    )


def _content(found: OverrideRow) -> tuple[object, ...]:
    """What a line says, wherever in its file it stands."""
    place = (found.page_id, found.char_start, found.char_end, found.kind, found.article_index)
    return found.override, tuple(found.names), place


def rows_of(
    lines: Iterable[Override], noticed: Mapping[int, Noticed], run: int, earlier: Iterable[OverrideRow] = ()
) -> Iterator[OverrideRow]:
    """The rows of all lines. What an earlier run has done, and this one had nothing to do about, stays done.

    Args:
      lines: of the file.
      noticed: what is told of them, where there is something.
      run: the number of this run.
      earlier: the rows of the dataset that is added to.
    """
    done = {_content(found): found for found in earlier if found.outcome in (APPLIED, NEEDLESS)}
    for line in lines:
        found = row(line, noticed.get(line.line), run)
        before = done.get(_content(found))
        if before is not None and found.outcome in (WAITS, UNMATCHED, NEEDLESS):
            found = replace(before, line=line.line, why=line.why)
        count("overrides", found.outcome)
        yield found


class TellOverrides(beam.PTransform):
    """What was noticed, by line, to the rows of ``overrides``.

    Args:
      lines: the overrides.
      run: the number of the run.
      earlier: the rows of the dataset that is added to, if there is one.
    """

    def __init__(self, lines: tuple[Override, ...], run: int = 1, earlier: beam.PCollection | None = None):
        super().__init__()
        self._lines, self._run, self._earlier = lines, run, earlier

    @no_annotations
    def expand(self, noticed: beam.PCollection) -> beam.PCollection:
        told = AsDict(noticed | "First of line" >> beam.CombinePerKey(FirstNoticed()))
        before = [] if self._earlier is None else [AsIter(self._earlier)]
        return (
            noticed.pipeline
            | "Once" >> beam.Create([self._lines])
            | "Rows of lines" >> beam.FlatMap(rows_of, told, self._run, *before).with_output_types(OverrideRow)
        )

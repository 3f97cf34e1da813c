"""The ``furniture`` table: the lines that were left out because they recur on their site."""

from dataclasses import dataclass

import pyarrow as pa

from schemas.table import Table, column


@dataclass(frozen=True, slots=True)
class Furniture:
    site: str = column(
        pa.string(),
        "Host of the pages' addresses without www.; else 'layout' and the name of their layout; else an empty string, "
        "for all other pages of the input.",
    )
    line: str = column(pa.string(), "The line as it is printed, runs of spaces made one.")
    surroundings: int = column(
        pa.int32(),
        "Distinct paragraphs next above the line or next below it, whichever are fewer, on pages of the site; exact "
        "below 16, an estimate from there on. Case and runs of spaces do not count.",
    )
    needed: int = column(pa.int32(), "Surroundings by which such a line is furniture on a site of that many pages.")
    pages_of_site: int = column(pa.int64(), "Records of the site that were read, copies of one record among them.")


FURNITURE = Table(
    "furniture",
    Furniture,
    "One row per line that was left out of articles because it stands in many surroundings on its site; "
    "segments.recurs says where.",
    sort_by=("site", "line"),
)

"""Reading: from globs to records, each a page's bytes with what the input says of it.

``files`` opens and decompresses within limits, ``formats`` cuts files into records by their ending, with ``archive``
for web archives and ``parquet_rows`` for Parquet. ``html`` and ``markup`` read pages of HTML, ``record`` makes the
records, ``transform`` wires them.
"""

from transforms.read.transform import ReadPages

__all__ = ["ReadPages"]

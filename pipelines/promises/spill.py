"""Records of several tables that have to meet by a key, in parts on disk, so that only one part is held at a time."""

import json
import os
from collections import defaultdict
from typing import Any

from transforms.common.ids import shard_of

PART_ROWS = 250_000
"""Records of one kind in a part, about: at some 600 bytes each as Python holds them, 150 MB."""
_BUFFERED = 2_000
"""Records of a part that wait to be written together."""


class Meetings:
    """Records by kind and key. All records of a key are in the same part.

    Where one part is enough, nothing is written.

    Args:
      folder: where the parts are written.
      rows: the most records of any kind.
    """

    def __init__(self, folder: str, rows: int):
        self.parts = max(1, -(-rows // PART_ROWS))
        self._folder = folder
        self._waiting: dict[tuple[str, int], list[Any]] = defaultdict(list)

    def add(self, kind: str, key: str, record: Any) -> None:
        """Puts a record of plain values aside."""
        part = shard_of(key, self.parts) if self.parts > 1 else 0
        waiting = self._waiting[kind, part]
        waiting.append((key, record))
        if self.parts > 1 and len(waiting) >= _BUFFERED:
            with open(self._path(kind, part), "a", encoding="utf-8") as file:
                file.writelines(json.dumps(pair) + "\n" for pair in waiting)
            waiting.clear()

    def of(self, kind: str, part: int) -> dict[str, list[Any]]:
        """The records of a kind in a part, by key."""
        found: dict[str, list[Any]] = defaultdict(list)
        path = self._path(kind, part)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    key, record = json.loads(line)
                    found[key].append(record)
        for key, record in self._waiting[kind, part]:
            found[key].append(record)
        return found

    def _path(self, kind: str, part: int) -> str:
        return os.path.join(self._folder, f"{kind}-{part:05}.jsonl")

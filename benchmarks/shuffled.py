"""Runs the main job and writes down what crossed each shuffle: ``python -m benchmarks.shuffled FIGURES.json FLAG…``.

Beam's in-process engine gathers what goes into a group by key in one buffer for each, and what a side input holds in
another. Here both are counted as they are filled, in the bytes in which elements travel to a worker, with their window and
time, which other engines send as well. What combines before a shuffle is counted behind that, as it crosses.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from apache_beam.coders.coder_impl import create_InputStream
from apache_beam.runners.portability.fn_api_runner import execution

from pipelines.news_events import main

_groups: dict[str, "CountedGroups"] = {}
_sides: dict[str, int] = {}


class CountedGroups(execution.GroupingBuffer):
    """The buffer of a group by key, with the bytes of every key."""

    def __init__(self, pre_grouped_coder: Any, *more: Any):
        super().__init__(pre_grouped_coder, *more)
        self._coder = pre_grouped_coder.get_impl()
        self.elements = 0
        self.bytes_of: Counter[bytes] = Counter()

    def append(self, elements_data: bytes) -> None:
        stream = create_InputStream(elements_data)
        key_coder = self._key_coder.get_impl()
        while left := stream.size():
            key, _ = self._coder.decode_from_stream(stream, True).value
            self.bytes_of[key_coder.encode(key)] += left - stream.size()
            self.elements += 1
        super().append(elements_data)


def _maker(components: Any, collection: str) -> str:
    """The name of the step that makes a collection."""
    made_by = [each.unique_name for each in components.transforms.values() if collection in each.outputs.values()]
    return min(made_by, key=len, default=collection)


def _watch() -> None:
    """Puts the counting in place. It leans on the engine's own names, which may change with its version."""
    execution.GroupingBuffer = CountedGroups
    get_buffer = execution.BundleContextManager.get_buffer
    commit = execution.FnApiRunnerExecutionContext.commit_side_inputs_to_state

    def counted_buffer(self: Any, buffer_id: bytes, transform_id: str) -> Any:
        buffer = get_buffer(self, buffer_id, transform_id)
        kind, name = execution.split_buffer_id(buffer_id)
        if kind == "group":
            _groups[self.execution_context.pipeline_components.transforms[name].unique_name] = buffer
        return buffer

    def counted_side(self: Any, inputs: Any) -> None:
        for buffer_id, _ in inputs.values():
            _, collection = execution.split_buffer_id(buffer_id)
            name = _maker(self.pipeline_components, collection)
            _sides[name] = sum(map(len, self.pcoll_buffers.get(buffer_id, ())))
        commit(self, inputs)

    execution.BundleContextManager.get_buffer = counted_buffer
    execution.FnApiRunnerExecutionContext.commit_side_inputs_to_state = counted_side


def _figures() -> dict[str, Any]:
    return {
        "groups": {
            name: {
                "bytes": sum(buffer.bytes_of.values()),
                "elements": buffer.elements,
                "keys": len(buffer.bytes_of),
                "largest": max(buffer.bytes_of.values(), default=0),
            }
            for name, buffer in _groups.items()
        },
        "sides": _sides,
    }


if __name__ == "__main__":
    _watch()
    status = main(sys.argv[2:])
    Path(sys.argv[1]).write_text(json.dumps(_figures()), "utf-8")
    sys.stdout.flush()
    os._exit(status)

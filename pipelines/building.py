"""What makes building a pipeline of some hundred transforms, and starting its stages, cheap.

Beam asks two questions over and over whose answers do not change: what options there are, for which it makes a parser of
arguments each time, and which parameters the methods of a DoFn have. Together they were a third of the start.
"""

import functools
import types
from typing import Any, TypeVar

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms import DoFn, userstate

Options = TypeVar("Options", bound=PipelineOptions)


class KeptViews(PipelineOptions):
    """Beam's options, which make a view of each kind once. All views share their values, as they do in Beam."""

    def view_as(self, cls: type[Options]) -> Options:
        views: dict[type[PipelineOptions], Any] = self.__dict__.setdefault("_views", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        found: Options = views[cls]
        return found


def ask_once() -> None:
    """Has Beam look for state and timers in the methods of a DoFn's class once, not eight times for each DoFn."""
    asked = userstate.get_dofn_specs
    if hasattr(asked, "__wrapped__"):
        return
    answers: dict[Any, Any] = {}

    @functools.wraps(asked)
    def ask(dofn: DoFn) -> Any:
        # What differs between DoFns of one class is the function that is called, of those that wrap one.
        called = getattr(dofn, "process", None)
        key = type(dofn), called.__func__ if isinstance(called, types.MethodType) else None
        if key not in answers:
            answers[key] = asked(dofn)
        return answers[key]

    userstate.get_dofn_specs = ask

"""What Beam is asked once it would answer again in the same way."""

import copy
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.coders import VarIntCoder
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions
from apache_beam.transforms import userstate

from pipelines.building import KeptViews, ask_once

FLAGS = ["--direct_num_workers", "3"]


def test_views_share_their_values_and_are_made_once():
    options = KeptViews(FLAGS)
    view = options.view_as(DirectOptions)
    assert options.view_as(DirectOptions) is view
    assert view.direct_num_workers == 3
    view.direct_num_workers = 5
    assert view.view_as(DirectOptions).direct_num_workers == 5
    assert options.get_all_options()["direct_num_workers"] == 5


def test_a_copy_of_options_is_one_of_its_own():
    options = KeptViews(FLAGS)
    options.view_as(StandardOptions).runner = "one"
    other = copy.deepcopy(options)
    other.view_as(StandardOptions).runner = "other"
    assert options.view_as(StandardOptions).runner == "one"
    assert other.get_all_options()["runner"] == "other"


def test_all_options_are_those_of_beam():
    assert KeptViews(FLAGS).get_all_options() == PipelineOptions(FLAGS).get_all_options()


@pytest.fixture
def _asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    original = getattr(userstate.get_dofn_specs, "__wrapped__", userstate.get_dofn_specs)
    monkeypatch.setattr(userstate, "get_dofn_specs", original)
    ask_once()
    ask_once()


_SEEN = beam.DoFn.StateParam(userstate.BagStateSpec("seen", VarIntCoder()))


class Plain(beam.DoFn):
    def process(self, element: int) -> Iterator[int]:
        yield element


class Stateful(beam.DoFn):
    def process(self, element: tuple[str, int], seen: Any = _SEEN) -> None:
        seen.add(element[1])

    def call(self, element: tuple[str, int], seen: Any = _SEEN) -> None:
        seen.add(element[1])

    def other(self, element: tuple[str, int]) -> None: ...


@pytest.mark.usefixtures("_asked_once")
def test_state_is_found_in_the_class_that_has_it():
    for _ in range(2):
        assert not userstate.is_stateful_dofn(Plain())
        assert userstate.is_stateful_dofn(Stateful())
        assert userstate.is_stateful_dofn(beam.ParDo(Stateful().call).fn)
        assert not userstate.is_stateful_dofn(beam.ParDo(Stateful().other).fn)
        assert not userstate.is_stateful_dofn(beam.Map(str).fn)


@pytest.mark.usefixtures("_asked_once")
def test_methods_are_looked_at_once_for_a_class(monkeypatch: pytest.MonkeyPatch):
    userstate.is_stateful_dofn(Plain())
    monkeypatch.setattr(beam.DoFn, "get_function_arguments", None)
    assert userstate.get_dofn_specs(Plain()) == (set(), set())

"""The join of several collections by key, and the coders of what it carries."""

import pickle

import apache_beam as beam
import pytest
from apache_beam import coders as beam_coders
from apache_beam.testing.util import assert_that, equal_to
from support import make_verdict

from schemas.records import Given, InEvent, Place
from transforms.common.coders import REGISTERED, RecordCoder
from transforms.common.join import Group, Join, Tag, each_with


def encoded(index: int, of: type, *values: object) -> list[bytes]:
    tag = Tag(index, of)
    tag.setup()
    return [data for value in values for _, data in tag.process(("key", value))]


def test_a_group_gives_the_values_of_each_input():
    event = InEvent("a1", "e1", 2)
    values = [*encoded(0, InEvent, event), *encoded(1, str, "x", "y"), *encoded(2, bytes, b"")]
    group = Group(values, [InEvent, str, bytes])
    assert list(group.of(0)) == [event]
    assert list(group.of(1)) == ["x", "y"]
    assert list(group.of(2)) == [b""]


def test_a_group_can_be_read_again():
    group = Group(encoded(0, str, "x"), [str])
    assert list(group.of(0)) == list(group.of(0)) == ["x"]


def test_each_value_comes_with_the_one_of_the_other_input_or_not_at_all_in_silence():
    numbers, one = encoded(0, int, 3, 4), encoded(1, str, "x")
    assert list(each_with([numbers[0], *one, numbers[1]], int, str)) == [(3, "x"), (4, "x")]
    assert list(each_with(one, int, str)) == []
    with pytest.raises(ValueError, match="no str for int 3"):
        list(each_with(numbers, int, str))


def test_collections_are_joined_by_key():
    places = [("t1", Place("t1", "p1", 0, "0")), ("t1", Place("t1", "p2", 1, "0")), ("t3", Place("t3", "p3", 0, "0"))]

    def read(element):
        key, values = element
        group = Group(values, [Place, str])
        return key, sorted(place.page_id for place in group.of(0)), sorted(group.of(1))

    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        left = pipeline | "Left" >> beam.Create(places).with_output_types(tuple[str, Place])
        right = pipeline | "Right" >> beam.Create([("t1", "x"), ("t2", "y")]).with_output_types(tuple[str, str])
        joined = (left, right) | Join(Place, str) | beam.Map(read)
        assert_that(joined, equal_to([("t1", ["p1", "p2"], ["x"]), ("t2", [], ["y"]), ("t3", ["p3"], [])]))


@pytest.mark.parametrize("of", REGISTERED, ids=lambda of: of.__name__)
def test_every_record_that_crosses_a_shuffle_travels_as_a_row_and_not_as_a_pickle(of: type):
    coder = beam_coders.registry.get_coder(of)
    assert isinstance(coder, RecordCoder)
    assert coder.is_deterministic()


def test_a_coder_that_was_sent_to_a_worker_gives_the_same_bytes():
    coder = beam_coders.registry.get_coder(InEvent)
    sent = pickle.loads(pickle.dumps(coder))
    assert sent.encode(InEvent("a1", "e1", 2)) == coder.encode(InEvent("a1", "e1", 2))
    assert sent.decode(coder.encode(InEvent("a1", "e1", 2))) == InEvent("a1", "e1", 2)


@pytest.mark.parametrize(
    "value",
    [
        Given(url="u", fetched_at=-1, title="日本", published_at=1, published_precision="day"),
        Given(),
        make_verdict(similarity=0.5, kept_article_index=3),
    ],
)
def test_a_record_survives_its_coder(value: object):
    coder = beam_coders.registry.get_coder(type(value))
    assert coder.decode(coder.encode(value)) == value

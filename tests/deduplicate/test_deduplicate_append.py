"""New copies of earlier articles: the parts that need no pipeline."""

import numpy as np

from schemas.index import IndexedText
from schemas.records import Likeness
from transforms.common.forest import Edge, spanning_forest
from transforms.common.ids import ID_LENGTH
from transforms.common.parts import addressed
from transforms.deduplicate.append import TakeEarlierApart, anchors, earlier_leaders
from transforms.deduplicate.paths import as_edge


def earlier(text_id: str, article_id: str) -> IndexedText:
    return IndexedText(text_id, article_id, "p1", 0, 1.0, 1.0, None, b"")


def groups(edges: list[Edge]) -> dict[str, str]:
    found = TakeEarlierApart().process(spanning_forest(edges))
    return dict(output.value for output in found if getattr(output, "tag", "") == TakeEarlierApart.MEMBERS)


def like(left: str, right: str, jaccard: float) -> Edge:
    return as_edge(Likeness(*sorted((left, right)), jaccard, 1.0, True))


OLD = [edge for text in (earlier("a1", "a1"), earlier("a2", "a2"), earlier("a3", "a2")) for edge in anchors(text)]


def test_a_text_near_two_articles_is_of_the_more_alike_one():
    found = groups([*OLD, like("an", "a1", 0.6), like("an", "a3", 0.7)])
    assert found["an"] == found["a2"] == found["a3"] == "@a2"
    assert found["a1"] == "@a1"


def test_two_articles_are_not_joined_by_a_chain_of_new_texts():
    found = groups([*OLD, like("am", "a1", 0.6), like("am", "an", 0.9), like("an", "a2", 0.8)])
    assert (found["am"], found["an"], found["a1"]) == ("@a2", "@a2", "@a1")


def test_new_texts_that_are_near_no_earlier_one_are_a_group_of_their_own():
    assert groups([*OLD, like("am", "an", 0.9)])["an"] == "am"


def sent(*texts: tuple[str, list[int]]) -> list[bytes]:
    """What texts of these band keys send to one part."""
    return [addressed(text_id.ljust(ID_LENGTH), np.array(keys, dtype=np.uint32)) for text_id, keys in texts]


def led(new: list[bytes], earlier: list[bytes]) -> dict[str, list[tuple[str, int]]]:
    found = earlier_leaders(new, earlier)
    return {text.rstrip(): [(leader.rstrip(), number) for leader, number in leaders] for text, leaders in found}


def test_in_a_bucket_a_new_text_is_paired_with_the_first_and_the_last_earlier_one():
    found = led(sent(("am", [7]), ("an", [7, 8])), sent(("a2", [7]), ("a9", [7]), ("a1", [7, 8, 9])))
    assert found == {"am": [("a1", 1), ("a9", 1)], "an": [("a1", 2), ("a9", 1)]}


def test_a_new_text_that_shares_no_bucket_with_an_earlier_one_is_paired_with_none():
    assert led(sent(("am", [7]), ("an", [7])), []) == {}
    assert led(sent(("am", [7])), sent(("a1", [6, 8]))) == {}
    assert led([], sent(("a1", [7]))) == {}

"""Earlier events and new articles, in clusters of both."""

from support import make_described

from transforms.events.reconcile import reconcile


def keyed(**clusters: str) -> list[tuple[str, object]]:
    """Articles, given as the letters of their ids, by the key of their cluster."""
    return [(key.replace("_", ":"), make_described(letter, "t")) for key, letters in clusters.items() for letter in letters]


def test_a_new_article_is_of_the_event_that_its_cluster_holds_most_of():
    assert reconcile(keyed(one="abx", two="cy"), {"a": "e1", "b": "e1", "c": "e1"}) == (
        {"e1": "event:e1"},
        {"x": "event:e1", "y": "two"},
    )


def test_an_event_goes_as_a_whole_whatever_its_articles_are_like_now():
    events, _ = reconcile(keyed(one="ab", two="c"), dict.fromkeys("abc", "e1"))
    assert events == {"e1": "event:e1"}


def test_two_events_become_one_where_a_new_article_is_between_them():
    assert reconcile(keyed(one="abx"), {"a": "e2", "b": "e1"}) == (
        {"e1": "event:e1", "e2": "event:e1"},
        {"x": "event:e1"},
    )


def test_they_stay_two_where_none_is():
    assert reconcile(keyed(one="ab", two="x"), {"a": "e2", "b": "e1"}) == (
        {"e1": "event:e1", "e2": "event:e2"},
        {"x": "two"},
    )


def test_events_of_one_label_are_one():
    events, new = reconcile(keyed(label_june="ab"), {"a": "e2", "b": "e1"})
    assert (events, new) == ({"e1": "label:june", "e2": "label:june"}, {})


def test_of_two_clusters_with_as_many_articles_the_lesser_key_is_home():
    events, new = reconcile(keyed(two="bx", one="ay"), {"a": "e1", "b": "e1"})
    assert (events, new) == ({"e1": "event:e1"}, {"x": "two", "y": "event:e1"})

"""Every text once, through a pipeline."""

import itertools
from collections import Counter

import apache_beam as beam
import numpy as np
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_STORY, STORY

from schemas.records import FoundArticle, Given, InLanguage, SplitPage
from transforms.common.parts import addressed
from transforms.deduplicate.candidates import candidate_leaders, nearest_leaders
from transforms.deduplicate.exact import FoldExactCopies, KeepFirst, without_bodies
from transforms.deduplicate.keep import version_of
from transforms.deduplicate.overridden import identify
from transforms.deduplicate.transform import FoldNearCopies, ResolveOccurrences

LONG = f"{STORY} {OTHER_STORY}"
MORE = (
    "Ferries between Orsund and the islands will sail every hour from the first of June, the harbour board decided, and the "
    "last boat of the day will wait for the train from Carrow even where the train is half an hour late."
)
NEAR = LONG.replace("Thursday", "Wednesday")
STILL_MORE = (
    "The choir of the fishermen's chapel sang on the quay for an hour while the crates were brought ashore, and nobody in "
    "the crowd spoke until the last of the bells of Saint Olave's had gone quiet behind the fog over the breakwater."
)


def page(page_id: str, *bodies: str) -> SplitPage:
    articles = tuple(
        FoundArticle(n, "related" if n else "main", f"Title {page_id}", None, None, None, None, None, (), body)
        for n, body in enumerate(bodies)
    )
    return SplitPage(page_id, f"{page_id}.txt", Given(), 0, b"", "utf-8", (), (), "general", "", (), articles)


def name(n: int) -> str:
    return f"a{n:016}"


def leaders(buckets: dict[int, list[int]]) -> dict[tuple[str, str], int]:
    """Texts with their leaders in one part that holds these texts in these buckets, and how many buckets they share."""
    texts = {text for bucket in buckets.values() for text in bucket}
    keys = {text: [key for key, bucket in buckets.items() if text in bucket] for text in texts}
    values = [addressed(name(text), np.array(own, dtype=np.uint64)) for text, own in keys.items()]
    return {(text, leader): shared for text, found in candidate_leaders(values) for leader, shared in found}


@given(st.sets(st.integers(0, 50), max_size=12))
def test_every_two_texts_of_a_bucket_are_linked_over_leaders(bucket: set[int]):
    pairs = set(leaders({1: sorted(bucket)}))
    assert all(left != right for left, right in pairs)
    reached = {name(min(bucket, default=0))}
    for _ in bucket:
        reached |= {end for pair in pairs if set(pair) & reached for end in pair}
    assert reached >= set(map(name, bucket))


@given(st.dictionaries(st.integers(0, 2**64 - 1), st.lists(st.integers(0, 9), unique=True), max_size=8))
def test_texts_are_led_by_the_least_and_the_greatest_of_their_buckets(buckets: dict[int, list[int]]):
    expected: Counter[tuple[str, str]] = Counter()
    for bucket in buckets.values():
        for text in bucket:
            expected.update((name(text), name(end)) for end in {min(bucket), max(bucket)} if end != text)
            if text == max(bucket) != min(bucket):
                assert leaders(buckets)[name(text), name(min(bucket))]
    # The least does not follow the greatest: the greatest follows it.
    least = Counter((name(min(b)), name(max(b))) for b in buckets.values() if len(b) > 1)
    expected.subtract(least)
    assert leaders(buckets) == {pair: shared for pair, shared in expected.items() if shared}


def test_a_bucket_costs_what_its_texts_cost():
    assert len(leaders({1: list(range(10_000))})) < 20_000


def test_a_text_is_compared_with_the_few_leaders_that_it_shares_most_buckets_with():
    by_part = [[("a", 1), ("b", 3), ("e", 2)], [("c", 4), ("d", 1), ("e", 3)]]
    assert list(nearest_leaders(("t", by_part))) == [("t", "e"), ("t", "c"), ("t", "b"), ("t", "a")]


def test_of_leaders_with_as_many_buckets_the_lesser_ids_are_taken():
    assert list(nearest_leaders(("t", [[(leader, 1)] for leader in "fedcba"]))) == [("t", leader) for leader in "abcd"]


def test_a_page_travels_without_the_bodies_of_its_articles():
    bare = without_bodies(identify(page("p1", LONG)))
    assert bare.articles[0].body == ""
    assert bare.articles[0].text_id == identify(page("p1", LONG)).articles[0].text_id != ""


def test_keeping_nothing_gives_nothing():
    combiner = KeepFirst()
    assert combiner.extract_output(combiner.merge_accumulators([combiner.create_accumulator()])) is None


def test_copies_are_folded_and_every_occurrence_is_told_what_became_of_it():
    # One text twice, once more with a word changed, and another text; one page is read twice.
    late = NEAR + " It was late."
    pages = [page("p1", LONG, MORE), page("p2", late), page("p3", LONG), page("p3", LONG)]
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        shards = beam.pvalue.AsSingleton(pipeline | "Shards" >> beam.Create([1]))
        exact = pipeline | beam.Create(pages) | FoldExactCopies(shards)
        near = (exact["versions"], exact["places"]) | FoldNearCopies(1000, shards)
        languages = near["articles"] | beam.Map(lambda v: (v.text_id, InLanguage("en", 0.9)))
        assert_that(near["texts"] | beam.Map(lambda v: (v.page_id, v.body)), equal_to([("p2", late), ("p1", MORE)]), "texts")
        resolved = (near["verdicts"], languages, exact["places"]) | ResolveOccurrences()
        articles = near["articles"] | beam.Map(lambda v: (v.page_id, v.article_index, v.occurrence_count, v.body))
        assert_that(articles, equal_to([("p2", 0, 3, ""), ("p1", 1, 1, "")]), "articles")

        def told(pair):
            shard, found = pair
            verdict = found.verdict
            kept = (verdict.kept_page_id, verdict.kept_article_index)
            alike = (verdict.similarity == 1, verdict.similarity > 0.5)
            return shard, found.page_id, found.article_index, kept, *alike, verdict.language

        expected = [
            ("0", "p1", 0, ("p2", 0), False, True, "en"),
            ("0", "p1", 1, ("p1", 1), True, True, "en"),
            ("0", "p2", 0, ("p2", 0), True, True, "en"),
            ("0", "p3", 0, ("p2", 0), False, True, "en"),
        ]
        assert_that(resolved | beam.Map(told), equal_to(expected), "resolved")


def test_every_copy_tells_through_which_it_joined_on_its_way_to_the_kept_one():
    # Each text is a copy of the next by a likeness above a half, and the first is none of the last, which is kept.
    words = f"{LONG} {MORE} {STILL_MORE}".split()
    first, second, last = (" ".join(words[begin:end]) for begin, end in ((0, 100), (25, 128), (52, 160)))
    pages = [page("p1", first), page("p2", second), page("p3", last), page("p4", first), page("p5", last)]
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        shards = beam.pvalue.AsSingleton(pipeline | "Shards" >> beam.Create([1]))
        exact = pipeline | beam.Create(pages) | FoldExactCopies(shards)
        near = (exact["versions"], exact["places"]) | FoldNearCopies(1000, shards)

        def told(verdict):
            alike = (verdict.similarity, verdict.containment, verdict.joined_similarity, verdict.joined_containment)
            path = (verdict.first_page_id, verdict.joined_page_id, verdict.kept_page_id)
            return *path, *(round(share, 2) for share in alike)

        expected = [
            ("p1", "p2", "p3", 0.29, 0.46, 0.58, 0.74),
            ("p2", "p3", "p3", 0.55, 0.73, 0.55, 0.73),
            ("p3", "p3", "p3", 1.0, 1.0, 1.0, 1.0),
        ]
        assert_that(near["verdicts"] | beam.Map(told), equal_to(expected))


def test_the_same_copy_is_kept_in_every_grouping():
    versions = [v.articles[0] for v in map(identify, (page("p1", LONG), page("p2", LONG), page("p3", LONG)))]
    assert len({found.text_id for found in versions}) == 1
    combiner = KeepFirst()
    made = [version_of(page(f"p{n}", LONG), found, "0") for n, found in enumerate(versions, 1)]
    kept = set()
    for first, second, third in itertools.permutations(made):
        left = combiner.add_input(combiner.create_accumulator(), first)
        right = combiner.add_input(combiner.add_input(combiner.create_accumulator(), second), third)
        kept.add(combiner.extract_output(combiner.merge_accumulators([left, combiner.create_accumulator(), right])).page_id)
    assert kept == {"p1"}

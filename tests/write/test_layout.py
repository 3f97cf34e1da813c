"""Which file a row goes to: from counts alone, and never by what a page says."""

from collections import Counter

import pytest

from schemas.articles import Article
from transforms.common.ids import event_id
from transforms.write.layout import ArticleLayout, page_shards, part_name, row_shards, text_bytes

MIB = 1 << 20


def article(article_id: str = "a2", event_id: str = "e2") -> Article:
    return Article(article_id, event_id, "../../etc/passwd", None, (), None, None, "", None, None, 0, 1, "p2", 0, 0.0)


@pytest.mark.parametrize(("total", "shards"), [(0, 1), (32 * MIB, 1), (32 * MIB + 1, 2), (128 * MIB, 4)])
def test_pages_are_sharded_by_the_text_of_the_input(total: int, shards: int):
    assert page_shards(total) == shards


def test_a_compressed_file_is_taken_to_hold_four_times_its_size():
    assert (text_bytes(8 * MIB, compressed=True), text_bytes(8 * MIB, compressed=False)) == (32 * MIB, 8 * MIB)


@pytest.mark.parametrize(("rows", "shards"), [(0, 1), (1, 1), (50_000, 1), (50_001, 2), (1_000_000, 20)])
def test_rows_are_sharded_by_their_number(rows: int, shards: int):
    assert row_shards(rows) == shards


def test_parts_sort_in_their_order():
    assert part_name(7, 12) == "part-00007-of-00012.parquet"


def test_few_events_have_a_folder_each():
    layout = ArticleLayout.for_counts(events=3, articles=9, max_partitions=3)
    assert layout.partitioned
    assert layout.path(article(), 5) == "event_id=e2/part-00000-of-00001.parquet"


def test_many_events_share_buckets():
    layout = ArticleLayout.for_counts(events=4, articles=9, max_partitions=3)
    assert (layout.partitioned, layout.buckets) == (False, 16)
    path = layout.path(article(), 5)
    assert path.startswith("event_bucket=b000")
    assert path.endswith("/part-00000-of-00001.parquet")


@pytest.mark.parametrize(("articles", "buckets"), [(0, 1), (120, 2), (10_000, 3)])
def test_an_append_makes_no_more_buckets_than_there_may_be_folders(articles: int, buckets: int):
    assert ArticleLayout.of_append(False, articles, 99, run=2, max_partitions=3).buckets == buckets
    assert ArticleLayout.of_append(True, articles, 99, run=2, max_partitions=3).partitioned


def test_articles_of_one_event_share_a_bucket():
    layout = ArticleLayout.for_counts(events=20_000, articles=3_000_000, max_partitions=10_000)
    assert layout.buckets == 10_000
    folders = {layout.path(article(f"a{n}"), 100).split("/")[0] for n in range(50)}
    assert len(folders) == 1


def test_buckets_are_ranges_of_ids_of_about_one_size():
    layout = ArticleLayout(16)
    events = sorted(event_id(str(n)) for n in range(1600))
    folders = [layout.path(article(event_id=event), 1).split("/")[0] for event in events]
    assert folders == sorted(folders)
    assert all(50 < held < 200 for held in Counter(folders).values())  # 100 each, but for chance
    assert len(set(folders)) == 16


def test_an_event_of_very_many_articles_has_several_files():
    layout = ArticleLayout(None)
    paths = {layout.path(article(f"a{n}"), 100_001) for n in range(100)}
    assert paths == {f"event_id=e2/{part_name(n, 3)}" for n in range(3)}


@pytest.mark.parametrize("articles", [0, 150, 20_000])
def test_files_are_written_in_batches_of_about_as_many_articles(articles: int):
    layouts = [
        ArticleLayout.for_counts(events=1, articles=articles, max_partitions=10_000),
        ArticleLayout.of_append(True, articles // 3, articles - articles // 3, run=2, max_partitions=10_000),
        ArticleLayout.of_append(False, articles // 3, articles - articles // 3, run=2, max_partitions=10_000),
    ]
    for layout in layouts:
        held = Counter(layout.batch(f"event_id=e{n}/part-00000-of-00001.parquet") for n in range(articles))
        assert sorted(held) == (list(range(max(1, articles // 100))) if articles else [])
        assert all(count < 200 for count in held.values())


def test_batches_of_long_articles_hold_no_more_than_a_shard_of_pages_does():
    assert ArticleLayout.for_counts(events=90, articles=100, max_partitions=10_000, shards=25).batches == 25
    assert ArticleLayout.of_append(True, 100, 0, run=2, max_partitions=10_000, shards=25).batches == 25
    assert ArticleLayout.for_counts(events=3, articles=3, max_partitions=10_000, shards=25).batches == 3

"""Which file a row goes to. The number of files follows from counts alone, so that equal input gives equal files."""

from dataclasses import dataclass

from schemas.articles import Article
from transforms.common.ids import range_of, shard_of

SUCCESS = "_SUCCESS"
MANIFEST = "_manifest.json"
REPORT = "report.html"
"""What stands in a dataset's folder beside its tables."""
SHARD_BYTES = 32 << 20
"""Input that one shard of pages holds, uncompressed, about."""
SHARD_ROWS = 50_000
"""Rows of any other file, about."""
BUCKET_ROWS = 50
"""Rows of a bucket of events, about, up to as many buckets as there may be folders: an append writes anew those buckets in
which an article has changed."""
_LEAST_BUCKETS = 16
_BATCH_ROWS = 100
"""Articles whose files are written together, about: so many that little is to be gained with more of them, and so few that
all workers have some, and that they take little memory."""
_COMPRESSION_RATIO = 4
"""Text of news compresses so."""


def text_bytes(size: int, compressed: bool) -> int:
    """About how much text a file of so many bytes holds."""
    return size * _COMPRESSION_RATIO if compressed else size


def page_shards(total_bytes: int) -> int:
    """Number of shards of pages, from the text of all input.

    >>> page_shards(0), page_shards(100 << 20)
    (1, 4)
    """
    return max(1, -(-total_bytes // SHARD_BYTES))


def row_shards(rows: int) -> int:
    """Number of shards of a table with that many rows.

    >>> row_shards(0), row_shards(50_001)
    (1, 2)
    """
    return max(1, -(-rows // SHARD_ROWS))


def part_name(shard: int, shards: int, run: int = 1) -> str:
    """The name of a file that one run writes beside those of earlier runs, behind which it stands in order.

    >>> part_name(0, 1), part_name(0, 1, run=2)
    ('part-00000-of-00001.parquet', 'run-00002-part-00000-of-00001.parquet')
    """
    name = f"part-{shard:05}-of-{shards:05}.parquet"
    return name if run == 1 else f"run-{run:05}-{name}"


def _batches(articles: int, shards: int) -> int:
    # Where articles are so long that a shard of pages holds fewer of them, a batch holds no more than that shard does.
    return max(1, articles // _BATCH_ROWS, min(articles, shards))


@dataclass(frozen=True)
class ArticleLayout:
    """How ``articles`` is laid out: a folder per event, or per bucket of events where there are too many events.

    In how many batches its files are written, no file tells.
    """

    buckets: int | None
    run: int = 1
    batches: int = 1

    @classmethod
    def for_counts(cls, events: int, articles: int, max_partitions: int, shards: int = 1) -> "ArticleLayout":
        """The layout of a dataset that is written as a whole, from pages in so many shards.

        >>> [ArticleLayout.for_counts(events, 2 * events, 10_000).buckets for events in (10_000, 20_000, 2_000_000)]
        [None, 800, 10000]
        """
        buckets = None if events <= max_partitions else max(_LEAST_BUCKETS, min(articles // BUCKET_ROWS, max_partitions))
        return cls(buckets, batches=_batches(articles, shards))

    @classmethod
    def of_append(
        cls, partitioned: bool, articles: int, earlier: int, run: int, max_partitions: int, shards: int = 1
    ) -> "ArticleLayout":
        """Where the new articles of a run go, from new pages in so many shards: to their events' folders, or to its buckets.

        In folders, any earlier article may have to be written anew; of a small append most files are alone in their batch.

        >>> [ArticleLayout.of_append(False, articles, 99, 2, 10_000).buckets for articles in (10, 5_000, 1_000_000)]
        [1, 100, 10000]
        """
        batches = _batches(earlier + articles, shards)
        if partitioned:
            return cls(None, batches=batches)
        return cls(max(1, min(articles // BUCKET_ROWS, max_partitions)), run, batches)

    def batch(self, path: str) -> int:
        """The batch of a file, from 0: the files of one are written together."""
        return shard_of(path, self.batches)

    @property
    def partitioned(self) -> bool:
        """Whether the event's id stands in the path rather than in the file."""
        return self.buckets is None

    def path(self, article: Article, articles_of_event: int) -> str:
        """The file of an article below ``articles/``. Ids are letters and digits: no title ever becomes a path."""
        parts = row_shards(articles_of_event)
        name = part_name(shard_of(article.article_id, parts), parts)
        if self.buckets is None:
            return f"event_id={article.event_id}/{name}"
        # By ranges, so that of all row groups the least and greatest ids say that one may hold an event, not one a bucket.
        bucket = f"b{range_of(article.event_id, self.buckets):05}"
        return f"event_bucket={bucket if self.run == 1 else f'r{self.run:05}{bucket}'}/{name}"

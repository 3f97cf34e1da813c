"""Which articles are looked at together: those whose leaders lead to the same first report.

Every article is led by the earlier one that it is most alike, if it is like one at all. Followed back, leaders make
trees; a tree is what is clustered together. No worker holds more than one tree's articles, nor any list of all ids:
each article asks its leader who leads that one, and so on, twice as far each time. An article that is deeper in its
tree than the rounds reach comes under the one so far above it instead, apart from that one's own tree. A tree that is
too large is dealt out by digest, the same way in every run.
"""

import zlib
from collections.abc import Iterable, Iterator

import apache_beam as beam
from apache_beam.typehints.decorators import no_annotations

from transforms.common.join import Group, Join

ROUNDS = 10
"""Two to this power is how far back an article finds the first report of its tree."""
MAX_TREE = 1_500
"""Articles that are clustered together at most."""


def lead_further(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, str]]:
    """Followers of one article, each with the leader of that article, or with the article itself if it has none."""
    leader, values = element
    group = Group(values, [str, str])
    beyond = next(group.of(1), leader)
    for follower in group.of(0):
        yield follower, beyond


class FollowLeaders(beam.PTransform):
    """Articles with their leaders, as pairs of ids, to the same articles with the first of their tree."""

    @no_annotations
    def expand(self, led: beam.PCollection) -> beam.PCollection:
        for number in range(1, ROUNDS + 1):
            followers = led | f"Ask {number}" >> beam.Map(lambda pair: (pair[1], pair[0])).with_output_types(tuple[str, str])
            led = (
                (followers, led)
                | f"Leader of leader {number}" >> Join(str, str)
                | f"Further {number}" >> beam.FlatMap(lead_further).with_output_types(tuple[str, str])
            )
        return led


def parts_of(articles: int) -> int:
    """In how many parts a tree of so many articles is dealt out.

    >>> parts_of(1), parts_of(1500), parts_of(1501)
    (1, 1, 2)
    """
    return -(-articles // MAX_TREE)


def part(article_id: str, first: str, parts: int) -> str:
    """The key of what is clustered together: the tree's first article, and the part."""
    return first if parts == 1 else f"{first}/{zlib.crc32(article_id.encode()) % parts}"

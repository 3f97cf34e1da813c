"""What an append changes of earlier articles: the same, however its records are grouped."""

from itertools import permutations

from support import make_version

from schemas.records import Patch
from transforms.write.append import by_article


def test_of_two_patches_of_an_article_the_one_that_changes_more_counts_in_every_order():
    gains = (make_version(occurrence_count=2),)
    patches = [Patch("a", "e1", 1, False), Patch("a", "e1", 70_000, False), Patch("b", "e1", 1, False)]
    moved = Patch("a", "e2", 5, True)
    gained = Patch("a", "e1", 3, False, gains)
    for given, expected in ((patches, patches[1]), ([*patches, moved], moved), ([*patches, moved, gained], gained)):
        assert {by_article(order)["a"] for order in permutations(given)} == {expected}
        assert by_article(given)["b"] == patches[2]

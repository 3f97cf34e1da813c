"""The path by which each text of a group joined the kept one."""

from collections import defaultdict
from collections.abc import Iterable

from schemas.records import Likeness
from transforms.common.forest import Edge, edge
from transforms.deduplicate.likeness import DIGITS

_ONE = 10**DIGITS


def as_edge(found: Likeness) -> Edge:
    """A likeness as an edge of whole numbers: the more alike by Jaccard, then by containment, the heavier."""
    return edge(round(found.jaccard * _ONE) * (_ONE + 1) + round(found.containment * _ONE), found.left, found.right)


def as_likeness(branch: Edge) -> Likeness:
    """The likeness that an edge was made of.

    >>> as_likeness(as_edge(Likeness("a", "b", 0.364312, 1.0, True)))
    Likeness(left='a', right='b', jaccard=0.364312, containment=1.0, copies=True)
    """
    weight, left, right = branch
    jaccard, containment = divmod(weight, _ONE + 1)
    return Likeness(left, right, jaccard / _ONE, containment / _ONE, True)


def joined_through(kept: str, branches: Iterable[Likeness]) -> dict[str, tuple[str, Likeness]]:
    """For every text of a tree but the kept one, the next text on the path to it, and how alike the two are.

    A path of a maximum spanning tree is the one whose weakest link is the strongest. One group's ids are held.

    >>> tree = [Likeness("a", "b", 0.9, 1.0, True), Likeness("b", "c", 0.6, 0.8, True)]
    >>> {text: through for text, (through, _) in joined_through("a", tree).items()}
    {'b': 'a', 'c': 'b'}
    """
    beside: dict[str, list[tuple[str, Likeness]]] = defaultdict(list)
    for branch in branches:
        beside[branch.left].append((branch.right, branch))
        beside[branch.right].append((branch.left, branch))
    found: dict[str, tuple[str, Likeness]] = {}
    waiting = [kept]
    while waiting:
        text = waiting.pop()
        for other, branch in beside[text]:
            if other != kept and other not in found:
                found[other] = (text, branch)
                waiting.append(other)
    return found

"""Why an occurrence is a copy of another one: the path by which it joined, and what the two texts have in common."""

import itertools
from typing import Any

import numpy as np
import pyarrow.dataset as ds

from pipelines.explain import found
from pipelines.explain.found import Row
from pipelines.explain.passages import passages
from pipelines.published import Published
from schemas.overrides import KEEP, NOT_AN_ARTICLE
from schemas.tables import PAGES
from transforms.deduplicate import likeness
from transforms.deduplicate.keep import compared_text

MOST_LINKS = 1_000
"""Links of a path that are followed; groups that a run has made have a dozen."""
_PLACES = 5
"""Places of likeness that the dataset's numbers of four bytes have; beyond them nothing differs."""

LOST_BY = {
    "related": "it stands among related articles, and the kept copy is a page's main article",
    "shorter": "its text is shorter than the kept copy's",
    "later": "as long as the kept copy, it was published later",
    "undated": "as long as the kept copy, it has no date, and the kept copy has one",
    "page": "the two differ in nothing but the ids of their pages, of which the lesser is kept",
    "run": "by the rules it stands first, but it came with a later run, which keeps what was kept",
    "override": "by the rules it stands first, but you want the other one kept",
}


def place(row: Row) -> str:
    """What an occurrence is called."""
    return f"{row['page_id']}#{row['article_index']}"


def _described(dataset: Published, row: Row) -> dict[str, Any]:
    page = dataset.table(PAGES).to_table(columns=["source_uri", "url"], filter=ds.field("page_id") == row["page_id"])
    source = page.to_pylist()[0] if page.num_rows else {"source_uri": None, "url": None}
    names = ("article_id", "role", "title", "outlet", "match", "similarity", "containment", "lost_by")
    why = {"lost_because": LOST_BY.get(row["lost_by"]) if row["lost_by"] else None}
    return {"id": place(row), **source, **{name: row[name] for name in names}, **why}


def path(dataset: Published, row: Row) -> list[Row]:
    """The copies through which an occurrence joined the kept one, itself first and the kept one last."""
    steps = [row]
    seen = {place(row)}
    while steps[-1]["joined_through_page_id"] is not None and len(steps) <= MOST_LINKS:
        last = steps[-1]
        following = found.occurrence(dataset, last["joined_through_page_id"], last["joined_through_article_index"])
        if place(following) in seen:
            break
        seen.add(place(following))
        steps.append(following)
    return steps


def _links(steps: list[Row]) -> list[dict[str, Any]]:
    return [
        {
            "from": place(a),
            "to": place(b),
            "similarity": a["joined_similarity"],
            "containment": a["joined_containment"],
        }
        for a, b in itertools.pairwise(steps)
    ]


def between(one: list[Row], other: list[Row]) -> list[dict[str, Any]]:
    """The links between two occurrences, from the paths of both to the kept one: what both paths share is left out."""
    mine, its = [place(row) for row in one], [place(row) for row in other]
    shared = 0
    while shared < min(len(mine), len(its)) and mine[-1 - shared] == its[-1 - shared]:
        shared += 1
    there = _links(one[: len(one) - max(0, shared - 1)])
    back = _links(other[: len(other) - max(0, shared - 1)])
    turned = [link | {"from": link["to"], "to": link["from"]} for link in reversed(back)]
    return there + turned if shared else []


def measured(one: str, other: str) -> dict[str, Any]:
    """How alike two normalised texts are as wholes, by which rule they are copies, and what they share."""
    left, right = likeness.shingles(one), likeness.shingles(other)
    jaccard, containment = likeness.compare(likeness.pack(left), likeness.pack(right))
    shared = int(np.intersect1d(left, right).size)
    smaller = min(len(left), len(right))
    common = passages(one, other)
    return {
        "similarity": jaccard,
        "containment": containment,
        "shingles": {"shared": shared, "only_one": len(left) - shared, "only_other": len(right) - shared},
        "are_copies": one == other or likeness.are_copies(jaccard, containment, smaller),
        "rule": "the words of both are the same" if one == other else _rule(jaccard, containment, smaller),
        "passages": {
            "common": common.common,
            "only_one": common.only_one,
            "only_other": common.only_other,
        },
    }


def _rule(jaccard: float, containment: float, smaller: int) -> str:
    """In words, how the likeness of two texts compares with what copies need."""
    if smaller < likeness.FEW_SHINGLES:
        holds = "reaches" if jaccard >= likeness.JACCARD_FEW else "is below"
        return (
            f"a similarity of {jaccard:.3f} {holds} {likeness.JACCARD_FEW}, which texts need of which one has fewer than "
            f"{likeness.FEW_SHINGLES} shingles, as here with {smaller}"
        )
    if jaccard >= likeness.JACCARD:
        return f"a similarity of {jaccard:.3f} reaches {likeness.JACCARD}"
    if containment >= likeness.CONTAINMENT:
        return f"a containment of {containment:.3f} reaches {likeness.CONTAINMENT}: one is a part of the other"
    return (
        f"a similarity of {jaccard:.3f} is below {likeness.JACCARD}, and a containment of {containment:.3f} below "
        f"{likeness.CONTAINMENT}"
    )


def _text(dataset: Published, row: Row) -> str:
    body = row["body"] if row["match"] == "near" else found.article(dataset, row["article_id"])["body"]
    return compared_text(row["title"], body or "")


def explain(dataset: Published, first: tuple[str, int], second: tuple[str, int] | None) -> dict[str, Any]:
    """Why an occurrence is a copy of another one, or of the kept one where no other is given; or why it is none.

    Raises:
      UsageError: if there is no such occurrence.
    """
    one = found.occurrence(dataset, *first)
    one_path = path(dataset, one)
    other = found.occurrence(dataset, *second) if second else one_path[-1]
    other_path = path(dataset, other) if second else [other]
    same = one["article_id"] == other["article_id"]
    texts = measured(_text(dataset, one), _text(dataset, other))
    return {
        "question": "copy",
        "dataset": dataset.name,
        "one": _described(dataset, one),
        "other": _described(dataset, other),
        "same_article": same,
        "path": between(one_path, other_path) if same else [],
        "whole_texts": texts,
        "remarks": [*_chosen(dataset, one, other), *_remarks(one, other, same, texts)],
        "to_correct": [
            {"override": NOT_AN_ARTICLE if row["match"] == "kept" else KEEP, "article": row["text_id"] or place(row)}
            for row in ([one] if one is other or place(one) == place(other) else [one, other])
        ],
    }


def _chosen(dataset: Published, one: Row, other: Row) -> list[str]:
    """That the user wants a copy kept, where that is so."""
    kept = {row["article_id"] for row in (one, other)}
    lines = [row for row in found.overrides(dataset, KEEP) if kept & {*row["article_ids"]}]
    return [f"The kept copy is the one that you want kept, in {found.told(row)}." for row in lines]


def _remarks(one: Row, other: Row, same: bool, texts: dict[str, Any]) -> list[str]:
    remarks = []
    kept = other["match"] == "kept" and place(one) != place(other)
    if same and kept and round(abs(one["similarity"] - texts["similarity"]), _PLACES):
        remarks.append(
            f"The run found a similarity of {one['similarity']:.3f} where the whole texts have {texts['similarity']:.3f}: "
            "it leaves out passages that recur in texts which differ otherwise."
        )
    if same and not texts["are_copies"]:
        remarks.append("By their whole texts alone the two would be no copies; each link of the path is a pair that is.")
    if not same and texts["are_copies"]:
        remarks.append(
            "By their whole texts the two would be copies. Either what they share recurs in texts which differ otherwise, "
            "and is not compared, or the run did not compare the two: in crowds it compares a text with the few likest."
        )
    return remarks

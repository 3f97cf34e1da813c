"""Why occurrences are copies: held to what the run decided on the seeds."""

import itertools
from pathlib import Path

import pytest
from support import rows

from pipelines.explain import copies
from pipelines.published import Published, open_published
from pipelines.usage import UsageError


@pytest.fixture(scope="module")
def dataset(seed_dataset: Path) -> Published:
    return open_published(str(seed_dataset))


def test_every_copy_leads_to_the_kept_one_by_links_that_make_copies(dataset: Published, seed_dataset: Path):
    found = [row for row in rows(seed_dataset, "occurrences") if row["match"] != "kept"]
    for row in found:
        answer = copies.explain(dataset, (row["page_id"], row["article_index"]), None)
        links = answer["path"]
        assert answer["same_article"]
        assert answer["other"]["match"] == "kept"
        assert [links[0]["from"], links[-1]["to"]] == [answer["one"]["id"], answer["other"]["id"]]
        assert all(a["to"] == b["from"] for a, b in itertools.pairwise(links))
        assert all(link["similarity"] >= 0.5 or link["containment"] >= 0.8 for link in links)
        # No passage of the seeds recurs, so that the whole texts are what the run compared.
        assert answer["whole_texts"]["similarity"] == pytest.approx(row["similarity"], abs=1e-6)
        assert answer["whole_texts"]["containment"] == pytest.approx(row["containment"], abs=1e-6)
        assert answer["one"]["lost_because"]
    assert any(len(copies.path(dataset, row)) > 2 for row in found)


def test_two_copies_are_joined_by_a_path_that_does_not_go_beyond_where_theirs_meet(dataset: Published, seed_dataset: Path):
    found = [row for row in rows(seed_dataset, "occurrences") if row["match"] == "near"]
    article = max({row["article_id"] for row in found}, key=lambda name: sum(r["article_id"] == name for r in found))
    one, other = [(row["page_id"], row["article_index"]) for row in found if row["article_id"] == article][:2]
    there = copies.explain(dataset, one, other)["path"]
    back = copies.explain(dataset, other, one)["path"]
    assert [link["from"] for link in there] == [link["to"] for link in reversed(back)]
    assert len({link["from"] for link in there}) == len(there)


def test_of_two_articles_it_says_how_far_they_are_from_being_copies(dataset: Published, seed_dataset: Path):
    one, other = [row for row in rows(seed_dataset, "occurrences") if row["match"] == "kept"][:2]
    answer = copies.explain(dataset, (one["page_id"], one["article_index"]), (other["page_id"], other["article_index"]))
    assert not answer["same_article"]
    assert answer["path"] == []
    assert "below 0.5" in answer["whole_texts"]["rule"]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("a b c d", "a b c d", "the words of both are the same"),
        (" ".join(map(str, range(40))), " ".join(map(str, range(35))), "a similarity of 0.868 reaches 0.5"),
        (" ".join(map(str, range(99))), " ".join(map(str, range(35))), "a containment of 1.000 reaches 0.8"),
        (" ".join(map(str, range(20))), " ".join(map(str, range(19))), "a similarity of 0.944 reaches 0.7"),
        (" ".join(map(str, range(20))), " ".join(map(str, range(10))), "a similarity of 0.444 is below 0.7"),
    ],
)
def test_the_rule_is_told_in_words(one: str, other: str, said: str):
    assert said in copies.measured(one, other)["rule"]


def test_what_is_not_there_is_told_with_what_is(dataset: Published, seed_dataset: Path):
    page_id = rows(seed_dataset, "occurrences")[0]["page_id"]
    with pytest.raises(UsageError, match=f"The page {page_id} has no article 77; it has 0 to"):
        copies.explain(dataset, (page_id, 77), None)

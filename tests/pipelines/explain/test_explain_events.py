"""Why articles are one event: held to what the run decided on the seeds, for every pair."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import rows

from pipelines.explain import events
from pipelines.published import Published, open_published
from pipelines.usage import UsageError
from transforms.events import cluster
from transforms.events.surroundings import Surroundings


@pytest.fixture(scope="module")
def dataset(seed_dataset: Path) -> Published:
    return open_published(str(seed_dataset))


@pytest.fixture(scope="module")
def articles(seed_dataset: Path) -> list[dict[str, Any]]:
    return rows(seed_dataset, "articles")


def test_for_every_pair_of_articles_it_says_what_the_run_decided(dataset: Published, articles: list[dict[str, Any]]):
    among = events.figures(dataset)
    described, _ = events.describe(dataset, articles, among.articles)
    alike = cluster.compared(described, among)
    event_of = {row["article_id"]: row["event_id"] for row in articles}
    of = [event_of[article.article_id] for article in described]
    said = {True: 0, False: 0}
    for one, other in itertools.combinations(range(len(of)), 2):
        places = [place for place, event in enumerate(of) if event in (of[one], of[other])]
        verdict = events.judge(alike[np.ix_(places, places)], places.index(one), places.index(other), among.threshold())
        assert verdict.is_one_event == (of[one] == of[other]), (described[one], described[other])
        said[verdict.is_one_event] += 1
    assert said[True] > 50
    assert said[False] > 1_000


def test_backgrounds_of_the_dataset_are_those_that_its_figures_sum_up(dataset: Published, articles: list[dict[str, Any]]):
    among = events.figures(dataset)
    assert among.articles == len(articles)
    assert sum(row["background"] for row in articles) / len(articles) == pytest.approx(among.background, abs=1e-6)


def _pair_of(articles: list[dict[str, Any]], same_event: bool, same_language: bool) -> tuple[str, str]:
    return next(
        (a["article_id"], b["article_id"])
        for a, b in itertools.combinations(articles, 2)
        if (a["event_id"] == b["event_id"]) == same_event and (a["language"] == b["language"]) == same_language
    )


@pytest.mark.parametrize("same_language", [True, False])
@pytest.mark.parametrize("same_event", [True, False])
def test_the_parts_of_a_likeness_add_up(
    dataset: Published, articles: list[dict[str, Any]], same_event: bool, same_language: bool
):
    one, other = _pair_of(articles, same_event, same_language)
    answer = events.explain(dataset, one, other)
    pair = answer["pair"]
    assert answer["same_event"] == answer["by_likeness"] == same_event
    assert pair["compared_by"] == ("terms" if same_language else "names")
    cost = pair["cost_of_template" if same_language else "cost_of_languages"]
    assert pair["before_costs"] - cost - pair["cost_of_days"] == pytest.approx(pair["likeness"], abs=0.002)
    off = sum(side["taken_off"] - side["added"] for side in (answer["one"], answer["other"]))
    assert pair["likeness"] - off == pytest.approx(pair["less_background"], abs=0.001)
    reached = answer["meeting"]["mean_likeness"] >= answer["threshold"]
    assert reached == same_event
    assert bool(answer["path"]) == same_event
    assert answer["remarks"] == []


def test_an_article_alone_is_held_against_the_most_central_of_its_event(
    dataset: Published, seed_dataset: Path, articles: list[dict[str, Any]]
):
    event = next(row for row in rows(seed_dataset, "events") if row["article_count"] > 2)
    central = event["representative_article_id"]
    mine = next(a for a in articles if a["event_id"] == event["event_id"] and a["article_id"] != central)
    answer = events.explain(dataset, mine["article_id"], None)
    assert answer["other"]["article_id"] == central
    with pytest.raises(UsageError, match="most central article of its event; give another"):
        events.explain(dataset, central, None)
    with pytest.raises(UsageError, match="is one article"):
        events.explain(dataset, central, central)


def test_a_dataset_without_figures_is_told_apart(dataset: Published):
    bare = Published(dataset.name, dataset.folder, dataset.files, dataset.manifest | {"steps": {}})
    with pytest.raises(UsageError, match="does not say by which figures"):
        events.figures(bare)


def test_the_chain_between_two_has_the_strongest_weakest_link():
    alike = np.array([[1.0, 0.1, 0.5, 0.2], [0.1, 1.0, 0.3, 0.4], [0.5, 0.3, 1.0, 0.6], [0.2, 0.4, 0.6, 1.0]])
    assert events.chain(alike, 0, 1) == [0, 2, 3, 1]
    assert events.chain(alike, 0, 2) == [0, 2]


def test_a_meeting_names_the_groups_that_brought_two_together():
    alike = np.array([[1.0, 0.9, 0.2], [0.9, 1.0, 0.4], [0.2, 0.4, 1.0]])
    assert cluster.meeting(alike, 0, 1) == cluster.Meeting(0.9, (0,), (1,))
    assert cluster.meeting(alike, 2, 0) == cluster.Meeting(0.3, (2,), (0, 1))


@pytest.mark.parametrize(
    ("same", "likeness", "names", "articles", "said"),
    [
        (True, 0.1, ("mine", "mine"), 9, "the event is one that you have named, mine"),
        (False, 0.9, ("mine", None), 9, "what you have named stays apart: mine"),
        (False, 0.1, ("mine", "its"), 9, "two events that you have named, mine and its"),
        (False, 0.9, (None, None), 9_000, "leaders of both lead to one first report"),
        (True, 0.1, (None, None), 9, "What the dataset says is what the run decided"),
    ],
)
def test_where_something_besides_likeness_decided_it_is_told(
    same: bool, likeness: float, names: tuple[str | None, str | None], articles: int, said: str
):
    verdict = events.Verdict(cluster.Meeting(likeness, (0,), (1,)), 0.3)
    mine, its = ({"external_id": name, "article_count": 2} for name in names)
    (remark,) = events._remarks(mine, its, same, verdict, Surroundings(articles, 0.1, 0.1, 0.5))
    assert said in remark

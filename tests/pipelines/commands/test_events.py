"""Events as they are listed, and the articles of one."""

import json
from pathlib import Path
from typing import Any

import pytest
from support import OTHER_STORY, STORY, rows, run_job, write_json_lines

from pipelines import cli

QUAKE = "Rescuers reach San Abril on foot after Talvera quake"


@pytest.fixture
def ask(seed_dataset: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Calls ``clipbook events`` on the seeds' dataset; gives the status and what was said, the path made short."""

    def call(*arguments: str) -> tuple[int, str]:
        status = cli.main(["events", str(seed_dataset), *arguments])
        out, err = capsys.readouterr()
        return status, (out or err).replace(str(seed_dataset), "output")

    return call


def labels(printed: str) -> list[str]:
    return [json.loads(line)["label"] for line in printed.splitlines()]


def test_the_largest_events_come_first(ask: Any, seed_dataset: Path):
    status, printed = ask()
    lines = printed.splitlines()
    assert status == 0
    assert lines[0].split() == ["event", "articles", "first", "last", "languages", "label"]
    assert lines[2] == f"ew5545s3h5qziwqet         5  2025-06-08  2025-06-11  en es pl   {QUAKE}"
    assert len(lines) == 22
    assert lines[-1] == f"20 of {len(rows(seed_dataset, 'events'))} events; --limit 0 shows all."


def test_all_events_are_printed_as_json_with_all_that_is_known(ask: Any, seed_dataset: Path):
    found = [json.loads(line) for line in ask("--limit", "0", "--json")[1].splitlines()]
    expected = {row["event_id"]: row for row in rows(seed_dataset, "events")}
    assert {row["event_id"]: row["keywords"] for row in found} == {i: row["keywords"] for i, row in expected.items()}
    assert [row["article_count"] for row in found] == sorted((row["article_count"] for row in found), reverse=True)


@pytest.mark.parametrize(
    ("filters", "condition"),
    [
        (["--language", "ES"], lambda e: "es" in e["languages"]),
        (["--outlet", "harbour post"], lambda e: "Harbour Post" in e["outlets"]),
        (["--min_articles", "3"], lambda e: e["article_count"] >= 3),
        (["--about", "QUAKE talvera"], lambda e: e["label"] == QUAKE),
        (["--about", "velmark"], lambda e: "velmark" in (" ".join([e["label"], *e["keywords"]])).casefold()),
        (["--to", "2025-06-08"], lambda e: e["first_published_at"] and f"{e['first_published_at']:%F}" <= "2025-06-08"),
        (["--from", "2025-07-20", "--sort", "last"],
         lambda e: e["last_published_at"] and f"{e['last_published_at']:%F}" >= "2025-07-20"),
    ],
)  # fmt: skip
def test_filters_let_through_what_they_say(ask: Any, seed_dataset: Path, filters: list[str], condition: Any):
    expected = {event["label"] for event in rows(seed_dataset, "events") if condition(event)}
    found = labels(ask(*filters, "--limit", "0", "--json")[1])
    assert expected
    assert set(found) == expected


@pytest.mark.parametrize(("sort", "column"), [("first", "first_published_at"), ("last", "last_published_at")])
def test_events_are_sorted_by_their_dates_those_without_last(ask: Any, sort: str, column: str):
    dates = [json.loads(line)[column] for line in ask("--sort", sort, "--limit", "0", "--json")[1].splitlines()]
    known = [date for date in dates if date is not None]
    assert dates == sorted(known, reverse=sort == "last") + [None] * (len(dates) - len(known))


def test_where_nothing_fits_the_name_that_was_meant_is_told(ask: Any):
    assert ask("--outlet", "Harbor Post") == (
        0,
        "No event of output fits. There is none with outlet 'Harbor Post'; did you mean Harbour Post?\n",
    )
    assert ask("--about", "unheard-of") == (0, "No event of output fits.\n")


@pytest.mark.parametrize("name", ["ew5545s3h5qziwqet", "ew5545", "EW55", "talvera-2025-06"])
def test_an_event_is_shown_by_its_id_or_the_beginning_of_it_or_the_users_name(ask: Any, name: str):
    status, printed = ask(name)
    assert status == 0
    assert printed.startswith(f"{QUAKE}\n  ew5545s3h5qziwqet · talvera-2025-06 · 2025-06-08 to 2025-06-11 · 5 articles, ")
    lines = printed.splitlines()
    assert lines[6].startswith("aqyamu5jqzfzh7zst  2025-06-08 22:10  en        Meridian Wire        274      7  Strong")
    assert len(lines) == 11


def test_articles_of_an_event_are_shown_with_their_texts_and_places(ask: Any, seed_dataset: Path):
    shown = ask("ew5545", "--text", "--pages")[1]
    articles = [row for row in rows(seed_dataset, "articles") if row["event_id"] == "ew5545s3h5qziwqet"]
    for article in articles:
        assert article["body"].split("\n\n")[-1] in shown
    assert sum(line.startswith(("  kept ", "  near ", "  exact ")) for line in shown.splitlines()) == 12
    found = [json.loads(line) for line in ask("ew5545", "--pages", "--json")[1].splitlines()]
    assert {row["article_id"]: row["body"] for row in found} == {row["article_id"]: row["body"] for row in articles}
    assert sum(len(row["found"]) for row in found) == 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x9"], "output has no event 'x9'; list them with clipbook events output."),
        (["--sort", "frist"], "--sort is 'frist'; did you mean first?"),
        (["--limit", "-1"], "Argument --limit: '-1' is not a whole number from 1 to 1,000,000,000; see --help."),
        (["--text"], "--text and --pages are of one event; give its ID too."),
    ],
)
def test_a_wrong_question_is_answered_in_a_sentence(ask: Any, arguments: list[str], message: str):
    assert ask(*arguments) == (2, f"clipbook: {message}\n")


def test_an_id_that_begins_several_events_is_not_guessed(ask: Any, seed_dataset: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipelines.commands.events._SHORTEST_ID", 1)
    status, said = ask("e")
    total = len(rows(seed_dataset, "events"))
    assert (status, said.startswith(f"clipbook: {total} events of output begin with 'e': ")) == (2, True)


def test_events_in_buckets_are_found_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    texts = [f"Market to be rebuilt \x1b]0;title\x07 \u202e\n{STORY}", f"Bell found\n{OTHER_STORY}"]
    records: list[object] = [{"id": str(n), "text": text} for n, text in enumerate(texts)]
    out = run_job(write_json_lines(tmp_path / "a.jsonl", records), tmp_path / "out", "--max_partitions", 1)
    event = next(row for row in rows(out, "events") if row["label"].startswith("Market"))
    assert cli.main(["events", str(out), event["event_id"], "--text"]) == 0
    shown = capsys.readouterr().out
    assert "Aldersby" in shown
    assert "lightship" not in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)

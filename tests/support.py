"""Helpers that several test modules share: running the job, reading tables, writing inputs."""

import contextlib
import dataclasses
import functools
import gzip
import hashlib
import io
import json
import logging
import math
import shutil
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow.dataset as ds
from hypothesis import strategies as st

from pipelines import workers
from pipelines.news_events import main
from schemas.records import Described, FoundArticle, Verdict, Version
from schemas.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"

# A paragraph long enough to be an article's text wherever it stands.
STORY = (
    "The council of Aldersby voted on Thursday evening to rebuild the covered market, which a storm had stripped of its "
    "roof in February, and to keep the traders in a tent on the fairground until the work is done. Nine voted for it."
)
OTHER_STORY = (
    "Divers from the maritime school found the bell of the lightship Perseverance in eleven metres of water on Sunday, two "
    "kilometres east of the place where she was lost. It will be shown in the town hall of Sandness from the first of May."
)
MARKET = (
    f"{STORY}\n\nThe roof will be of larch from the council's own woods, and the tiles will come from a kiln at Sandness "
    "that had been about to close. Traders may move back in the first week of September, when the onions are brought in."
)
FIRE = (
    "Firefighters in Millbrook fought all night against a blaze in the old flour mill on Harbour Street, whose roof fell in "
    "towards midnight. The owner, Tomas Verrin, said that nobody was in the building when it began in the drying loft."
)
FIRE_LATER = (
    "The old flour mill on Harbour Street in Millbrook, whose roof fell in during the fire, must be pulled down, its owner "
    "Tomas Verrin said on Friday. Firefighters found the cause of the blaze in the drying loft, where a motor had run hot."
)
CHOIR = (
    "Forty singers of the parish of Saint Orrin gave their last concert on Saturday evening before the choir is dissolved "
    "for want of tenors. Its conductor, Ida Lemmer, had led them since the year in which the church got its organ."
)


def make_article(**given: Any) -> FoundArticle:
    """An article of which nothing is known but what is given."""
    known = {"article_index": 0, "role": "main", "bylines": (), "body": ""}
    unknown = ("title", "outlet", "age_text", "age_count", "age_unit", "date_text")
    return FoundArticle(**{**dict.fromkeys(unknown), **known, **given})


def make_version(**given: Any) -> Version:
    """A version of a text of which only what is given is known."""
    values: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(Version))
    values |= {name: "~" for name in values if name.endswith("_from")}
    values |= {"text_id": "a1", "order": "0", "role": "main", "page_id": "p1", "article_index": 0, "shard": "0"}
    values |= {"bylines": (), "occurrence_count": 1, "word_count": 0, "body": ""}
    return Version(**{**values, **given})


DAY = 86_400_000_000
"""Microseconds, as dates are kept."""


def make_described(
    article_id: str, *terms: str, names: tuple[str, ...] = (), day: int | None = None, **given: Any
) -> Described:
    """An article whose terms weigh alike, and its names, so that each of the two vectors has length one."""
    values: dict[str, Any] = {
        "title": "Title",
        "lead": "Lead",
        "outlet": None,
        "language": "en",
        "published_at": None if day is None else day * DAY,
        "occurrence_count": 1,
        "event_label": None,
        "terms": tuple(sorted(terms)),
        "weights": tuple(1 / math.sqrt(len(terms)) for _ in terms),
        "particulars": 0,
        "names": tuple(sorted(names)),
        "name_weights": tuple(1 / math.sqrt(len(names)) for _ in names),
        "blocks": (),
    }
    return Described(article_id, **{**values, **given})


@st.composite
def dealt(draw: st.DrawFn, elements: st.SearchStrategy[list[Any]]) -> list[list[Any]]:
    """Elements in any order, dealt out to some bundles of which any may be empty."""
    bundles: list[list[Any]] = [[] for _ in range(draw(st.integers(1, 4)))]
    for element in draw(st.permutations(draw(elements))):
        draw(st.sampled_from(bundles)).append(element)
    return bundles


def combine(combiner: beam.CombineFn, bundles: list[list[Any]]) -> Any:
    """What a combiner makes of bundles: an accumulator of each, merged one after the other."""
    accumulators = [functools.reduce(combiner.add_input, bundle, combiner.create_accumulator()) for bundle in bundles]
    merged = functools.reduce(lambda left, right: combiner.merge_accumulators([left, right]), accumulators)
    return combiner.extract_output(merged)


def make_verdict(**given: Any) -> Verdict:
    """A verdict on a text that is kept, but for what is given."""
    values: dict[str, Any] = {"text_id": "t1", "article_id": "t1", "kept_order": "0|0|0|p1|000000", "event_label": None}
    values |= {f"{which}_page_id": "p1" for which in ("kept", "first", "joined")}
    values |= {f"{which}_article_index": 0 for which in ("kept", "first", "joined")}
    values |= dict.fromkeys(("similarity", "containment", "joined_similarity", "joined_containment"), 1.0)
    values |= {"language": None, "language_confidence": None}
    return Verdict(**{**values, **given})


@dataclass(frozen=True)
class Outcome:
    """What a call of the command line came to."""

    status: int
    out: str
    err: str


def call(*arguments: object, command: Callable[[list[str]], int] = main) -> Outcome:
    """Runs the main job in this process, with what it prints caught, and logging and signals left as they were."""
    out, err = io.StringIO(), io.StringIO()
    beam_level = logging.getLogger("apache_beam").level
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    on_signals = {number: signal.getsignal(number) for number in workers.STOPPING}
    thread_hook = threading.excepthook
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = command([str(argument) for argument in arguments])
    finally:
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
        logging.getLogger("apache_beam").setLevel(beam_level)
        logging.captureWarnings(False)
        for number, handler in on_signals.items():
            signal.signal(number, handler)
        threading.excepthook = thread_hook
    return Outcome(status, out.getvalue(), err.getvalue())


def run_job(inputs: object, output: Path, *flags: object) -> Path:
    """Runs the job, which must succeed, and gives the dataset's folder."""
    outcome = call("--input", inputs, "--output", output, *flags)
    assert outcome.status == 0, outcome.err
    return output


def copy_of(dataset: Path, to: Path) -> Path:
    """The dataset as one that another folder's runs can be appended to."""
    home = to.with_name(f".{to.name}.clipbook")
    shutil.copytree(dataset.resolve(), home / "v000001")
    to.symlink_to(f"{home.name}/v000001")
    return to


def rows(dataset: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table; articles with the event of their folder."""
    partitioning = "hive" if table == "articles" else None
    return ds.dataset(dataset / table, format="parquet", partitioning=partitioning).to_table().to_pylist()


def all_rows(dataset: Path) -> dict[str, list[dict[str, Any]]]:
    return {table.name: rows(dataset, table.name) for table in TABLES}


def digests(dataset: Path) -> dict[str, str]:
    """The digest of every Parquet file, by its path below the dataset's folder."""
    real = dataset.resolve()
    files = sorted(real.rglob("*.parquet"))
    return {str(path.relative_to(real)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write_json_lines(path: Path, records: list[object]) -> Path:
    """A file of JSON lines; bytes and strings among the records stand as they are."""
    lines = []
    for record in records:
        if isinstance(record, bytes):
            lines.append(record)
        else:
            lines.append((record if isinstance(record, str) else json.dumps(record)).encode("utf-8"))
    content = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path

"""Articles to events, through a pipeline."""

import apache_beam as beam
from apache_beam.testing.util import assert_that, equal_to
from support import make_version

from schemas.records import Version
from transforms.events.transform import GroupEvents, extract_terms


def version(text_id: str, title: str, body: str, label: str | None = None) -> Version:
    return make_version(text_id=text_id, title=title, body=body, event_label=label, language="en")


FIRE = "Battery containers burn at Port Ellery harbour; firefighters pump water over Quay 7 all night."
FIRE_TOO = "The container fire at Port Ellery harbour was declared out; firefighters left Quay 7 in the morning."
FERRY = "The ferry Princess Astrid ran aground in fog off Orsund; all passengers were taken ashore."
MARKET = "The council of Aldersby will rebuild the covered market that a storm stripped of its roof."


def test_a_long_lead_is_cut_at_a_word():
    _, terms = extract_terms(version("a1", "T", "word " * 100))
    assert terms.lead == "word " * 23 + "word…"


def test_articles_become_events():
    versions = [
        version("a1", "Containers burn at Port Ellery", FIRE),
        version("a2", "Port Ellery container fire is out", FIRE_TOO),
        version("a3", "Ferry aground off Orsund", FERRY),
        version("a4", "Aldersby to rebuild market", MARKET, "june"),
        version("a5", "", "", "june"),
    ]
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        full = pipeline | "Versions" >> beam.Create(versions)
        kept = pipeline | "Kept" >> beam.Create(versions)
        grouped = (full, kept) | GroupEvents(1000)
        counts = grouped["events"] | beam.Map(lambda e: (e.external_id, e.article_count))
        assert_that(counts, equal_to([(None, 2), (None, 1), ("june", 2)]), "events")
        told = grouped["assignments"] | beam.Map(lambda pair: (pair[0], pair[1].article_count))
        assert_that(told, equal_to([("a1", 2), ("a2", 2), ("a3", 1), ("a4", 2), ("a5", 2)]), "assignments")

"""Articles to events, through a pipeline and through the plain functions that it calls."""

from collections import Counter

import apache_beam as beam
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given
from hypothesis import strategies as st
from support import make_version

from schemas.records import Version
from transforms.common.hashing import of_words
from transforms.events.cluster import average_link, event_keys
from transforms.events.describe import describe_event
from transforms.events.likeness import pack
from transforms.events.neighbours import of_part
from transforms.events.surroundings import Surroundings
from transforms.events.transform import GroupEvents, extract_terms
from transforms.events.weigh import Corpus, describe

ENGLISH = {
    "fire": (
        "Containers burn at Port Ellery",
        "Battery containers burn at Port Ellery harbour; firefighters pump water over Quay 7 all night.",
    ),
    "fire, out": (
        "Port Ellery container fire is out",
        "The container fire at Port Ellery harbour was declared out; firefighters left Quay 7 in the morning.",
    ),
    "ferry": (
        "Ferry aground off Orsund",
        "The ferry Princess Astrid ran aground in fog off Orsund; all passengers were taken ashore.",
    ),
    "market": (
        "Aldersby to rebuild market",
        "The council of Aldersby will rebuild the covered market that a storm stripped of its roof.",
    ),
}
BRIDGE = {
    "en": (
        "Bridge in Lindhaven falls",
        "A road bridge in Lindhaven fell into the river Orsa on Monday; 347 people had crossed it in the hour before. The "
        "engineer Mikhail Saparov had warned of cracks, and the mayor, Agneta Vollmer, said she had never seen his letter.",
    ),
    "de": (
        "Brücke in Lindhaven stürzt ein",
        "Eine Straßenbrücke in Lindhaven ist am Montag in die Orsa gestürzt; 347 Menschen hatten sie in der Stunde davor "
        "überquert. Der Ingenieur Michail Saparow hatte vor Rissen gewarnt, und die Bürgermeisterin Agneta Vollmer will "
        "den Brief nie gesehen haben.",
    ),
    "ru": (
        "В Линдхавене рухнул мост",
        "Автомобильный мост в Линдхавене обрушился в реку Орса в понедельник; за час до этого по нему проехали 347 человек. "
        "Инженер Михаил Сапаров предупреждал о трещинах, но мэр Агнета Фольмер говорит, что письма Сапарова не видела.",
    ),
}
OTHERS = {
    "en": ENGLISH["ferry"],
    "de": (
        "Neue Orgel für Sandnes",
        "Die Kirche von Sandnes bekommt eine neue Orgel, die der Meister Tjark Hinrichs in drei Jahren gebaut hat.",
    ),
    "ru": (
        "В Ельске открылся музей",
        "В Ельске после ремонта открылся музей стекла; первую экскурсию провела хранительница Дарья Крутова.",
    ),
}


def version(text_id: str, text: tuple[str, str], language: str = "en", label: str | None = None) -> Version:
    return make_version(text_id=text_id, title=text[0], body=text[1], event_label=label, language=language)


def grouped(pipeline: beam.Pipeline, versions: list[Version]) -> tuple[beam.PCollection, beam.PCollection]:
    """What the user calls each event with its languages and number of articles; and which articles are together."""
    full = pipeline | "Versions" >> beam.Create(versions)
    kept = pipeline | "Kept" >> beam.Create(versions[::-1])
    found = (full, kept) | GroupEvents(beam.pvalue.AsSingleton(pipeline | "Parts" >> beam.Create([3])))
    together = (
        found["assignments"]
        | beam.MapTuple(lambda article_id, event: ((event.event_id, event.article_count), article_id))
        | beam.GroupByKey()
        | beam.MapTuple(lambda event, articles: (event[1], sorted(articles)))
    )
    return found["events"] | beam.Map(lambda e: (e.external_id, e.languages, e.article_count)), together


def test_articles_become_events_and_labels_bind_even_what_has_no_text():
    versions = [
        *(version(name, text, label="june" if name == "market" else None) for name, text in ENGLISH.items()),
        version("empty", ("", ""), label="june"),
    ]
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        events, together = grouped(pipeline, versions)
        assert_that(events, equal_to([(None, ("en",), 2), (None, ("en",), 1), ("june", ("en",), 2)]), "events")
        expected = [(2, ["fire", "fire, out"]), (1, ["ferry"]), (2, ["empty", "market"])]
        assert_that(together, equal_to(expected), "assignments")


def test_reports_in_several_languages_are_joined_by_names():
    versions = [version(f"bridge {language}", text, language) for language, text in BRIDGE.items()]
    versions += [version(f"other {language}", text, language) for language, text in OTHERS.items()]
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        events, together = grouped(pipeline, versions)
        apart = [(None, (language,), 1) for language in OTHERS]
        assert_that(events, equal_to([(None, ("de", "en", "ru"), 3), *apart]), "events")
        expected = [(3, ["bridge de", "bridge en", "bridge ru"]), *((1, [f"other {language}"]) for language in OTHERS)]
        assert_that(together, equal_to(expected), "assignments")


def test_a_long_lead_is_cut_at_a_word():
    _, terms = extract_terms(version("a1", ("T", "word " * 100)))
    assert terms.lead == "word " * 23 + "word…"


ODD = st.one_of(
    st.just(""),
    st.text(max_size=80),
    st.text("0123456789.,'٣٤½²①１ ", max_size=40),
    st.text(st.characters(categories=["So", "Sk", "Mn", "Cf", "Cn", "Co"]), max_size=20),
    st.text("東京は火事ไฟไหม้ไม່ភ្លើងမီး。 ", max_size=40),
    st.text("ABÉЖΣß-.’ \n", max_size=40),
    st.sampled_from(["fire", "Fire", "FIRE", "火", "👩‍👩‍👧", "-" * 50, "\u200b", "\x00", "Ǆ", "ﬁ", "ſ"]),
)
LANGUAGES = st.sampled_from(["en", "de", "ja", "th", "no", "zz", None])
VERSIONS = st.lists(st.tuples(st.none() | ODD, ODD, LANGUAGES, st.none() | st.just(5)), min_size=1, max_size=6)


@given(VERSIONS)
def test_odd_texts_come_to_one_event_each(rows: list[tuple[str | None, str, str | None, int | None]]):
    versions = [
        make_version(text_id=f"a{at}", title=title, body=body, language=language, published_at=when)
        for at, (title, body, language, when) in enumerate(rows)
    ]
    terms = [extract_terms(version)[1] for version in versions]
    names = Counter(name for of_one in terms for name in of_one.names)
    corpus = Corpus(len(rows), Counter(term for of_one in terms for term in of_one.terms), names)
    articles = [describe(*pair, corpus) for pair in zip(versions, terms, strict=True)]
    ids = {article.article_id for article in articles}
    assert {name for name, _ in of_part([pack(each, of_words(each.blocks).tobytes()) for each in articles])} <= ids

    clusters = average_link(articles, Surroundings(len(rows), 0.1, 0.1, 1.0))
    assert sorted(article.article_id for cluster in clusters for article in cluster) == sorted(ids)
    for cluster in clusters:
        keyed = list(event_keys(cluster))
        assert {key for key, _ in keyed} == {f"cluster:{cluster[0].article_id}"}
        event = describe_event(None, None, lambda found=cluster: found)
        assert event.article_count == len(cluster)
        assert event.label

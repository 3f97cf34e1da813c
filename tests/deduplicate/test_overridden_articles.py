"""What the user says of articles and copies, as plain functions."""

from dataclasses import replace

import numpy as np
from support import OTHER_STORY, STORY, make_article, make_verdict, make_version

from schemas.records import Given, Override, SplitPage
from transforms.common.ids import event_id
from transforms.common.keeping import chosen, chosen_by, place
from transforms.deduplicate import keep, likeness
from transforms.deduplicate.earlier_names import WhoIsThere, copy_waits
from transforms.deduplicate.overridden import (
    Choose,
    FindNamed,
    Meant,
    NoArticles,
    TakeOut,
    identify,
    kept_by_choice,
    names_of,
    other_names,
)

BOX = make_article(title="Our letter", body=STORY)


def page(*articles: object) -> SplitPage:
    return identify(SplitPage("p1", "a.txt", Given(), 0, b"", "utf-8", (), (), "general", "", (), articles))  # type: ignore[arg-type]


def packed(text: str) -> bytes:
    return likeness.pack(likeness.shingles(keep.compared_text(None, text)))


def test_a_text_that_is_none_is_known_by_its_id_and_a_near_copy_by_its_likeness():
    none = NoArticles({"a1": (7, packed(STORY)), "a2": (3, packed(OTHER_STORY))})
    assert none.line_of(make_article(text_id="a1")) == 7
    assert none.line_of(make_article(body=STORY.replace("Nine", "Eight"))) == 7
    assert none.line_of(make_article(body=OTHER_STORY)) == 3
    assert none.line_of(make_article(body="The dog ran home over the hill and was never seen again by its owner.")) is None
    assert none.line_of(make_article()) is None


def test_a_text_that_only_holds_one_that_is_none_is_an_article():
    none = NoArticles({"a1": (7, packed(STORY))})
    around = f"{OTHER_STORY} {OTHER_STORY[::-1]} {STORY} {OTHER_STORY.upper()[::2]}"
    assert likeness.compare(packed(around), packed(STORY))[1] > 0.9
    assert none.line_of(make_article(body=around)) is None


def test_without_texts_nothing_is_asked():
    assert NoArticles({}).line_of(BOX) is None
    without_a_word = NoArticles({"a1": (1, b"")})
    assert without_a_word.line_of(make_article(body=STORY)) is None
    assert without_a_word.line_of(make_article(text_id="a1")) == 1


def test_what_is_none_is_named_by_its_text_or_by_its_place_and_taken_out():
    found = page(BOX, make_article(article_index=1, role="related", body=OTHER_STORY))
    box, other = (article.text_id for article in found.articles)
    lines = (Override(5, "not_an_article", ("p1#1",)), Override(8, "not_an_article", (box,)))
    named = dict(FindNamed(lines).process(found))
    assert {text_id: line for text_id, (line, _) in named.items()} == {box: 8, other: 5}
    *noticed, left = TakeOut().process(found, {other: named[other]})
    assert [said.value[0] for said in noticed] == [5]  # type: ignore[union-attr]
    assert [article.text_id for article in left.articles] == [box]  # type: ignore[union-attr]


def test_the_copy_that_the_first_line_wants_is_kept_and_gives_what_it_knows():
    order = place("related", 10, None, "p2", 1)
    wanted = make_version(order=order, title="B", title_from=order, outlet=None)
    choose = Choose([Override(4, "keep", ("a9",)), Override(2, "keep", ("p2#1",))])
    assert choose.lines(("a9", "p2#1")) == [2, 4]
    assert choose.lines(("a8", "p2#0")) == []
    ours = choose.apply(wanted, [2, 4])
    better = make_version(order="0|", title="A", title_from="0|", outlet="Post", outlet_from="0|")
    merged = keep.merge(better, ours)
    assert (merged.title, merged.outlet, chosen_by(merged.order)) == ("B", "Post", 2)
    assert [(line, said.outcome) for line, said in kept_by_choice(merged)] == [(2, "applied")]
    assert list(kept_by_choice(better)) == []


def test_a_name_means_the_article_that_holds_its_text_its_place_or_what_founded_its_event():
    lines = (Override(1, "same_event", ("a1", "p7#0", event_id("a2"))), Override(2, "not_an_article", ("a3",)))
    meant = Meant(lines)
    of_one = make_verdict(text_id="a1", article_id="a5")
    assert list(meant.process(of_one, {"a1": ["p7#0"]})) == [("a1", (0, "a5")), ("p7#0", (1, "a5"))]
    assert list(meant.process(make_verdict(text_id="a2", article_id="a2"), {})) == [(event_id("a2"), (0, "a2"))]
    assert list(meant.process(make_verdict(text_id="a3", article_id="a3"), {})) == []


def test_an_article_that_was_corrected_answers_to_the_names_that_it_had():
    mended = replace(make_article(body=STORY), was="a7")
    assert names_of(page(mended), mended)[1:] == ("p1#0", "a7")
    assert list(other_names(page(mended), mended)) == ["p1#0", "a7", event_id("a7")]


def test_what_is_about_earlier_runs_waits_in_an_append():
    who = WhoIsThere(
        [Override(1, "keep", ("a1",)), Override(2, "not_an_article", ("a1",)), Override(3, "segment", page_id="p1", start=0)]
    )
    assert [(line, said.outcome) for line, said in who.of_name("a1", "a9", is_kept=False)] == [(1, "waits"), (2, "waits")]
    assert [said.outcome for _, said in who.of_name("a1", "a1", is_kept=True)] == ["needless", "waits"]
    assert [(line, said.outcome) for line, said in who.of_page("p1")] == [(3, "waits")]
    assert list(who.of_page("p2")) == []
    assert list(copy_waits(("a1", make_version()))) == []
    wanted = make_version(text_id="a1", order=chosen(make_version().order, 4))
    assert list(copy_waits(("a1", wanted))) == []
    assert [(line, said.outcome) for line, said in copy_waits(("a9", wanted))] == [(4, "waits")]


def test_shingles_of_texts_that_are_none_need_not_be_distinct():
    grams = np.array([1, 2, 3], dtype=np.uint32)
    none = NoArticles({"a1": (1, likeness.pack(grams)), "a2": (2, likeness.pack(grams)), "a3": (3, b"")})
    assert none.line_of(make_article(text_id="a3")) == 3

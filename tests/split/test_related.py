"""The part of a page that holds related articles."""

from support import OTHER_STORY, STORY

from transforms.split.lines import Unit, read_units
from transforms.split.related import Zone, find_entries, label_entry, zone

ENTRY = f"Harbour Post\n2 days ago\n- Harbour Post\nBell found\n{OTHER_STORY}\n"


def units(text: str) -> list[Unit]:
    return [unit for unit in read_units(text) if not unit.blank]


def test_an_entry_begins_at_its_outlet():
    (entry,) = find_entries(units(ENTRY))
    assert (entry.start, entry.mark_at, entry.outlet, entry.strong) == (0, 1, "Harbour Post", True)


def test_an_entry_without_an_age_is_told_by_its_repeated_outlet():
    (entry,) = find_entries(units(f"Harbour Post\n- Harbour Post\nBell found\n{OTHER_STORY}\n"))
    assert (entry.start, entry.mark_at, entry.outlet, entry.strong) == (0, None, "Harbour Post", True)


def test_an_age_below_a_name_alone_is_weak():
    (entry,) = find_entries(units("Tomasz B.\n2 hours ago\nThe smell is still in the curtains.\n"))
    assert entry.strong is False


def test_an_outlet_that_ends_in_a_digit_is_cut_where_its_bullet_says():
    (entry,) = find_entries(units("Channel 93 weeks ago\n* Sport\n* Channel 9\nFinal\n"))
    assert (entry.outlet, entry.mark.text if entry.mark else None) == ("Channel 9", "3 weeks ago")


def test_the_zone_begins_at_its_heading():
    found = zone(units(f"{STORY}\nRelated Articles\n{ENTRY}"))
    assert (found.begin, [entry.start for entry in found.entries]) == (1, [2])


def test_the_zone_begins_at_its_first_entry_where_the_heading_is_gone():
    found = zone(units(f"{STORY}\n{ENTRY}"))
    assert (found.begin, [entry.start for entry in found.entries]) == (1, [1])


def test_weak_entries_without_a_heading_are_chance():
    assert zone(units(f"{STORY}\nTomasz B.\n2 hours ago\nSmells.\n")) == Zone(4, 4, ())


def test_a_heading_without_entries_is_no_zone():
    assert zone(units(f"{STORY}\nRelated Articles\nBell found off Sandness\n")) == Zone(3, 3, ())


def test_an_age_above_all_prose_is_the_main_articles_own():
    found = zone(units(f"Harbour Post\n2 days ago\n- Harbour Post\nMarket\n{STORY}\n"))
    assert found == Zone(5, 5, ())


def test_readers_comments_below_end_the_zone():
    found = zone(units(f"{STORY}\nRelated Articles\n{ENTRY}Comments\nTomasz B.\n2 hours ago\nSmells.\n"))
    assert (found.begin, found.end, len(found.entries)) == (1, 7, 1)


def test_the_parts_of_an_entry_are_labelled():
    content = units(ENTRY)
    labelled = label_entry(content, find_entries(content)[0], len(content))
    assert [labelled.kinds[at] for at in range(5)] == ["outlet", "age", "outlet", "title", "body"]
    assert (labelled.title, labelled.outlet) == ("Bell found", "Harbour Post")


def test_the_last_bullet_names_the_outlet_where_the_mark_does_not():
    content = units(f"time11-06-2025\n* Culture\n* Harbour Post\nBell found\n{OTHER_STORY}\n")
    labelled = label_entry(content, find_entries(content)[0], len(content))
    assert [labelled.kinds[at] for at in range(5)] == ["age", "boilerplate", "outlet", "title", "body"]
    assert labelled.outlet == "Harbour Post"

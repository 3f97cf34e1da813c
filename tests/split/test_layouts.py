"""The layouts that come with the package, each against its examples, and how layouts are read and found."""

from pathlib import Path

import pytest

from schemas.marked import MarkedPage, parse, write
from transforms.split.layouts import FILE, RESERVED, Layout, Layouts, layouts, parse_layout, read_layouts
from transforms.split.lines import Unit, read_units
from transforms.split.page import Split, split_page

FOLDER = Path(__file__).parents[2] / "transforms/split/layouts"
EXAMPLES = sorted(FOLDER.glob("*/*.page"))
KNOWN = '[known_by]\nhosts = ["post.example"]\n'


def example(path: Path) -> tuple[Layout, MarkedPage]:
    layout = next(layout for layout in layouts().all if layout.name == path.parent.name)
    return layout, parse(path.read_text("utf-8"))


def host(layout: Layout) -> str:
    return next(iter(layout.known_by.get("hosts", ())), "")


def shown(text: str, cut: Split | MarkedPage) -> list[str]:
    """One row for every line but blank ones, which the general rules may join."""
    return [row for row in write(text, cut.spans).splitlines() if not row.startswith("blank")]


def units(text: str) -> list[Unit]:
    return [unit for unit in read_units(text) if not unit.blank]


# The layouts of the package.


def test_every_folder_is_a_layout_with_an_example():
    folders = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
    assert [layout.name for layout in layouts().all] == folders
    assert sorted({path.parent.name for path in EXAMPLES}) == folders


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_example_is_split_as_it_is_marked(path: Path):
    layout, page = example(path)
    cut = split_page(page.text, host=host(layout))
    assert cut.layout == layout.name
    assert shown(page.text, cut) == shown(page.text, page)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_example_shows_what_the_general_rules_get_wrong(path: Path):
    _, page = example(path)
    assert shown(page.text, split_page(page.text, host="unknown.example")) != shown(page.text, page)


def test_no_two_layouts_claim_one_host():
    hosts = [host for layout in layouts().all for host in layout.known_by.get("hosts", ())]
    assert sorted(hosts) == sorted(set(hosts))


def test_the_layouts_are_read_once():
    assert layouts() is layouts()


@pytest.mark.parametrize("host", ["", "unknown.example", "nottheguardian.com", "com", "..", "theguardian.com.example"])
def test_a_page_of_an_unknown_site_is_split_by_the_general_rules(host: str):
    _, page = example(EXAMPLES[0])
    assert split_page(page.text, host=host) == split_page(page.text)
    assert split_page(page.text, host=host).layout == "general"


# Which layout a page has.


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("x.example", "x"),
        ("edition.x.example", "x"),
        ("a.b.x.example", "x"),
        ("notx.example", None),
        ("example", None),
        ("sport.x.example", "sport"),
        ("www.sport.x.example", "sport"),
    ],
)
def test_a_layout_has_its_hosts_and_their_subdomains(host: str, name: str | None):
    known = Layouts([Layout("x", "X", {"hosts": ("x.example",)}), Layout("sport", "X", {"hosts": ("sport.x.example",)})])
    found = known.of(host, [])
    assert (found and found.name) == name


def test_a_page_without_an_address_is_known_by_all_of_its_lines():
    known = Layouts([Layout("x", "X", {"hosts": ("x.example",), "lines": ("Harbour Post", "{n} readers online")})])
    lines = ["HARBOUR POST", "Rain", "* 4,215 readers online:"]
    assert known.of("", lines[:2]) is None
    assert known.of("", ["Harbour Post", "17 readers online"]) is known.all[0]
    assert known.of("y.example", ["Harbour Post", "17 readers online"]) is None


def test_the_first_by_name_has_what_two_layouts_claim():
    claims = {"hosts": ("x.example",), "lines": ("Rain",)}
    known = Layouts([Layout("b", "B", claims), Layout("a", "A", claims)])
    assert [found and found.name for found in (known.of("x.example", []), known.of("", ["Rain", "Rain"]))] == ["a", "a"]


def test_a_page_is_looked_up_without_looking_at_every_layout():
    shared = "Home"
    known = Layouts(Layout(f"l{n}", "L", {"lines": (shared, f"site-{n * 'x'}")}) for n in range(1, 50))
    assert max(map(len, known._by_sign.values())) == 1
    found = known.of("", [shared, "site-xxx"])
    assert found is not None
    assert found.name == "l3"


# What a layout does.


def test_lines_are_marked_as_a_vocabulary_would():
    lines = {
        "furniture": ("Play {n} (of 3)",),
        "furniture_prefixes": ("Last seen",),
        "related_headings": ("More fish",),
        "link_headings": ("Also wet",),
        "comments": ("{n} gulls cried",),
    }
    text = f"Play 1 (of 9)\n• MORE  FISH:\nAlso wet →\n31 gulls cried\n* Last seen {'at sea ' * 30}\nLast seeners\nBread\n"
    page = units(text)
    Layout("x", "X", lines=lines).mark(page)
    assert [set(unit.known) for unit in page] == [
        {"furniture"},
        {"related"},
        {"links"},
        {"comments"},
        {"furniture"},
        set(),
        set(),
    ]


def test_what_looks_like_a_pattern_is_plain_text():
    page = units("a\naaaa\n(a+)+$\n.*\n")
    Layout("x", "X", lines={"furniture": ("(a+)+$", ".*"), "furniture_prefixes": ("[a-z]",)}).mark(page)
    assert ["furniture" in unit.known for unit in page][:2] == [False, False]
    assert "furniture" in page[2].known


def test_boxes_end_at_their_last_line_or_do_not_hold():
    layout = Layout("x", "X", boxes=(("Buy",), ("From", "To"), ("From", "Till")))
    assert layout.boxed(units("Buy\nFrom\nrain\nTill\nTo\n")) == dict.fromkeys([0, 1, 2, 3], "boilerplate")
    assert layout.boxed(units("From\nrain\n")) == {}
    far = "".join(f"line {n}\n" for n in range(40))
    assert layout.boxed(units(f"From\n{far}To\n")) == {}


def test_a_box_below_a_heading_of_the_layout_holds_links():
    layout = Layout("x", "X", lines={"link_headings": ("Read on",)}, boxes=(("Read on", "Back"),))
    page = units("Read on\nThe ferry sails again\nHarbour\nThe ferry is back, and the town is glad of it.\nBack\n")
    layout.mark(page)
    assert list(layout.boxed(page).values()) == ["section_heading", "related_link", "boilerplate", "teaser", "boilerplate"]


PROSE = "The ferry sails again, and the town is glad of it."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Menu\nArticle\n{PROSE}\nThe end\nFooter\n", (2, 3)),
        (f"Menu\n{PROSE}\nThe end\nFooter\n", (0, 2)),
        (f"Article\n{PROSE}\nArticle\nFooter\n", (1, 4)),
        (f"The end\nArticle\n{PROSE}\nFooter\n", (2, 4)),
        (f"Article\nThe end\n{PROSE}\n", (0, 3)),
        (f"{PROSE}\n", (0, 1)),
    ],
)
def test_the_text_stands_between_two_lines(text: str, expected: tuple[int, int]):
    layout = Layout("x", "X", text={"begins_below": ("Article",), "ends_above": ("The end",)})
    assert layout.bounds(units(text)) == expected


def test_the_article_is_searched_between_the_bounds(monkeypatch: pytest.MonkeyPatch):
    layout = Layout("x", "X", {"hosts": ("x.example",)}, {"begins_below": ("Article",), "ends_above": ("The end",)})
    monkeypatch.setattr("transforms.split.page.layouts", lambda: Layouts([layout]))
    other = "Nothing of this is the article's, however long it goes on, and however much of it there is on the page. " * 4
    menu = "Home\nNews\nSport\nWeather\n"
    head = f"{other}\n{other}\n{menu}Ferry sails again on the lake\nBy Jane Marlow\n"
    text = f"{head}Article\n{PROSE}\nThe end\n{other}\n{other}\n"
    (article,) = split_page(text, host="x.example").articles
    assert (article.title, article.bylines, article.body) == ("Ferry sails again on the lake", ("Jane Marlow",), PROSE)
    assert other.strip() in split_page(text).articles[0].body


# What a file may say.


def test_a_file_may_say_everything():
    layout = parse_layout(
        "post",
        'title = "Post"\nboxes = [["a"], ["b", "c"]]\n[known_by]\nlines = ["Post"]\n[text]\nends_above = ["End"]\n'
        '[lines]\nfurniture = ["x", "y"]\n',
    )
    assert layout == Layout(
        "post", "Post", {"lines": ("Post",)}, {"ends_above": ("End",)}, {"furniture": ("x", "y")}, (("a",), ("b", "c"))
    )


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('title = "Post"', r"layouts/post/layout.toml: \[known_by\] has to name hosts, lines or both"),
        (KNOWN, "layouts/post/layout.toml: title has to be one line"),
        (f"title = 3\n{KNOWN}", "title has to be one line that says which site it is, not 3"),
        (f'title = "P"\ncolour = "red"\n{KNOWN}', "layout.toml: unknown 'colour'; known are title, boxes, known_by"),
        (f'title = "P"\n{KNOWN}[lines]\nfurnitures = ["x"]', r"\[lines\]: unknown 'furnitures'; known are furniture,"),
        (f'title = "P"\n{KNOWN}[lines]\nfurniture = "x"', r"\[lines\] furniture has to be a list of phrases, not 'x'"),
        (f'title = "P"\n{KNOWN}[lines]\nfurniture = []', r"\[lines\] furniture has to be a list of phrases, not \[\]"),
        (f'title = "P"\n{KNOWN}[lines]\nfurniture = [" "]', r"\[lines\] furniture holds ' '"),
        (f'title = "P"\n{KNOWN}[lines]\nfurniture = [7]', r"\[lines\] furniture holds 7"),
        (f'title = "P"\n{KNOWN}[text]\nends_above = ["{"x" * 501}"]', "a line of text of at most 500 characters"),
        (f'title = "P"\n{KNOWN}[text]\nends_above = ["a\\nb"]', r"\[text\] ends_above holds"),
        (f'title = "P"\nlines = ["a"]\n{KNOWN}', r"\[lines\] has to be a table, not \['a'\]"),
        (f'title = "P"\nboxes = ["a", "b"]\n{KNOWN}', "boxes has to be a list of lists"),
        (f'title = "P"\nboxes = [["a", "b", "c"]]\n{KNOWN}', "boxes has to be a list of lists"),
        (f'title = "P"\nboxes = [[]]\n{KNOWN}', r"boxes has to be a list of phrases, not \[\]"),
        ('title = "P"\n[known_by]\nhosts = ["www.post.example"]', "hosts holds 'www.post.example'; write a host as"),
        ('title = "P"\n[known_by]\nhosts = ["https://post.example/"]', "write a host as"),
        ('title = "P"\n[known_by]\nhosts = ["Post.Example"]', "write a host as"),
        ('title = "P"\n[known_by]\nhosts = ["example"]', "write a host as"),
        ("title = ", "layouts/post/layout.toml: Invalid value"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(toml: str, message: str):
    with pytest.raises(ValueError, match=message):
        parse_layout("post", toml)


@pytest.mark.parametrize("name", ["Post", "the_post", "-post", "post-", "p st", "", "pöst", *RESERVED])
def test_a_name_is_of_letters_digits_and_dashes(name: str):
    with pytest.raises(ValueError, match=f"layouts/{name}: a name is of letters a to z, digits and dashes"):
        parse_layout(name, f'title = "P"\n{KNOWN}')


def test_layouts_are_found_in_their_folder(tmp_path: Path):
    for name in ("one", "two-2", ".hidden", "__pycache__"):
        (tmp_path / name).mkdir()
        (tmp_path / name / FILE).write_text(f'title = "{name}"\n{KNOWN}')
    (tmp_path / "README.md").write_text("Read me")
    assert [layout.name for layout in read_layouts(tmp_path).all] == ["one", "two-2"]


def test_a_folder_without_a_file_is_an_error(tmp_path: Path):
    (tmp_path / "one").mkdir()
    with pytest.raises(FileNotFoundError):
        read_layouts(tmp_path)

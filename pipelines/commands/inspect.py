"""Shows how pages are split: each segment with its kind and the article that it belongs to.

With --marked a page is printed as a marked page (schemas/marked.py) and nothing else, to be corrected by hand and kept as an
example. No pipeline runs: the functions of the steps are called one after the other on one file. So lines that recur on
other pages of a site are not known here, and a run may leave out more.
"""

import glob
import itertools
import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.screen import Screen, clean
from pipelines.usage import Parser, UsageError, moment, near_file
from schemas.marked import write
from schemas.records import RepairedPage, SplitPage
from schemas.rejects import Reject
from transforms.common.paragraphs import article_bodies
from transforms.common.times import from_micros
from transforms.dates import date_page
from transforms.read.files import Limits
from transforms.read.formats import printable, read_file
from transforms.read.transform import match
from transforms.repair import repair_record
from transforms.split.transform import split

EXAMPLES = """\
clipbook inspect page.txt
clipbook inspect crawl.jsonl.gz jun-005
clipbook inspect saved.html --json | jq '.segments[] | select(.kind == "body").text'
clipbook inspect page.txt --marked > example.page
"""

_LIMITS = Limits(page_bytes=10 << 20, file_bytes=1 << 30)
_COLOURS = {
    "title": "1;36", "subheading": "36", "body": "", "caption": "35", "byline": "33", "author_bio": "33", "outlet": "32",
    "age": "32", "section_heading": "1;34", "related_link": "34", "teaser": "34", "boilerplate": "2", "blank": "2",
}  # fmt: skip
_KIND_WIDTH = max(map(len, _COLOURS))


def add_arguments(parser: Parser) -> None:
    parser.add_argument("file", help="a file that the main job would read")
    parser.add_argument("record", nargs="?", help="the id or number of one record in it")
    parser.add_argument(
        "--fetched_at", type=moment, metavar="TIME", help="when the page was fetched, for ages, where the file does not say"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print each page as a line of JSON")
    form.add_argument("--marked", action="store_true", help="print the page as a marked page, to be corrected by hand")


def pages(path: str, fetched_at: int | None = None) -> Iterator[SplitPage | Reject]:
    """The pages of a file, split, and what of it was refused."""
    for _, file in match(glob.escape(path) if os.path.exists(path) else path):
        for record in read_file(file, _LIMITS):
            page = record if isinstance(record, Reject) else repair_record(record)
            yield date_page(split(page), fetched_at) if isinstance(page, RepairedPage) else page


def show(page: SplitPage | Reject, screen: Screen) -> None:
    """Prints a page: what is known of it, its articles, and every segment that is not blank."""
    if isinstance(page, Reject):
        screen.line(f"{clean(page.source_uri)}  refused by {page.stage}: {clean(page.message)}\n")
        return
    head = f"{clean(page.source_uri)}  layout {page.layout}, {page.encoding}, fixes: {', '.join(page.fixes) or 'none'}"
    screen.line(screen.bold(head))
    for warning in page.warnings:
        screen.line(screen.styled(f"  warning: {clean(warning)}", "33"))
    for article in page.articles:
        facts = [article.outlet, article.age_text or article.date_text, ", ".join(article.bylines)]
        about = clean(" · ".join(fact for fact in facts if fact))
        screen.line(f"  {article.article_index} {article.role}: {clean(article.title or '(no headline)')}  {about}")
    screen.line()
    for span in page.spans:
        if span.kind_name != "blank":
            owner = " " if span.article_index is None else str(span.article_index)
            line = f"{span.kind_name:>{_KIND_WIDTH}} {owner:>2}  {clean(page.text[span.start : span.end])}"
            screen.line(screen.styled(line, _COLOURS[span.kind_name]))
    screen.line()


def described(page: SplitPage | Reject) -> dict[str, Any]:
    """A page as a value for JSON: what is known of it, its articles with their bodies, and its segments with their texts."""
    if isinstance(page, Reject):
        names = ("source_uri", "stage", "error_type", "message")
        return {"refused": True} | {name: getattr(page, name) for name in names}
    bodies = article_bodies(page.text, page.spans)
    return {
        "refused": False,
        "source_uri": page.source_uri,
        "page_id": page.page_id,
        "url": page.given.url,
        "layout": page.layout,
        "encoding": page.encoding,
        "fixes": list(page.fixes),
        "warnings": list(page.warnings),
        "articles": [
            {
                "article_index": article.article_index,
                "role": article.role,
                "title": article.title,
                "outlet": article.outlet,
                "age_text": article.age_text,
                "bylines": list(article.bylines),
                "published_at": None if article.published_at is None else from_micros(article.published_at).isoformat(),
                "published_precision": article.published_precision,
                "body": bodies.get(article.article_index, ""),
            }
            for article in page.articles
        ],
        "segments": [
            {
                "kind": span.kind_name,
                "article_index": span.article_index,
                "char_start": span.start,
                "char_end": span.end,
                "text": page.text[span.start : span.end],
            }
            for span in page.spans
        ],
    }


def _show_marked(found: Sequence[SplitPage | Reject]) -> None:
    page = found[0]
    if len(found) > 1:
        raise UsageError("--marked prints one page, and the file holds several; name a RECORD.")
    if isinstance(page, Reject):
        raise UsageError(f"{page.source_uri} was refused by {page.stage}: {page.message}")
    print(write(page.text, page.spans), end="")


def run(arguments: Namespace) -> int:
    """Shows the pages of a file.

    Raises:
      UsageError: if there is no such file or record, or what is to be one marked page is not one page.
    """
    if os.path.isdir(arguments.file):
        raise UsageError(f"{arguments.file} is a folder; give one of the files in it.")
    every = enumerate(pages(arguments.file, arguments.fetched_at), start=1)
    found = (page for number, page in every if _is_meant(arguments.record, number, page))
    first = next(found, None)
    if first is None:
        raise UsageError(_not_found(arguments.file, arguments.record))
    if arguments.marked:
        _show_marked([first, *itertools.islice(found, 1)])
        return 0
    screen = Screen()
    for page in itertools.chain([first], found):
        if arguments.json:
            screen.json(described(page))
        else:
            show(page, screen)
    return 0


def _is_meant(record: str | None, number: int, page: SplitPage | Reject) -> bool:
    name = page.source_uri.partition("#")[2]
    return record is None or record == str(number) or name == printable(record)


def _not_found(path: str, record: str | None) -> str:
    if record is not None and any(True for _ in pages(path)):
        return f"{path} has no record {record!r}; give its id, or its number from 1."
    if os.path.exists(path):
        return f"{path} holds no record."
    return f"There is no file {path}; {near_file(path)}"

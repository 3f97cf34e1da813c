"""Shows how pages are split: ``python -m pipelines.inspect FILE [RECORD]``, each segment with its kind and article.

With ``--marked`` a page is printed as a marked page (``schemas.marked``) and nothing else, to be corrected by hand and kept
as an example. No pipeline runs: the functions of the steps are called one after the other on one file. So lines that recur
on other pages of a site are not known here, and a run may leave out more.
"""

import argparse
import itertools
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from schemas.marked import write
from schemas.records import RepairedPage, SplitPage
from schemas.rejects import Reject
from transforms.dates import date_page
from transforms.read.files import Limits
from transforms.read.formats import printable, read_file
from transforms.read.transform import match
from transforms.repair import repair_record
from transforms.split.transform import split

_LIMITS = Limits(page_bytes=10 << 20, file_bytes=1 << 30)
_COLOURS = {
    "title": "1;36", "subheading": "36", "body": "0", "caption": "35", "byline": "33", "author_bio": "33", "outlet": "32",
    "age": "32", "section_heading": "1;34", "related_link": "34", "teaser": "34", "boilerplate": "2", "blank": "2",
}  # fmt: skip
_KIND_WIDTH = max(map(len, _COLOURS))


def pages(path: str) -> Iterator[SplitPage | Reject]:
    """The pages of a file, split, and what of it was refused."""
    for _, file in match(path):
        for record in read_file(file, _LIMITS):
            page = record if isinstance(record, Reject) else repair_record(record)
            yield date_page(split(page), None) if isinstance(page, RepairedPage) else page


def show(page: SplitPage, stream: TextIO, colours: bool) -> None:
    """Prints a page: what is known of it, its articles, and every segment that is not blank."""
    print(f"{page.source_uri}  layout {page.layout}, {page.encoding}, fixes: {', '.join(page.fixes) or 'none'}", file=stream)
    for warning in page.warnings:
        print(f"  warning: {warning}", file=stream)
    for article in page.articles:
        facts = [article.outlet, article.age_text or article.date_text, ", ".join(article.bylines)]
        about = " · ".join(fact for fact in facts if fact)
        print(f"  {article.article_index} {article.role}: {article.title or '(no headline)'}  {about}", file=stream)
    print(file=stream)
    for span in page.spans:
        if span.kind_name != "blank":
            owner = " " if span.article_index is None else str(span.article_index)
            text = " ".join(page.text[span.start : span.end].split())
            shown = "".join(character if character.isprintable() else "\ufffd" for character in text)
            line = f"{span.kind_name:>{_KIND_WIDTH}} {owner:>2}  {shown}"
            print(f"\x1b[{_COLOURS[span.kind_name]}m{line}\x1b[0m" if colours else line, file=stream)
    print(file=stream)


def show_marked(found: Sequence[SplitPage | Reject]) -> int:
    """Prints the page as a marked page; 2 where there are several or it was refused."""
    page = found[0]
    if len(found) > 1:
        print("clipbook: --marked prints one page, and the file holds several; name a RECORD", file=sys.stderr)
    elif isinstance(page, Reject):
        print(f"clipbook: {page.source_uri} was refused by {page.stage}: {page.message}", file=sys.stderr)
    else:
        print(write(page.text, page.spans), end="")
        return 0
    return 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Shows the pages of a file; 2 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.inspect", description=__doc__.splitlines()[0])
    parser.add_argument("file", help="a file that the main job would read")
    parser.add_argument("record", nargs="?", help="the id or number of one record in it")
    parser.add_argument("--marked", action="store_true", help="print the page as a marked page, to be corrected by hand")
    given = parser.parse_args(arguments)
    found = (page for number, page in enumerate(pages(given.file), start=1) if _is_meant(given.record, number, page))
    first = next(found, None)
    if first is None:
        print(f"clipbook: there is no such file or record: {given.file} {given.record or ''}".rstrip(), file=sys.stderr)
        return 2
    if given.marked:
        return show_marked([first, *itertools.islice(found, 1)])
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for page in itertools.chain([first], found):
        if isinstance(page, Reject):
            print(f"{page.source_uri}  refused by {page.stage}: {page.message}\n")
        else:
            show(page, sys.stdout, colours)
    return 0


def _is_meant(record: str | None, number: int, page: SplitPage | Reject) -> bool:
    name = page.source_uri.partition("#")[2]
    return record is None or record == str(number) or name == printable(record)


if __name__ == "__main__":
    sys.exit(main())

"""Makes the report of a dataset anew: report.html in its folder, to be opened in a browser.

A run makes one itself. This makes it after an update of Clipbook, shows pages of your choice as they were cut, or writes the
report elsewhere and leaves the dataset alone.
"""

import os
from argparse import Namespace

from pipelines.published import open_published
from pipelines.report.render import make
from pipelines.report.samples import NoPage
from pipelines.screen import Screen, clean
from pipelines.tables import store
from pipelines.usage import Parser, UsageError
from transforms.write.layout import REPORT

EXAMPLES = """\
clipbook report output
clipbook report output --page psykhpqwkxqk7ljth --to page.html
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("dataset", metavar="DIR", help="the dataset's folder or URI")
    parser.add_argument(
        "--page", action="append", default=[], metavar="ID", help="show this page as it was cut; may be given several times"
    )
    parser.add_argument("--to", metavar="FILE", help=f"where it is written (default: {REPORT} in DIR)")


def run(arguments: Namespace) -> int:
    """Writes the report and prints its path.

    Raises:
      UsageError: if there is no dataset, or no such page in it, or the file cannot be written.
    """
    dataset = open_published(arguments.dataset)
    given = arguments.dataset.rstrip("/") or "/"
    folder = given if "://" in given else dataset.folder
    try:
        content = make(folder, dataset.manifest, arguments.page)
    except NoPage as error:
        raise UsageError(f"{given} has no page {error.args[0]!r}; its ids are in the table pages.") from None
    try:
        store(arguments.to or f"{folder}/{REPORT}", content.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{arguments.to or given} cannot be written: {error.strerror or error}.") from None
    Screen().line(clean(arguments.to or os.path.join(given, REPORT)))
    return 0

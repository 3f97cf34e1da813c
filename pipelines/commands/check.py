"""Checks that a dataset keeps every promise, and says what is broken: the table, the row's key, and a sentence.

Files against the manifest, schemas, the order of rows, ids, texts, references, counts, the tiling of pages by their
segments, bodies against segments, what was kept and why, events against their articles, furniture. Tables are read as
streams; beyond a quarter of a million rows what has to meet is sorted through files in the temporary folder (TMPDIR), a
few hundred bytes an occurrence. Exit status: 0 all is kept, 1 something is broken, 2 there is no such dataset.
"""

import dataclasses
import sys
from argparse import Namespace

from pipelines.promises import verify
from pipelines.promises.findings import Findings
from pipelines.published import open_published
from pipelines.screen import Screen, clean
from pipelines.usage import Parser, positive

EXAMPLES = """\
clipbook check output
clipbook check output --quiet && echo "fit to publish"
clipbook check output --json | jq .broken
"""

_SHOWN = 5


def add_arguments(parser: Parser) -> None:
    parser.add_argument("dataset", metavar="DIR", help="the dataset's folder or URI")
    parser.add_argument(
        "--examples",
        type=positive,
        default=_SHOWN,
        metavar="N",
        help=f"rows shown of each broken promise (default: {_SHOWN})",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quiet", action="store_true", help="print nothing where all is kept, and nothing on the way")


def run(arguments: Namespace) -> int:
    """Checks a dataset; 1 where a promise is broken.

    Raises:
      UsageError: if there is no such dataset.
    """
    dataset = open_published(arguments.dataset)
    findings = Findings(arguments.examples)
    way = Screen(sys.stderr)

    def tell(what: str) -> None:
        if way.stream.isatty() and not arguments.quiet:
            way.over(f"checking {what} …" if what else "")

    complete = verify(dataset, findings, tell)
    tell("")
    screen = Screen()
    if arguments.json:
        screen.json(
            {
                "dataset": dataset.name,
                "whole": findings.whole,
                "complete": complete,
                "rows": dataset.rows,
                "better_copies": {
                    "count": findings.better_copies,
                    "examples": [dataclasses.asdict(better) for better in findings.better_examples],
                },
                "broken": [
                    {
                        "promise": promise,
                        "table": table,
                        "count": count,
                        "examples": [
                            {"key": broken.key, "message": broken.message}
                            for broken in findings.examples
                            if (broken.promise, broken.table) == (promise, table)
                        ],
                    }
                    for (promise, table), count in findings.counts.items()
                ],
            }
        )
    elif not (findings.whole and arguments.quiet):
        _show(dataset.name, dataset.rows, findings, screen)
        if not complete:
            screen.line("Since files are broken, it was not asked how the rows of different tables fit together.")
        if findings.better_copies:
            _show_better(findings, screen)
    return 0 if findings.whole else 1


def _show_better(findings: Findings, screen: Screen) -> None:
    number = findings.better_copies
    screen.line(
        f"{number:,} cop{'y' if number == 1 else 'ies'} would have been kept, had no earlier run kept another one; "
        "--mode overwrite over all pages chooses anew."
    )
    for better in findings.better_examples:
        screen.line(f"  {clean(better.key)}  the kept copy of {clean(better.article_id)} is {better.rule}")
    if number > len(findings.better_examples):
        screen.line(screen.dim(f"  and {number - len(findings.better_examples):,} more"))


def _show(name: str, rows: dict[str, int], findings: Findings, screen: Screen) -> None:
    for (promise, table), count in findings.counts.items():
        screen.line(screen.styled(f"Broken in {table}: {promise}", "1;31"))
        shown = [b for b in findings.examples if (b.promise, b.table) == (promise, table)]
        for broken in shown:
            screen.line(f"  {clean(broken.key) or '(the table)'}  {clean(broken.message)}")
        if count > len(shown):
            screen.line(screen.dim(f"  and {count - len(shown):,} more"))
    if findings.whole:
        counts = ", ".join(f"{number:,} {table}" for table, number in rows.items())
        screen.line(f"{screen.styled('All promises are kept', '1;32')} by {clean(name)}: {counts}.")
    else:
        total = sum(findings.counts.values())
        kinds = len(findings.counts)
        screen.line(
            f"{clean(name)} breaks {kinds} promise{'s' if kinds > 1 else ''}, at {total:,} place{'s' if total > 1 else ''}."
        )

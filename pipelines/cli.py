"""The command ``clipbook``: a table of commands, each a module of ``pipelines.commands``.

A command's module has ``add_arguments(parser)`` and ``run(arguments)``, which gives the exit status: 0 for done, 1 for
failed or found wrong, 2 for a wrong call. Its docstring is its help, ``EXAMPLES`` stands below. It is imported only when it
is called, since Beam alone takes two seconds; a module that needs Beam says nothing of it here.
"""

import contextlib
import importlib
import os
import sys
import textwrap
import traceback
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import metadata

from pipelines import screen
from pipelines.usage import Parser, UsageError, did_you_mean

COMMANDS = {
    "run": "cut articles out of pages and file them by event",
    "inspect": "show how a page is split",
    "events": "list events, or the articles of one",
    "explain": "say why something is a copy, one event, or furniture",
    "check": "verify every promise of a dataset",
    "diff": "show what has changed from one dataset to another",
    "report": "make the report of a dataset anew",
    "sql": "ask in SQL, or make a DuckDB database of a dataset",
    "schema": "print the data dictionary",
}
"""Name and purpose of every command; ``pipelines.commands.<name>`` is its module."""

OWN_FLAGS = frozenset({"run"})
"""Commands whose module takes the arguments as they are, ``main(arguments)``: they have flags that are not ours."""

_HELP = """\
usage: clipbook COMMAND [ARGUMENT]...

Cuts every article out of scraped news pages and files it under the event that it tells of.

{commands}

clipbook COMMAND --help says more, with examples.

options:
  -h, --help   this help
  --version    the version

exit status: 0 done, 1 failed or found wrong, 2 a wrong call
"""


def overview() -> str:
    """The help of the command itself."""
    width = max(map(len, COMMANDS))
    return _HELP.format(commands="\n".join(f"  {name:<{width}}  {purpose}" for name, purpose in COMMANDS.items()))


def parser_of(name: str) -> Parser:
    """The parser of a command.

    Raises:
      ImportError: where its module cannot be imported.
    """
    module = importlib.import_module(f"pipelines.commands.{name}")
    parser = Parser(
        prog=f"clipbook {name}",
        description=(module.__doc__ or "").strip(),
        epilog="examples:\n" + textwrap.indent(module.EXAMPLES.strip(), "  "),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    parser.add_argument("--traceback", action="store_true", help="show where in the code a failure came from")
    parser.set_defaults(run=module.run)
    return parser


def _call(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview(), end="", file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    name, *rest = arguments
    if name == "--version":
        print(f"clipbook {metadata.version('clipbook')}")
        return 0
    if name not in COMMANDS:
        kind = "flag" if name.startswith("-") else "command"
        raise UsageError(f"There is no {kind} {name!r}; {did_you_mean(name, COMMANDS, 'see clipbook --help.')}")
    if name in OWN_FLAGS:
        return int(importlib.import_module(f"pipelines.commands.{name}").main(rest))
    given = parser_of(name).parse_args(rest)
    return int(given.run(given))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status. A user's mistake is answered in a sentence, on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    screen.ready(sys.stdout, sys.stderr)
    try:
        status = _call(given)
        sys.stdout.flush()
        return status
    except SystemExit as end:  # argparse has printed a command's help
        return int(end.code or 0)
    except UsageError as error:
        print(f"clipbook: {screen.clean(str(error))}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # what reads us, such as head, has seen enough
        _close_stdout()
        return 0
    except KeyboardInterrupt:
        print("clipbook: stopped.", file=sys.stderr)
        return 1
    except Exception as error:
        if "--traceback" in given:
            traceback.print_exc()
        reason = screen.clean(f"{type(error).__name__}: {error}")[:500]
        print(f"clipbook: {given[0]} failed: {reason}", file=sys.stderr)
        return 1


def _close_stdout() -> None:
    """Sends what is still to be flushed nowhere, so that Python does not complain of it while it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console() -> None:
    """The console script: runs the command and ends the process with its status."""
    status = main()
    if len(sys.argv) > 1 and sys.argv[1] in OWN_FLAGS:
        from pipelines.news_events import leave

        leave(status)
    sys.exit(status)


if __name__ == "__main__":
    console()

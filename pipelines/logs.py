"""What a run says on standard error: lines for a person, or JSON lines for what watches over the run.

All of it goes through Python's logging, from here, from Beam and from libraries. The last line is the summary: what the
run came to, with the status that it exits with. ``tell`` writes a line on the way, ``conclude`` the last one.
"""

import json
import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)
FLAG = "--log_format"

logger = logging.getLogger("clipbook")


class TextLines(logging.Formatter):
    """``time LEVEL message``; but what ends a run without a dataset is for a person: ``clipbook: message``."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        return f"clipbook: {record.getMessage()}" if fields.get("status") else super().format(record)


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time`` (UTC), ``level``, ``logger``, ``message``, ``traceback``, and a line's own fields.

    All in ASCII, since a stream that lacks a letter would else write it in a way that is no JSON.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line | getattr(record, "fields", {}), default=str)


def format_of(arguments: Sequence[str]) -> str:
    """The format that a command line asks for, known before it is parsed: a wrong call is told in it as well."""
    found = TEXT
    for flag, value in zip(arguments, [*arguments, ""][1:], strict=True):
        name, equals, given = flag.partition("=")
        if name == FLAG:
            found = given if equals else value
    return found if found in FORMATS else TEXT


def set_up(form: str, stream: TextIO | None = None) -> None:
    """Sends all that is logged to a stream, standard error if none is given, and takes the place of an earlier set-up.

    Of Clipbook everything from INFO on is shown, of others from WARNING on.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if form == JSON else TextLines())
    # Beam logs through the root logger as it is imported, and so has set it up already.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logger.setLevel(logging.INFO)
    logging.captureWarnings(form == JSON)
    if form == JSON:
        threading.excepthook = _thread_failed


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_value is not None:
        logger.error("a thread failed", exc_info=failure.exc_value)


def tell(event: str, message: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Says how far a run is.

    Args:
      event: what happened, a word for machines.
      message: the same as a sentence.
      level: as logging has it.
      fields: what else stands in the JSON object.
    """
    logger.log(level, "%s", message, extra={"fields": {"event": event, **fields}})


def conclude(status: int, outcome: str, message: str, **fields: Any) -> None:
    """Says, as the last line of a run, what it came to.

    Args:
      status: the exit status.
      outcome: a word for machines: ``written``, ``failed``, ``unfinished``, ``busy``, ``stopped`` or ``refused``.
      message: the same as a sentence.
      fields: what else stands in the JSON object.
    """
    level = logging.ERROR if status else logging.INFO
    tell("summary", message, level=level, outcome=outcome, status=status, **fields)

"""Records: a page's bytes, its text where the format knows it, and what the input says of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.records import Given, InputFile, Record
from schemas.rejects import PAYLOAD_LIMIT, Reject
from transforms.common.encodings import Undecodable, decode
from transforms.common.times import parse_interval, parse_iso
from transforms.read.files import InputError
from transforms.read.html import read_html
from transforms.read.markup import told

STAGE = "read"
_UNPRINTABLE = re.compile("[\0-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_DECLARATION = re.compile(
    rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})|<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4_096
"""Bytes in which a page's own declaration is sought. The standard asks for it in the first 1,024; not all sites obey."""


def reject(source_uri: str, kind: str, message: str, payload: bytes = b"") -> Reject:
    return Reject(source_uri, STAGE, kind, message, payload[:PAYLOAD_LIMIT])


def printable(name: str) -> str:
    """A path or an id as text on one line: what no text may hold is replaced."""
    return _UNPRINTABLE.sub("\ufffd", name)


def too_large(source_uri: str, limit: int, payload: bytes) -> Reject:
    return reject(
        source_uri,
        "page_too_large",
        f"The page is larger than {limit:,} bytes; cut it up, or raise --max_page_mb if it is meant to be so large.",
        payload,
    )


def declared(page: bytes) -> str | None:
    """The encoding that a page of HTML declares in its beginning.

    >>> declared(b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    'gb2312'
    """
    found = _DECLARATION.search(page[:_DECLARED_WITHIN])
    if found is None:
        return None
    label = (found.group(1) or found.group(2)).decode("ascii")
    # Who reads this in bytes of ASCII does not read UTF-16, whatever it says; the standard takes UTF-8 to be meant.
    return "utf-8" if label.lower().startswith("utf-16") else label


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a page, how it was decoded, and what its markup says, by the names of fields of an input."""

    text: str
    encoding: str = "utf-8"
    fixes: tuple[str, ...] = ()
    told: dict[str, Any] = field(default_factory=dict)


def content_of(page: str | bytes, is_html: bool, label: str | None = None) -> Content:
    """The content of a page of plain text or HTML.

    Args:
      page: the page, decoded or not.
      is_html: whether it is HTML, of which the visible text is taken.
      label: the encoding that was declared for it where it was fetched; it stands above what the page itself declares.

    Raises:
      InputError: if its bytes are no text.
    """
    encoding: str = "utf-8"
    fixes: list[str] = []
    if isinstance(page, bytes):
        labels = [given for given in (label, declared(page) if is_html else None) if given]
        try:
            page, encoding, fixes = decode(page, labels, markup=is_html)
        except Undecodable:
            message = "The bytes are no text in any known encoding; save the page as UTF-8, or leave it out."
            raise InputError("undecodable", message) from None
    if not is_html:
        return Content(page, encoding, tuple(fixes))
    text, markup = read_html(page)
    return Content(text, encoding, tuple(fixes), told(markup, text))


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _given_text(fields: dict[str, Any], name: str, warnings: list[str]) -> str | None:
    value = fields.get(name)
    if _is_blank(value):
        return None
    if not isinstance(value, str):
        warnings.append(f"{name}: given as {type(value).__name__}, not text; passed over")
        return None
    return value


def _given_time(
    fields: dict[str, Any], name: str, warnings: list[str], parse: Callable[[str], tuple[int, str]] = parse_iso
) -> tuple[int | None, str | None]:
    text = _given_text(fields, name, warnings)
    if text is None:
        return None, None
    try:
        return parse(text)
    except ValueError as error:
        warnings.append(f"{name}: {error}; passed over")
        return None, None


def _given_id(fields: dict[str, Any], warnings: list[str]) -> str | None:
    value = fields.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        warnings.append(f"id: given as {type(value).__name__}, neither text nor a whole number; passed over")
    return printable(value) if isinstance(value, str) and value else None


def make_record(
    file: InputFile,
    number: int | None,
    fields: dict[str, Any],
    payload: bytes,
    content: Content,
    warnings: Sequence[str] = (),
) -> Record:
    """A record of what a page holds and what is said of it.

    Args:
      file: where it stands.
      number: its number there, from 1; None where it is all that the file holds.
      fields: what the input says of it, which stands above what its markup says.
      payload: its bytes.
      content: its text.
      warnings: on what was wrong with it before.
    """
    said = list(warnings)
    given_id = _given_id(fields, said)
    # The name of a page comes from the input alone: a page does not choose which other one it replaces.
    own_url = _given_text(fields, "url", said)
    told = content.told
    own = {name: value for name, value in fields.items() if not _is_blank(value) and name != "site_name"}
    fields = told | own
    # A year in the markup says less than the day that the page prints; a year in the input is all that a person knows.
    parse = parse_interval if "published_at" in own else parse_iso
    published_at, precision = _given_time(fields, "published_at", said, parse)
    given = Given(
        url=own_url or told.get("url"),
        fetched_at=_given_time(fields, "fetched_at", said)[0],
        title=_given_text(fields, "title", said),
        outlet=_given_text(fields, "outlet", said),
        published_at=published_at,
        published_precision=precision,
        event_label=_given_text(fields, "event_label", said),
        site_name=told.get("site_name"),
    )
    if given_id is not None:
        kind, key = "id", given_id
    elif own_url is not None:
        kind, key = "url", own_url
    else:
        kind, key = "path", printable(file.relative_name)
    return Record(
        uri_of(file, number, given_id), kind, key, payload, content.text, given, tuple(said), content.encoding, content.fixes
    )


def uri_of(file: InputFile, number: int | None, given_id: str | None = None) -> str:
    """Where a record was read: the file, and its id or its number in it."""
    name = given_id if given_id is not None else number
    return printable(file.name) if name is None else f"{printable(file.name)}#{name}"


def record_from_fields(fields: dict[str, Any], file: InputFile, number: int, payload: bytes) -> Record | Reject:
    """One record of a format that names its fields: a line of JSON, or a row. The text may be bytes there, too."""
    uri = uri_of(file, number, _given_id(fields, []))
    text, html = fields.get("text"), fields.get("html")
    is_html = isinstance(html, (str, bytes)) and not (isinstance(text, (str, bytes)) and text.strip())
    page = html if is_html else text
    if not isinstance(page, (str, bytes)):
        found = ", ".join(f"{name} is {type(value).__name__}" for name, value in (("text", text), ("html", html)) if value)
        message = f"The record has no text{f' ({found})' if found else ''}; "
        return reject(uri, "no_text", message + "give the page as a string, in the field text or html.", payload)
    try:
        return make_record(file, number, fields, payload, content_of(page, is_html))
    except InputError as error:
        return reject(uri, error.kind, str(error), payload)

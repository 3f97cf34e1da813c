"""Encodings: from bytes to text, by what the bytes say themselves, by what is declared, and at last by a guess."""

import codecs
import re
from collections.abc import Sequence

import chardet
import webencodings

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DETECTION_BYTES = 1 << 16
_TAGS = re.compile(rb"[<>]")
_MARKUP_BYTES = 1 << 20
_LONGEST_PIECE = 5_000
"""Bytes between two signs of a tag; what is longer is a script."""
_ERAS = chardet.EncodingEra.MODERN_WEB | chardet.EncodingEra.LEGACY_ISO
"""What pages on the web are or were written in; of DOS, Mac and mainframe code pages a short text only seems to be one."""

_SPARSE_SHARE = 0.03
_BAD_SHARE = 0.01
"""More undecodable or control characters than this share, and the bytes are no text."""
_LONGEST_LABEL = 40
"""More characters than any encoding's label has."""
_PLAIN_SIGNS = " \n。、，،।"
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\x0b\x0c\r\x1b"))


class Undecodable(Exception):
    """Bytes that are no text in any encoding that is known here."""


def _decode_as(payload: bytes, encoding: str) -> tuple[str, bool] | None:
    """The text, and whether bytes had to be replaced; None where too many would have to be."""
    try:
        return payload.decode(encoding), False
    except UnicodeDecodeError:
        text = payload.decode(encoding, "replace")
    except LookupError:
        return None
    return (text, True) if text.count("\ufffd") <= 1 + _BAD_SHARE * len(text) else None


def _utf16_without_mark(payload: bytes) -> str | None:
    """The byte order of UTF-16 without a mark: the one in which the bytes are printable text with spaces or stops in it."""
    sample = payload[:_DETECTION_BYTES]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) & ~1].decode(encoding, "replace")
        plain = sum(map(text.count, _PLAIN_SIGNS))
        readable = sum(map(str.isprintable, text)) + sum(map(text.count, "\t\n\r")) - text.count("\ufffd")
        if len(text) > 1 and readable >= 0.98 * len(text) and plain >= 0.01 * len(text):
            return encoding
    return None


def codec_of(label: str) -> str | None:
    """The codec that a label of the web means, as browsers read it: ``latin1`` is Windows-1252; None for no label.

    >>> codec_of("ISO-8859-1"), codec_of("gb2312"), codec_of("ks_c_5601-1987"), codec_of("nonsense")
    ('cp1252', 'gb18030', 'cp949', None)
    """
    # Their names are ASCII; anything else would be looked up in vain, at length.
    found = webencodings.lookup(label) if label.isascii() and len(label) <= _LONGEST_LABEL else None
    if found is None:
        return None
    # GB18030 holds all of GBK and what later pages under that name use.
    name = "gb18030" if found.name == "gbk" else found.codec_info.name
    try:
        return codecs.lookup(name).name
    except LookupError:  # of labels that stand for no encoding, such as x-user-defined
        return None


def _declared(payload: bytes, labels: Sequence[str]) -> tuple[str, str, list[str]] | None:
    """The text by the first declared encoding that the bytes bear out."""
    known = [codec for label in labels if (codec := codec_of(label))]
    if not known:
        return None
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # Tools that save a page as UTF-8 leave its old declaration in it; other encodings hardly ever pass for UTF-8.
        if not payload.isascii():
            return text, "utf-8", []
    for codec in known:
        if decoded := _decode_as(payload, codec):
            return decoded[0], codec, ["invalid_bytes"] * decoded[1]
    return None


def decode(payload: bytes, labels: Sequence[str] = (), markup: bool = False) -> tuple[str, str, list[str]]:
    """Bytes to text, the encoding by its Python name, and the fixes made.

    A byte-order mark stands above what is declared, that above what the bytes look like: UTF-8, else UTF-16 where the
    zero bytes say so, else what a detector finds.

    Args:
      payload: the bytes.
      labels: the encodings that are declared for them, the most trusted first. One that is unknown, or that more than
        a few bytes contradict, is passed over; so are all where the bytes are UTF-8 beyond doubt.
      markup: whether the text has tags, which are left out of a guess.

    Raises:
      Undecodable: if the bytes are no text.

    >>> decode("日本".encode("utf-8-sig"))
    ('日本', 'utf-8', ['byte_order_mark'])
    """
    for mark, encoding in _BOMS:
        if payload.startswith(mark) and (decoded := _decode_as(payload[len(mark) :], encoding)):
            return decoded[0], encoding, ["byte_order_mark"] + ["invalid_bytes"] * decoded[1]
    wide = next((codec for label in labels if (codec := codec_of(label)) and codec.startswith("utf-16")), None)
    if wide and payload.count(0) and (decoded := _decode_as(payload, wide)):
        return decoded[0], wide, ["invalid_bytes"] * decoded[1]
    controls = len(payload) - len(payload.translate(None, _CONTROL_BYTES))
    if controls > _BAD_SHARE * len(payload):
        utf16 = _utf16_without_mark(payload)
        decoded = _decode_as(payload, utf16) if utf16 else None
        if utf16 is None or decoded is None:
            raise Undecodable
        return decoded[0], utf16, ["invalid_bytes"] * decoded[1]
    if stated := _declared(payload, labels):
        return stated
    if b"\x1b$" in payload and (decoded := _decode_as(payload, "iso2022_jp")):
        return decoded[0], "iso2022_jp", ["invalid_bytes"] * decoded[1]
    try:
        return payload.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        pass
    # A page in UTF-8 with a few broken bytes is still one: legacy bytes rarely form sequences of UTF-8.
    lenient = payload.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    multibyte = sum(1 for character in lenient if character > "\x7f") - broken
    if broken <= 1 + _BAD_SHARE * len(lenient) and multibyte > 4 * broken:
        return lenient, "utf-8", ["invalid_bytes"]
    found = detect_legacy(_between_tags(payload) if markup else payload)
    if found and (decoded := _decode_as(payload, found)):
        return decoded[0], codecs.lookup(found).name, ["invalid_bytes"] * decoded[1]
    raise Undecodable


def _between_tags(payload: bytes) -> bytes:
    """What a page of HTML has in letters beyond ASCII: tags and scripts, mostly ASCII, would make any language sparse."""
    pieces = (piece for piece in _TAGS.split(payload[:_MARKUP_BYTES]) if len(piece) <= _LONGEST_PIECE)
    return b" ".join(piece for piece in pieces if not piece.isascii()) or payload


def detect_legacy(payload: bytes) -> str | None:
    """The encoding of bytes that are no Unicode, as chardet judges by their first 64 KiB."""
    sample = payload[:_DETECTION_BYTES]
    found = chardet.detect(sample, encoding_era=_ERAS)["encoding"]
    high = sum(byte > 0x7F for byte in sample)
    # A few quotes and accents are too little to judge by, and no language of another code page has so few.
    if found and high < _SPARSE_SHARE * len(sample):
        try:
            sample.decode("cp1252")
            return "cp1252"
        except UnicodeDecodeError:
            return found
    return found

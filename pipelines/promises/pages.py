"""Pages with their segments and occurrences, which stand in parts of the same name and in the same order."""

from collections.abc import Iterator
from typing import Any

from pipelines.promises.files import Sound
from pipelines.promises.findings import Findings
from pipelines.promises.overrides import Corrections, check_page
from pipelines.promises.spill import Meetings
from schemas.records import FoundArticle, Span
from schemas.segments import KIND_INDEX
from schemas.table import Table
from schemas.tables import OCCURRENCES, PAGES, SEGMENTS
from transforms.common.hosts import host_of
from transforms.common.ids import digest
from transforms.common.paragraphs import article_bodies
from transforms.common.times import to_micros
from transforms.deduplicate.keep import text_id

_PAGE_ROWS = 64
"""Pages that are held at once: a page may have megabytes."""
_OWNED = frozenset({"title", "subheading", "body", "caption", "byline", "author_bio", "outlet", "age"})
"""Kinds of segments that may be of an article."""
_TILE = "segments tile the text of their page"


class ByPage:
    """Rows of a file that stand by page, taken page by page in order."""

    def __init__(self, sound: Sound, table: Table, path: str, findings: Findings):
        self._rows = self._read(sound, table, path)
        self._next = next(self._rows, None)
        self._table, self._findings = table, findings

    @staticmethod
    def _read(sound: Sound, table: Table, path: str) -> Iterator[dict[str, Any]]:
        if path in sound.paths[table.name]:
            for batch in sound.batches(table, path):
                yield from batch.to_pylist()

    def take(self, page_id: str | None) -> list[dict[str, Any]]:
        """The rows of a page; those of pages before it, which nobody has asked for, have none. None asks for the end."""
        found = []
        strayed = None
        while self._next is not None and (page_id is None or self._next["page_id"] <= page_id):
            if self._next["page_id"] == page_id:
                found.append(self._next)
            elif self._next["page_id"] != strayed:
                strayed = self._next["page_id"]
                self._findings.add(
                    "references resolve", self._table.name, strayed, "Its page is not in the part of pages of the same name."
                )
            self._next = next(self._rows, None)
        return found


def read_pages(sound: Sound, meetings: Meetings, corrections: Corrections, findings: Findings) -> None:
    """Checks every page with what belongs to it, and puts its occurrences aside to meet their articles."""
    names = {path for table in (PAGES, SEGMENTS, OCCURRENCES) for path in sound.paths[table.name]}
    for path in sorted(names):
        segments = ByPage(sound, SEGMENTS, path, findings)
        occurrences = ByPage(sound, OCCURRENCES, path, findings)
        for batch in sound.batches(PAGES, path, rows=_PAGE_ROWS) if path in sound.paths[PAGES.name] else ():
            for page in batch.to_pylist():
                page_id = page["page_id"]
                meetings.add("page", page_id, path)
                of_page = segments.take(page_id)
                spans = _check_segments(page, of_page, meetings, findings)
                check_page(page_id, of_page, corrections, findings)
                _check_occurrences(page, spans, occurrences.take(page_id), meetings, findings)
        segments.take(None)
        occurrences.take(None)


def _check_segments(page: dict[str, Any], rows: list[dict[str, Any]], meetings: Meetings, findings: Findings) -> list[Span]:
    """Checks the segments of a page; gives them as spans."""
    text, end = page["text"], 0
    spans = []
    for number, row in enumerate(rows):
        key = f"{page['page_id']}/{row['segment_index']}"
        if row["segment_index"] != number:
            findings.add(_TILE, "segments", key, f"Its place on the page is {number}.")
        if row["char_start"] != end or row["char_end"] <= row["char_start"]:
            message = f"It goes from {row['char_start']} to {row['char_end']}; the one before it ends at {end}."
            findings.add(_TILE, "segments", key, message)
        end = row["char_end"]
        content = text[row["char_start"] : end]
        if (row["kind"] == "blank") == bool(content.strip()):
            findings.add("blank segments hold no text", "segments", key, f"It is {row['kind']} and holds {content[:60]!r}.")
        if row["article_index"] is not None and row["kind"] not in _OWNED:
            findings.add(
                "segments are of an article by their kind", "segments", key, f"It is {row['kind']}, and of an article."
            )
        if row["recurs"] is not None:
            if row["article_index"] is not None:
                findings.add("what recurs is of no article", "segments", key, f"It recurs {row['recurs']} times.")
            line = " ".join(content.split())
            meetings.add("recurring", line, (host_of(page["url"]), row["recurs"], key))
        spans.append(Span(KIND_INDEX.get(row["kind"], 0), row["article_index"], row["char_start"], end, row["recurs"]))
    if end != len(text):
        findings.add(_TILE, "segments", page["page_id"], f"They end at {end}, and the text at {len(text)}.")
    return spans


def _check_occurrences(
    page: dict[str, Any], spans: list[Span], rows: list[dict[str, Any]], meetings: Meetings, findings: Findings
) -> None:
    page_id = page["page_id"]
    bodies = article_bodies(page["text"], spans)
    owners = {span.article_index for span in spans} - {None}
    for owner in sorted(owners - {row["article_index"] for row in rows}, key=lambda index: index or 0):
        findings.add(
            "references resolve", "segments", page_id, f"They name article {owner}, which is no occurrence of the page."
        )
    if not any(row["article_index"] == 0 and row["role"] == "main" for row in rows) and page["language"] is not None:
        findings.add(
            "a page has its main article's language", "pages", page_id, f"It is {page['language']}, without an article."
        )
    for number, row in enumerate(rows):
        key = f"{page_id}/{row['article_index']}"
        if row["article_index"] != number:
            findings.add("articles of a page are numbered from 0", "occurrences", key, f"Its place on the page is {number}.")
        if row["role"] == "main" and row["article_index"] != 0:  # a page may have related articles alone
            findings.add("the main article is number 0", "occurrences", key, "It is main.")
        body = bodies.get(row["article_index"], "")
        if (row["body"] is not None) != (row["match"] == "near"):
            message = f"It is {row['match']}, and its body is {'null' if row['body'] is None else 'given'}."
            findings.add("only near copies have a body of their own", "occurrences", key, message)
        elif row["body"] is not None and row["body"] != body:
            message = f"The body has {len(row['body'])} characters, and its segments joined {len(body)}."
            findings.add("bodies are their segments joined", "occurrences", key, message)
        _check_match(row, key, findings)
        if row["text_id"] not in (None, _text_id(page_id, row, body)):
            findings.add("ids are digests of texts", "occurrences", key, f"Its text_id {row['text_id']} is of another text.")
        meetings.add("occurrence", row["article_id"], _copy(page, row, body))


def _check_match(row: dict[str, Any], key: str, findings: Findings) -> None:
    alike = (row["similarity"], row["containment"])
    if row["match"] != "near" and alike != (1.0, 1.0):
        message = f"It is {row['match']}, and they are {alike[0]:.4f} and {alike[1]:.4f}."
        findings.add("what is kept or exact is alike by 1", "occurrences", key, message)
    for one, other in (alike, (row["joined_similarity"], row["joined_containment"])):
        if one is not None and other is not None and one > other:
            message = f"Similarity {one:.4f} is above containment {other:.4f}."
            findings.add("no copies are more alike than contained", "occurrences", key, message)
    if (row["match"] == "kept") != (row["lost_by"] is None):
        message = f"It is {row['match']}, and lost by {row['lost_by']}."
        findings.add("only the kept copy has not lost", "occurrences", key, message)


def _copy(page: dict[str, Any], row: dict[str, Any], body: str) -> dict[str, Any]:
    """What an occurrence brings along to its article: values, and digests of what is long."""
    own = _text_id(page["page_id"], row, body)
    return {
        "place": [page["page_id"], row["article_index"]],
        "role": row["role"],
        "match": row["match"],
        "body": digest(body),
        "length": len(body),
        "text_id": own,
        "title": row["title"] and digest(row["title"]),
        "outlet": row["outlet"] and digest(row["outlet"]),
        "bylines": digest(*row["bylines"]) if row["bylines"] else None,
        "published": published(row),
        "through": row["joined_through_page_id"] and [row["joined_through_page_id"], row["joined_through_article_index"]],
        "lost_by": row["lost_by"],
        "language": page["language"] if row["role"] == "main" else False,
    }


def published(row: dict[str, Any]) -> list[Any] | None:
    """A date of publication as plain values: microseconds since 1970, and its precision."""
    at = row["published_at"]
    return None if at is None else [to_micros(at), row["published_precision"]]


def _text_id(page_id: str, row: dict[str, Any], body: str) -> str:
    known: dict[str, Any] = {name: row[name] for name in ("article_index", "role", "title", "outlet", "bylines")}
    known |= dict.fromkeys(("age_text", "age_count", "age_unit", "date_text"))
    return text_id(FoundArticle(**known, body=body), page_id)


def check_page_ids(meetings: Meetings, part: int, findings: Findings) -> None:
    """Checks that no page is in two parts."""
    for page_id, paths in meetings.of("page", part).items():
        if len(paths) > 1:
            findings.add("keys are unique", "pages", page_id, f"It is in {len(paths)} places: {', '.join(paths[:3])}.")

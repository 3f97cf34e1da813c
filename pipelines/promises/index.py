"""The index with the tables: an append believes it, so what it says of pages, texts and articles must be so."""

from pipelines.promises.files import Sound
from pipelines.promises.findings import Findings
from pipelines.promises.spill import Meetings
from schemas.index import ARTICLES_INDEX, PAGES_INDEX, TEXTS_INDEX
from transforms.common.ids import digest
from transforms.common.times import to_micros

_INDEX = "the index knows what stands there"
_COMPARED = ("event_id", "file", "occurrence_count", "title", "outlet", "published_at")
"""What the index repeats of an article."""


def read_index(sound: Sound, meetings: Meetings) -> None:
    """Puts what the index says aside to meet the tables."""
    for _, row in sound.rows(PAGES_INDEX, ["page_id"]):
        meetings.add("indexed page", row["page_id"], None)
    for _, row in sound.rows(ARTICLES_INDEX, ["article_id", *_COMPARED]):
        known = {"published_at": row["published_at"] and to_micros(row["published_at"])}
        known |= {name: row[name] and digest(row[name]) for name in ("title", "outlet")}
        meetings.add("indexed article", row["article_id"], row | known)
    for _, row in sound.rows(TEXTS_INDEX, ["text_id", "article_id"]):
        meetings.add("indexed text", row["article_id"], row["text_id"])


def check_index(meetings: Meetings, part: int, findings: Findings) -> None:
    """Checks the index of a part against pages and articles."""
    _check_keys(meetings, part, "page", findings)
    _check_keys(meetings, part, "article", findings)
    articles, texts = meetings.of("article", part), meetings.of("indexed text", part)
    for article_id in sorted(set(texts) - set(articles)):
        findings.add(_INDEX, TEXTS_INDEX.name, texts[article_id][0], f"Its article {article_id} is not there.")
    for article_id, indexed in meetings.of("indexed article", part).items():
        for row in articles.get(article_id, ())[:1]:
            published = row["published"] and row["published"][0]
            values = (row["event"], row["path"], row["count"], row["title"], row["outlet"], published)
            found = dict(zip(_COMPARED, values, strict=True))
            for name in _COMPARED:
                if indexed[0][name] != found[name]:
                    findings.add(_INDEX, ARTICLES_INDEX.name, article_id, f"Its {name} is not that of the article.")
        if article_id in articles and article_id not in texts:
            findings.add(_INDEX, TEXTS_INDEX.name, article_id, "No text is indexed for this article.")


def _check_keys(meetings: Meetings, part: int, kind: str, findings: Findings) -> None:
    there, indexed = meetings.of(kind, part), meetings.of(f"indexed {kind}", part)
    for key in sorted(set(there) ^ set(indexed)):
        message = "It stands in no index." if key in there else f"The index names it, and there is no such {kind}."
        findings.add(_INDEX, f"{kind}s", key, message)
    for key in sorted(key for key, rows in indexed.items() if len(rows) > 1):
        findings.add(_INDEX, f"{kind}s", key, f"The index names it {len(indexed[key])} times.")

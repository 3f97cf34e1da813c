"""Articles with the occurrences that were folded into them: counts, the kept copy, what it took over, and who lost why."""

from typing import Any

from pipelines.promises.files import Sound
from pipelines.promises.findings import Findings
from pipelines.promises.pages import published
from pipelines.promises.spill import Meetings
from schemas.tables import ARTICLES
from transforms.common.ids import digest
from transforms.common.keeping import lost_by, place
from transforms.common.words import word_count

_RESOLVE, _COUNTS, _KEPT = "references resolve", "counts agree", "an article is its kept copy"
LATER_RUN = "run"
BEYOND_ORDER = frozenset({LATER_RUN, "override"})
"""By these a copy has lost that stands before the kept one in the order of keeping: it came with a later run, or the user
wants the other one kept."""
_TAKEN = ("title", "outlet", "bylines", "published")
"""What an article takes from the next copy that knows it, where the kept one does not."""


def read_articles(sound: Sound, meetings: Meetings, findings: Findings) -> None:
    """Checks articles by themselves, and puts them aside to meet their occurrences and their event."""
    columns = [field.name for field in ARTICLES.fields()]
    for path, row in sound.rows(ARTICLES, columns, rows=256):
        article_id = row["article_id"]
        words = word_count(row["body"])
        if words != row["word_count"]:
            message = f"It says {row['word_count']} words, and its body has {words}."
            findings.add(_COUNTS, "articles", article_id, message)
        meetings.add(
            "article",
            article_id,
            {
                "path": path,
                "kept": [row["page_id"], row["article_index"]],
                "body": digest(row["body"]),
                "count": row["occurrence_count"],
                "event": row["event_id"],
                "title": row["title"] and digest(row["title"]),
                "outlet": row["outlet"] and digest(row["outlet"]),
                "bylines": digest(*row["bylines"]) if row["bylines"] else None,
                "published": published(row),
                "language": row["language"],
            },
        )
        member = {name: row[name] for name in ("article_id", "outlet", "language", "occurrence_count")}
        meetings.add("member", row["event_id"], member | {"published": published(row)})


def check_articles(meetings: Meetings, part: int, appended: bool, findings: Findings) -> None:
    """Checks the articles of a part against their occurrences."""
    articles, occurrences = meetings.of("article", part), meetings.of("occurrence", part)
    for article_id in sorted(set(occurrences) - set(articles)):
        for copy in occurrences[article_id]:
            findings.add(_RESOLVE, "occurrences", _key(copy), f"Its article {article_id} is not there.")
    for article_id, rows in articles.items():
        if len(rows) > 1:
            paths = ", ".join(row["path"] for row in rows[:3])
            findings.add("keys are unique", "articles", article_id, f"It is in {len(rows)} places: {paths}.")
        _check_article(article_id, rows[0], occurrences.get(article_id, []), appended, findings)


def _key(copy: dict[str, Any]) -> str:
    return f"{copy['place'][0]}/{copy['place'][1]}"


def _order(copy: dict[str, Any]) -> str:
    """The place of a copy in the order of keeping."""
    return place(copy["role"], copy["length"], copy["published"] and copy["published"][0], *copy["place"])


def _check_article(
    article_id: str, row: dict[str, Any], copies: list[dict[str, Any]], appended: bool, findings: Findings
) -> None:
    if row["count"] != len(copies):
        message = f"It counts {row['count']} occurrences, and there are {len(copies)}."
        findings.add(_COUNTS, "articles", article_id, message)
    kept = [copy for copy in copies if copy["match"] == "kept"]
    if len(kept) != 1 or kept[0]["place"] != row["kept"]:
        places = ", ".join(_key(copy) for copy in kept[:3]) or "none"
        message = f"It was kept from {row['kept'][0]}/{row['kept'][1]}; the occurrences that say so: {places}."
        findings.add(_KEPT, "articles", article_id, message)
        return
    first = kept[0]
    if first["body"] != row["body"]:
        findings.add(_KEPT, "articles", article_id, f"Its body is not that of {_key(first)}, from which it was kept.")
    if all(copy["text_id"] != article_id for copy in copies):
        findings.add(
            "ids are digests of texts", "articles", article_id, "No copy of it has the text that its id is made of."
        )
    ordered = sorted(copies, key=_order)
    for name in _TAKEN:
        known = [copy[name] for copy in ordered if copy[name]]
        # What later runs have brought is taken from any copy: nobody knows any more which run brought it.
        next_known = [*known, None] if appended else known[:1] or [None]
        allowed = [first[name]] if first[name] else next_known
        if (row[name] or None) not in allowed:
            message = f"Its {name} is not that of the first copy, in the order of keeping, that has one."
            findings.add(_KEPT, "articles", article_id, message)
    at = {tuple(copy["place"]): copy for copy in copies}
    for copy in copies:
        _check_copy(article_id, row, first, copy, appended, findings)
        _check_way(copy, at, findings)


def _check_copy(
    article_id: str, row: dict[str, Any], kept: dict[str, Any], copy: dict[str, Any], appended: bool, findings: Findings
) -> None:
    if (copy["text_id"] == kept["text_id"]) != (copy["match"] != "near"):
        same = "the same words as" if copy["text_id"] == kept["text_id"] else "other words than"
        message = f"It is {copy['match']}, and has {same} {_key(kept)}, the kept copy of {article_id}."
        findings.add("exact copies have the same words", "occurrences", _key(copy), message)
    before = _order(copy) < _order(kept)
    rule = lost_by(_order(copy), _order(kept))
    if appended and before and copy["lost_by"] == LATER_RUN:
        findings.add_better(_key(copy), article_id, lost_by(_order(kept), _order(copy)) or "")
    elif before != (copy["lost_by"] in BEYOND_ORDER) or not (before or rule == copy["lost_by"]):
        message = f"It lost to {_key(kept)} by {rule}, and says {copy['lost_by']}."
        findings.add("the first copy by the order of keeping is kept", "occurrences", _key(copy), message)
    if copy["language"] is not False and copy["language"] != row["language"]:
        message = f"It is {copy['language']}, and its main article {article_id} is {row['language']}."
        findings.add("a page has its main article's language", "pages", copy["place"][0], message)


def _check_way(copy: dict[str, Any], places: dict[tuple[Any, ...], dict[str, Any]], findings: Findings) -> None:
    """Whether a copy joined through others of its article that lead to the kept one."""
    seen = {tuple(copy["place"])}
    at = copy
    while at["through"] is not None:
        following = tuple(at["through"])
        if following not in places or following in seen:
            what = "is in a circle" if following in seen else "is no occurrence of its article"
            message = f"On its way to the kept copy, {following[0]}/{following[1]} {what}."
            findings.add("copies joined through copies of their article", "occurrences", _key(copy), message)
            return
        seen.add(following)
        at = places[following]
    if at["match"] != "kept":
        message = f"Its way ends at {_key(at)}, which is not the kept copy."
        findings.add("copies joined through copies of their article", "occurrences", _key(copy), message)

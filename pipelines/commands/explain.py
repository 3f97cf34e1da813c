"""Says why a dataset is as it is: why a text is a copy of another one.

What is asked follows from the IDs; each may be cut short where no other begins so:
  PAGE#N             the article N of a page: of what it is a copy, and why
  PAGE#N PAGE#N      why the two are copies of one text, or not
"""

import re
from argparse import Namespace
from typing import Any

from pipelines.explain import copies, found
from pipelines.published import Published, open_published
from pipelines.screen import Screen, clean, cut
from pipelines.usage import Parser, UsageError
from schemas.tables import PAGES

EXAMPLES = """\
clipbook explain output p3kq4m#2
clipbook explain output p3kq4m#2 pz7v1c#0
clipbook explain output p3kq4m#2 --json | jq .path
"""

_OCCURRENCE = re.compile(r"(p[0-9a-z]{1,40})#([0-9]{1,9})")
_WIDTH = 100
"""Columns of a headline or a name."""
_EXCERPT = 300
"""Characters of a passage that are shown; the JSON has all."""
_LINKS_SHOWN = 20


def add_arguments(parser: Parser) -> None:
    parser.add_argument("dataset", metavar="DIR", help="the dataset's folder or URI")
    parser.add_argument("id", metavar="ID", help="what is to be explained")
    parser.add_argument("other", nargs="?", metavar="ID", help="what it is held against")
    parser.add_argument("--json", action="store_true", help="print the evidence as one object of JSON")


def run(arguments: Namespace) -> int:
    """Explains what was asked.

    Raises:
      UsageError: if there is no dataset, or nothing in it by the names that were given.
    """
    dataset = open_published(arguments.dataset)
    ids = [arguments.id] + ([arguments.other] if arguments.other is not None else [])
    answer, show = _answer(dataset, ids)
    screen = Screen()
    if arguments.json:
        screen.json(answer)
    else:
        show(answer, screen)
    return 0


def _answer(dataset: Published, ids: list[str]) -> tuple[dict[str, Any], Any]:
    occurrences = [_OCCURRENCE.fullmatch(name) for name in ids]
    if all(occurrences):
        places = [(found.whole_id(dataset, PAGES, match[1]), int(match[2])) for match in occurrences if match]
        return copies.explain(dataset, places[0], places[1] if len(places) > 1 else None), _show_copy
    odd = next(name for name, match in zip(ids, occurrences, strict=True) if match is None)
    raise UsageError(f"{odd!r} is no ID that can be explained; give PAGE#N, the article N of a page.")


# Copies.


def _show_copy(answer: dict[str, Any], screen: Screen) -> None:
    one, other = answer["one"], answer["other"]
    itself = one["id"] == other["id"]
    if itself:
        screen.line(screen.bold(f"{one['id']} is the kept copy itself."))
    else:
        verb = "is a copy of" if answer["same_article"] else "is no copy of"
        screen.line(screen.bold(f"{one['id']} {verb} {other['id']}{', the kept one' * (other['match'] == 'kept')}."))
    for row in [one] if itself else [one, other]:
        facts = (row["article_id"], row["match"], row["role"], clean(row["outlet"] or ""))
        screen.line(f"\n  {row['id']}  {cut(clean(row['title'] or '(no headline)'), _WIDTH)}")
        screen.line(screen.dim("    " + " · ".join(fact for fact in facts if fact)))
        screen.line(screen.dim(f"    {cut(clean(row['url'] or row['source_uri'] or ''), _WIDTH)}"))
        if row["lost_because"]:
            screen.line(f"    It is not the one that is kept: {row['lost_because']}.")
    if itself:
        return
    _show_path(answer["path"], screen)
    texts = answer["whole_texts"]
    shingles, passages = texts["shingles"], texts["passages"]
    screen.line(f"\n{screen.bold('Their texts')}")
    screen.line(f"  similarity {texts['similarity']:.3f}, containment {texts['containment']:.3f}: {texts['rule']}.")
    screen.line(
        f"  Of shingles, runs of three words, {shingles['shared']:,} are in both, "
        f"{shingles['only_one']:,} only in the first, "
        f"{shingles['only_other']:,} only in the second."
    )
    heads = {"common": "the longest passage of both", "only_one": "only in the first", "only_other": "only in the second"}
    for name, head in heads.items():
        if passages[name]:
            words = passages[name].count(" ") + 1
            screen.line(f"  {head}, {words:,} {'word' if words == 1 else 'words'}: {cut(clean(passages[name]), _EXCERPT)}")
    _show_remarks(answer["remarks"], screen)


def _show_path(links: list[dict[str, Any]], screen: Screen) -> None:
    if links:
        screen.line(f"\n{screen.bold('How they came together')}")
    for link in links[:_LINKS_SHOWN]:
        screen.line(
            f"  {link['from']} → {link['to']}  similarity {link['similarity']:.3f}, containment {link['containment']:.3f}"
        )
    if len(links) > _LINKS_SHOWN:
        screen.line(screen.dim(f"  and {len(links) - _LINKS_SHOWN:,} more links; --json has all."))


def _show_remarks(remarks: list[str], screen: Screen) -> None:
    for remark in remarks:
        screen.line(f"\n  {remark}")

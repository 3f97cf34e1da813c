"""Says why a dataset is as it is: why a text is a copy, why articles are one event, why a line is furniture.

What is asked follows from the IDs; each may be cut short where no other begins so:
  PAGE#N             the article N of a page: of what it is a copy, and why
  PAGE#N PAGE#N      why the two are copies of one text, or not
  PAGE:N             why the segment N of a page is of its kind, and of its article or of none
  "PAGE:words"       the same of the first segment that holds the words
  ARTICLE            why the article is of its event: held against the most central article of that
  ARTICLE ARTICLE    why the two are of one event, or not

Of an event, weights of terms are worked out anew, for which every article of the dataset is read once. The threshold is
the last run's own; what is around each article is as it was when the article came.
"""

import json
import re
from argparse import Namespace
from typing import Any

from pipelines.explain import copies, found, lines
from pipelines.published import Published, open_published
from pipelines.screen import Screen, clean, cut
from pipelines.usage import Parser, UsageError
from schemas.tables import ARTICLES, PAGES

EXAMPLES = """\
clipbook explain output p3kq4m#2
clipbook explain output p3kq4m#2 pz7v1c#0
clipbook explain output aqyamu5jq aie4hnh7q
clipbook explain output p3kq4m:17
clipbook explain output 'p3kq4m:morning briefing'
clipbook explain output p3kq4m#2 --json | jq .path
"""

_OCCURRENCE = re.compile(r"(p[0-9a-z]{1,40})#([0-9]{1,9})")
_SEGMENT = re.compile(r"(p[0-9a-z]{1,40}):(.{1,200})", re.DOTALL)
_ARTICLE = re.compile(r"a[0-9a-z]{2,40}")
_WIDTH = 100
"""Columns of a headline or a name."""
_EXCERPT = 300
"""Characters of a passage that are shown; the JSON has all."""
_LINKS_SHOWN = 20
_TERMS_SHOWN = 12


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
    segment = _SEGMENT.fullmatch(ids[0])
    if segment:
        if len(ids) > 1:
            raise UsageError(f"A segment is explained by itself; there is no place for {ids[1]!r}.")
        return lines.explain(dataset, found.whole_id(dataset, PAGES, segment[1]), segment[2]), _show_segment
    if all(map(_ARTICLE.fullmatch, ids)):
        from pipelines.explain import events  # only here, since what it needs takes seconds to import

        articles = [found.whole_id(dataset, ARTICLES, name) for name in ids]
        return events.explain(dataset, articles[0], articles[1] if len(articles) > 1 else None), _show_event
    if all(match or _ARTICLE.fullmatch(name) for name, match in zip(ids, occurrences, strict=True)):
        raise UsageError(f"{ids[0]!r} and {ids[1]!r} are of two kinds; give two places, PAGE#N, or two articles.")
    odd = next(n for n, match in zip(ids, occurrences, strict=True) if match is None and not _ARTICLE.fullmatch(n))
    raise UsageError(f"{odd!r} is no ID that can be explained; give PAGE#N, PAGE:N or an article's id; see --help.")


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
        _show_remarks(answer["remarks"], screen)
        _show_correction(answer["to_correct"], screen)
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
    _show_correction(answer["to_correct"], screen)


def _show_path(links: list[dict[str, Any]], screen: Screen) -> None:
    if links:
        screen.line(f"\n{screen.bold('How they came together')}")
    for link in links[:_LINKS_SHOWN]:
        screen.line(
            f"  {link['from']} → {link['to']}  similarity {link['similarity']:.3f}, containment {link['containment']:.3f}"
        )
    if len(links) > _LINKS_SHOWN:
        screen.line(screen.dim(f"  and {len(links) - _LINKS_SHOWN:,} more links; --json has all."))


# Events.


def _show_event(answer: dict[str, Any], screen: Screen) -> None:
    one, other = answer["one"], answer["other"]
    are = "are one event" if answer["same_event"] else "are two events"
    screen.line(screen.bold(f"{one['article_id']} and {other['article_id']} {are}."))
    for side in (one, other):
        event = side["event"]
        facts = (
            side["language"] or "",
            clean(side["outlet"] or ""),
            f"event {event['event_id']}",
            event["external_id"] or "",
        )
        screen.line(f"\n  {side['article_id']}  {cut(clean(side['title'] or '(no headline)'), _WIDTH)}")
        screen.line(screen.dim("    " + " · ".join(clean(fact) for fact in facts if fact)))
        screen.line(screen.dim(f"    {event['article_count']:,} in it: {cut(clean(event['label']), _WIDTH)}"))
    _show_pair(answer, screen)
    _show_meeting(answer, screen)
    # Where the two are alike enough themselves, nothing has to hold them together.
    if answer["pair"]["less_background"] < answer["threshold"] and len(answer["path"]) > 1:
        screen.line(f"\n{screen.bold('The path between them')}")
        for link in answer["path"][:_LINKS_SHOWN]:
            title = cut(clean(link["title"] or "(no headline)"), _WIDTH)
            screen.line(f"  {link['from']} → {link['to']}  {link['likeness']:.3f}  {title}")
        if len(answer["path"]) > _LINKS_SHOWN:
            screen.line(screen.dim(f"  and {len(answer['path']) - _LINKS_SHOWN:,} more links; --json has all."))
    _show_remarks(answer["remarks"], screen)
    _show_correction(answer["to_correct"], screen)


def _show_pair(answer: dict[str, Any], screen: Screen) -> None:
    pair, one, other = answer["pair"], answer["one"], answer["other"]
    shared = pair["shared_names"] if pair["compared_by"] == "names" else pair["shared_terms"]
    what = "Names and numbers of both, as languages share them" if pair["compared_by"] == "names" else "Terms of both"
    screen.line(f"\n{screen.bold(f'{what}, {len(shared):,}')}")
    if shared:
        rows = [
            (
                each["term"],
                f"{each['weight_one']:.3f}",
                f"{each['weight_other']:.3f}",
                f"{each['adds']:.3f}",
                f"{each['articles']:,}",
            )
            for each in shared[:_TERMS_SHOWN]
        ]
        screen.table(("term", "in the first", "in the second", "adds", "in articles"), rows, right=(1, 2, 3))
    screen.line(f"\n{screen.bold('Their likeness')}")
    screen.line(f"  {pair['before_costs']:>7.3f}  for what they share")
    foreign = pair["compared_by"] == "names"
    cost = pair["cost_of_languages" if foreign else "cost_of_template"]
    why = "since names of two languages are compared" if foreign else "for a pattern that both follow with other names"
    days = "" if pair["days_between"] is None else f", {pair['days_between']:g} days"
    taken, added = (one[name] + other[name] for name in ("taken_off", "added"))
    for amount, reason in (
        (cost, why),
        (pair["cost_of_days"], f"for the time between them{days}"),
        (taken, _around(one, other)),
        (-added, "since few articles of this small corpus stand out so much from what is near them"),
    ):
        if round(amount, 3):
            screen.line(f"  {-amount:>+7.3f}  {reason}")
    screen.line(f"  {pair['less_background']:>7.3f}  is left; the threshold of this corpus is {answer['threshold']:.3f}")


def _around(one: dict[str, Any], other: dict[str, Any]) -> str:
    return f"for what is around each: likeness of {one['background']:.3f} and {other['background']:.3f} to their neighbours"


def _show_meeting(answer: dict[str, Any], screen: Screen) -> None:
    meeting, threshold = answer["meeting"], answer["threshold"]
    left, right = len(meeting["with_one"]), len(meeting["with_other"])
    reached = "reaches" if answer["by_likeness"] else "does not reach"
    screen.line(f"\n{screen.bold('How average link decides')}")
    if left == right == 1:
        screen.line(f"  The two stand for themselves, and {meeting['mean_likeness']:.3f} {reached} {threshold:.3f}.")
    else:
        groups = f"the first in a group of {left:,}, the second in one of {right:,}"
        screen.line(f"  They meet in groups: {groups}.")
        screen.line(f"  The mean likeness between the groups, {meeting['mean_likeness']:.3f}, {reached} {threshold:.3f}.")
    for name, side in (("first", answer["one"]), ("second", answer["other"])):
        if side["mean_to_rest_of_event"] is not None and side["event"]["article_count"] > 2:
            screen.line(f"  To the rest of its event the {name} has a mean likeness of {side['mean_to_rest_of_event']:.3f}.")


# Lines.


def _show_segment(answer: dict[str, Any], screen: Screen) -> None:
    segment, article, furniture = answer["segment"], answer["article"], answer["furniture"]
    of = "of no article" if article is None else f"of the article {article['article_index']}"
    screen.line(screen.bold(f"{answer['page_id']}:{segment['segment_index']} is {segment['kind']}, {of}."))
    screen.line(f"\n  {cut(clean(segment['text']), _EXCERPT)}")
    screen.line(
        screen.dim(f"    {cut(clean(answer['url'] or answer['source_uri'] or ''), _WIDTH)} · layout {answer['layout']}")
    )
    if article is not None:
        title = cut(clean(article["title"] or "(no headline)"), _WIDTH)
        screen.line(screen.dim(f"    {article['article_id']} · {article['role']} · {title}"))
    if segment["recurs"] is not None:
        screen.line(f"\n  It recurs: on pages of its site it stands in {segment['recurs']:,} surroundings.")
    if furniture is not None:
        site = clean(furniture["site"]) or "all pages without a site"
        screen.line(f"  {furniture['needed']:,} make a line furniture on {site}, of {furniture['pages_of_site']:,} pages.")
    for entry in answer["vocabulary"]:
        where = f"vocabularies ({', '.join(entry['languages'])}), as {', '.join(entry['lists'])}"
        screen.line(f"  It {entry['line']} {clean(entry['phrase'])!r}, which stands in the {where}.")
    for reason in answer["rules"]:
        screen.line(f"  {reason[0].upper()}{clean(reason[1:])}.")
    _show_remarks(answer["remarks"], screen)
    _show_correction(answer["to_correct"], screen)


def _show_remarks(remarks: list[str], screen: Screen) -> None:
    for remark in remarks:
        screen.line(f"\n  {remark}")


def _show_correction(overrides: Any, screen: Screen) -> None:
    """The lines that would change it, for a file of overrides (docs/overrides.md)."""
    lines = overrides if isinstance(overrides, list) else [overrides]
    for number, line in enumerate(each for each in lines if each):
        if number == 0:
            screen.line(f"\n{screen.bold('If that is wrong, a line for your overrides')}")
        screen.line(f"  {clean(json.dumps(line, ensure_ascii=False))}")

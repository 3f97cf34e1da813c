"""Furniture with the segments that it explains."""

from pipelines.promises.files import Sound
from pipelines.promises.findings import Findings
from pipelines.promises.spill import Meetings
from schemas.tables import FURNITURE


def read_furniture(sound: Sound, meetings: Meetings) -> None:
    """Puts the lines aside to meet the segments that recur."""
    for _, row in sound.rows(FURNITURE, ["site", "line", "surroundings"]):
        meetings.add("furniture", row["line"], (row["site"], row["surroundings"]))


def check_furniture(meetings: Meetings, part: int, appended: bool, findings: Findings) -> None:
    """Checks that every segment that recurs is explained by a line, and every line explains one.

    Args:
      meetings: where both were put aside.
      part: the part that is checked.
      appended: whether runs have added to the dataset: then a line may have been found in more surroundings since.
      findings: takes what is broken.
    """
    lines, segments = meetings.of("furniture", part), meetings.of("recurring", part)
    for line, rows in segments.items():
        for site, recurs, key in rows:
            # Of a page without an address the site is its layout, or none.
            explained = any(
                (recurs == surroundings or (appended and recurs < surroundings))
                and (site == other if site else not other or other.startswith("layout "))
                for other, surroundings in lines.get(line, ())
            )
            if not explained:
                message = f"It recurs in {recurs} surroundings, and no line of furniture says so: {line[:80]!r}."
                findings.add("furniture explains what recurs", "segments", key, message)
    for line in sorted(set(lines) - set(segments)):
        for site, _ in lines[line]:
            findings.add(
                "furniture explains what recurs", "furniture", f"{site}/{line[:80]}", "No segment of that line recurs."
            )

"""How well articles are grouped by event: ``python -m benchmarks.events DATA_FOLDER``. Runs the whole job on each set."""

import sys

from benchmarks import data

SETS = ("events-ecb", "events-neus", "events-energy")


def main(folder: str) -> None:
    rows = [["set", "articles", "B-cubed F1", "pair F1", "pair precision", "pair recall", "events", "gold", "seconds"]]
    for name in SETS:
        records = data.read(folder, name)
        if not records:
            continue
        run = data.Run(
            {"id": r["id"], "title": r["title"], "text": r["text"]} | ({"published_at": r["date"]} if "date" in r else {})
            for r in records
        )
        s = data.compare(run.event_of(), {record["id"]: record["gold_event"] for record in records})
        shown = [f"{s[key]:.3f}" for key in ("b_cubed", "pair_f1", "pair_precision", "pair_recall")]
        rows.append([name, str(len(records)), *shown, str(s["groups"]), str(s["gold_groups"]), f"{run.seconds:.1f}"])
    print(data.table(rows))


if __name__ == "__main__":
    main(sys.argv[1])

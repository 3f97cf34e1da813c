"""How well copies are folded: ``python -m benchmarks.duplicates DATA_FOLDER``. Runs the whole job on ``neardup-fundus``."""

import hashlib
import sys

from benchmarks import data


def main(folder: str) -> None:
    records = data.read(folder, "neardup-fundus")
    rows = [["records", "method", "Rand", "pair precision", "pair recall", "groups", "gold", "seconds"]]
    for name, chosen in (
        ("articles", [record for record in records if not record["full_page"]]),
        ("and full pages", records),
    ):
        gold = {record["id"]: record["gold_group"] for record in chosen}
        run = data.Run({"id": record["id"], "text": record["text"]} for record in chosen)
        exact = {record["id"]: hashlib.sha256(record["text"].encode()).hexdigest() for record in chosen}
        for method, found, seconds in (("clipbook", run.main_article_of(), f"{run.seconds:.1f}"), ("exact hash", exact, "")):
            s = data.compare(found, gold)
            shown = [f"{s[key]:.4f}" for key in ("rand", "pair_precision", "pair_recall")]
            rows.append([f"{len(chosen)} {name}", method, *shown, str(s["groups"]), str(s["gold_groups"]), seconds])
    print(data.table(rows))


if __name__ == "__main__":
    main(sys.argv[1])

"""Texts that a page of the web may hold to break out of a report, or to mislead whoever reads it."""

import json
from pathlib import Path

from made import Told, reject, write_dataset

ATTACKS = (
    "<script>document.title = 'broken'</script>",
    "</style><style>body { display: none }</style>",
    "</title><img src=x onerror=\"document.title='broken'\">",
    "' autofocus onfocus=document.title='broken' x='",
    '"><svg onload="document.title=\'broken\'">',
    "<!-- --><iframe srcdoc='<script>parent.document.title=1</script>'></iframe>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt; &amp;",
    "<link rel=stylesheet href=https://tracker.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://tracker.example/'>",
    "<base href=https://tracker.example/>",
    "background: url(https://tracker.example/pixel)",
    "gnp.\u202egpj.exe \u2066 never closed",
    "Z" + "\u0300" * 400,
    "A" * 3000,
    "nul\x01\x1b]0;title\x07",
    "\u05e2\u05d1\u05e8\u05d9\u05ea 123 (abc)",
)
ADDRESSES = ("javascript:document.title='broken'", "data:text/html,<script>1</script>", "https://x.example/'onclick='1")


def hostile_dataset(folder: Path) -> Path:
    """A dataset in which whatever is text is an attack."""
    told = [
        Told(
            f"a{number}", f"e{number // 3}", [(f"p{number}", 0), (f"q{number}", 1)], f"{attack} <b>body</b>", attack, attack
        )
        for number, attack in enumerate(ATTACKS)
    ]
    rejects = [reject(f"crawl/{attack}", attack[:200], attack, attack.encode()) for attack in ATTACKS]
    write_dataset(folder, told, rejects=rejects, urls={f"p{n}": address for n, address in enumerate(ADDRESSES)})
    manifest = json.loads((folder / "_manifest.json").read_text("utf-8"))
    manifest["options"]["inputs"] = list(ATTACKS[:5])
    manifest["run"] = ATTACKS[0]
    manifest["steps"][ATTACKS[0]] = 1
    manifest["versions"]["<b>"] = ATTACKS[2]
    (folder / "_manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder

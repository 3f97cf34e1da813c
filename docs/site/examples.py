"""Examples in docstrings as blocks of code: an extension of griffe, which reads the docstrings for mkdocstrings."""

import re
from typing import Any

from griffe import Extension, Object

EXAMPLE = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)
"""As doctest has it, from a prompt to the next blank line; in Markdown it would be a quotation."""


class Examples(Extension):
    def on_instance(self, *, obj: Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = EXAMPLE.sub(r"\n```pycon\n\g<0>\n```\n", obj.docstring.value)

"""Bar charts as inline SVG, by pygal.

Why pygal: it writes static SVG whose parts have classes and no style of their own, so that one style sheet colours it for
light, dark and paper, and a policy that forbids inline style and all scripts holds. It is pure Python, 0.13 MB. matplotlib
(10 MB, and fonts to be cached at the first start) and Vega (33 MB) write colours and fonts into every part, which would have
to be taken out again; plotly and others draw with scripts.

What pygal adds for its own script is taken out here. Each bar gets a title, which browsers show and screen readers read.
"""

from collections.abc import Sequence

import pygal
from lxml import etree
from markupsafe import Markup

from pipelines.report.tally import Count

_SIZES = {"wide": (1000, 230), "narrow": (400, 220)}
"""Each chart is drawn twice, since SVG that shrinks to a phone would take its letters with it; the style shows one."""
_LABEL, _LETTER = 24, 7
"""Room for a label below a bar, and for each of its letters besides, in the units of the sizes."""
_GUIDES = 5
"""Lines across a chart, at most."""
_NOT_SHOWN = ("defs", "desc", "title")
"""Scripts and styles, what these would read, and titles that say what stands there anyway."""


def bar_chart(bars: Sequence[Count], label: str, unit: str) -> Markup:
    """Bars as SVG, for wide and for narrow windows.

    Args:
      bars: what is counted, and how often.
      label: what a reader who does not see the chart is told of it.
      unit: what is counted, as in "3 events".
    """
    drawn = [_draw(bars, label, unit, size) for size in _SIZES]
    return Markup("").join(drawn)


def _draw(bars: Sequence[Count], label: str, unit: str, size: str) -> Markup:
    width, height = _SIZES[size]
    names = [bar.name for bar in bars]
    room = len(bars) * (_LABEL + _LETTER * max(map(len, names)))
    every = -(-room // width)
    chart = pygal.Bar(
        js=(),
        width=width,
        height=height,
        explicit_size=False,
        show_legend=False,
        no_prefix=True,
        margin=6,
        x_labels=names,
        x_labels_major=names[::every],
        show_minor_x_labels=False,
        max_scale=_GUIDES,
        truncate_label=-1,
        print_values=room <= width,
        print_values_position="top",
        value_formatter=lambda value: f"{value:,.0f}",
    )
    chart.add(unit, [bar.count for bar in bars])
    root = chart.render_tree()
    for node in list(root.iter(etree.Comment, *_NOT_SHOWN)):
        _remove(node)
    for node in [node for node in root.iter("g") if "tooltip-overlay" in node.get("class", "")]:
        _remove(node)
    drawn = [node for node in root.iter("g") if node.get("class") == "bar"]
    for node, bar in zip(drawn, bars, strict=True):
        etree.SubElement(node, "title").text = f"{bar.name}: {bar.count:,} {unit}"
    for name in ("id", "class"):
        root.attrib.pop(name, None)
    root.set("class", f"chart {size}")
    root.set("role", "img")
    root.set("aria-label", label)
    for node in root.iter():
        for name in ("width", "height", "x", "y"):
            if node is not root and "." in node.get(name, ""):
                node.set(name, f"{float(node.get(name)):.1f}")
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704  (lxml has escaped all that it holds)


def _remove(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)

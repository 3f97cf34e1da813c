"""Bar charts as SVG."""

from lxml import etree

from pipelines.report.plots import bar_chart
from pipelines.report.tally import scaled

BARS = scaled([("1", 30), ("<2>", 0), ("3–4", 15)])


def charts(label: str = "Events & <more>") -> list[etree._Element]:
    return list(etree.fromstring(f"<div>{bar_chart(BARS, label, 'events')}</div>"))


def test_a_chart_is_drawn_for_wide_and_for_narrow_windows():
    assert [chart.get("class") for chart in charts()] == ["chart wide", "chart narrow"]


def test_bars_are_as_high_as_their_counts_and_say_them():
    for chart in charts():
        heights = [float(rect.get("height")) for rect in chart.iterfind(".//{*}g[@class='bar']/{*}rect")]
        assert heights[1] == 0
        assert abs(heights[0] / heights[2] - 2) < 0.01
        assert [node.text for node in chart.iter("{*}title")] == ["1: 30 events", "<2>: 0 events", "3–4: 15 events"]
        assert chart.get("aria-label") == "Events & <more>"


def test_nothing_in_it_runs_or_has_a_style_of_its_own():
    for node in (node for chart in charts() for node in chart.iter()):
        assert isinstance(node.tag, str)
        assert etree.QName(node).localname in ("svg", "g", "rect", "path", "text", "title")
        assert not any(name == "style" or name.startswith("on") or "href" in name for name in node.attrib)

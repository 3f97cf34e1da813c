"""The report in a real browser: skipped where there is no Chromium with its driver."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import ADDRESSES, hostile_dataset
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from pipelines import cli

_BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
_DRIVER = shutil.which("chromedriver")
_SECONDS = 3
"""A report is there in a fifth of a second; a machine that is busy with other things takes longer."""
WIDE, NARROW = 1280, 360

pytestmark = pytest.mark.skipif(not (_BROWSER and _DRIVER), reason="there is no Chromium with its driver on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(_BROWSER)
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(_DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def reports(seed_dataset: Path, large: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    datasets = {
        "seeds": seed_dataset,
        "hostile": hostile_dataset(folder / "hostile"),
        "large": large,
    }
    for name, dataset in datasets.items():
        assert cli.main(["report", str(dataset), "--to", str(folder / f"{name}.html")]) == 0
    return {name: folder / f"{name}.html" for name in datasets}


def look(browser: webdriver.Chrome, path: Path, width: int = WIDE, scheme: str = "light") -> None:
    """Opens a file in a window of a width, for a reader who likes it light or dark, with all that folds unfolded."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == NARROW}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(path.as_uri())


def run(browser: webdriver.Chrome, script: str) -> Any:
    return browser.execute_script(f"return {script}")


@pytest.mark.parametrize("name", ["seeds", "hostile", "large"])
def test_nothing_is_asked_of_any_network_and_nothing_goes_wrong(
    name: str, browser: webdriver.Chrome, reports: dict[str, Path]
):
    look(browser, reports[name])
    run(browser, "document.querySelectorAll('details').forEach(one => { one.open = true })")
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [entry["params"]["request"]["url"] for entry in sent if entry["method"] == "Network.requestWillBeSent"]
    assert asked == [reports[name].as_uri()]
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("name", ["seeds", "hostile", "large"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_wider_than_the_window(name: str, width: int, browser: webdriver.Chrome, reports: dict[str, Path]):
    look(browser, reports[name], width)
    run(browser, "document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert run(browser, "document.documentElement.scrollWidth") <= width


def test_hostile_texts_do_nothing(browser: webdriver.Chrome, reports: dict[str, Path]):
    look(browser, reports["hostile"])
    assert browser.title == "Clipbook: 17 articles, 6 events"
    assert run(browser, "document.scripts.length + document.images.length + document.styleSheets.length") == 1
    assert run(browser, "getComputedStyle(document.body).display") == "block"
    links = run(browser, "Array.from(document.querySelectorAll('a')).map(one => one.protocol)")
    assert set(links) == {"file:", "https:"}
    assert ADDRESSES[0] in run(browser, "document.body.textContent")


def test_the_policy_stops_what_would_slip_through(browser: webdriver.Chrome, reports: dict[str, Path], tmp_path: Path):
    text = reports["seeds"].read_text("utf-8")
    attack = (
        "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\"><p style='color: red' id=x>"
    )
    (tmp_path / "broken.html").write_text(text.replace("<main>", f"<main>{attack}"), "utf-8")
    look(browser, tmp_path / "broken.html")
    assert browser.title.startswith("Clipbook")
    assert run(browser, "getComputedStyle(document.getElementById('x')).color") != "rgb(255, 0, 0)"
    assert {entry["level"] for entry in browser.get_log("browser")} == {"SEVERE"}


def test_ten_thousand_events_are_there_at_once(browser: webdriver.Chrome, reports: dict[str, Path]):
    look(browser, reports["large"])
    assert "10,000 events" in browser.title
    entry = run(browser, "performance.getEntriesByType('navigation')[0].toJSON()")
    assert entry["loadEventEnd"] < 1000 * _SECONDS


def test_it_is_light_or_dark_as_its_reader_likes_it(browser: webdriver.Chrome, reports: dict[str, Path]):
    colours = {}
    for scheme in ("light", "dark"):
        look(browser, reports["seeds"], scheme=scheme)
        paper = run(browser, "getComputedStyle(document.body).backgroundColor")
        bar = run(browser, "getComputedStyle(document.querySelector('.chart .bar rect')).fill")
        colours[scheme] = (paper, bar)
    assert colours["light"][0] != colours["dark"][0]
    assert colours["light"][1] != colours["dark"][1]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": []})
    assert run(browser, "getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize(("width", "shown"), [(WIDE, 5), (NARROW, 5)])
def test_each_chart_is_seen_once(width: int, shown: int, browser: webdriver.Chrome, reports: dict[str, Path]):
    look(browser, reports["seeds"], width)
    seen = "Array.from(document.querySelectorAll('.chart')).filter(one => getComputedStyle(one).display != 'none').length"
    assert run(browser, seen) == shown

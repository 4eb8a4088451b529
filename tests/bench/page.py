"""Measure how fast the page is, against a nearly empty page in the same run: ``python -m tests.bench.page``.

Both pages take turns, so that a slow minute of the machine meets both; what counts is how many times as long the page
takes. The results go to `page.json`.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.chromium import launch, new_page, slow_down
from tests.support.golden import largest_result
from tests.support.lighthouse import lighthouse
from tests.support.site import Site, serve

RESULTS = Path(__file__).with_name("page.json")
SLOWDOWNS = (1, 4)
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 1000}
LOADS, PRESSES, REPORTS = 7, 15, 3

# The least that a page can do: it shows a word, and another after each key.
EMPTY = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Empty</title><button>0</button>
<script>addEventListener('keydown', () => { document.querySelector('button').textContent += 1 })</script></html>"""
KEYS = {
    "another mode": ("[data-mode][tabindex='0']", "ArrowRight"),
    "a segment in focus": ("#scatter-panel [data-focus='2']", "Enter"),
    "a hidden segment": ("#scatter-panel [data-hide='2']", "Enter"),
    "a slider": ("[type=range][data-question=income]", "ArrowRight"),
}
METRICS = {
    "first-contentful-paint": "first contentful paint",
    "largest-contentful-paint": "largest contentful paint",
    "speed-index": "speed index",
    "total-blocking-time": "total blocking time",
}
# Milliseconds from a key until the frame after it is made, and from the start until a first chart, or the only word.
CLOCK = """
    const afterTheFrame = (then) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = then
        port2.postMessage(null)
    })
    window.answered = []
    const answer = ({ timeStamp }) => afterTheFrame(() => answered.push(performance.now() - timeStamp))
    addEventListener('keydown', answer, true)
    const there = () => { window.loaded ??= performance.now() }
    const { clearRect } = CanvasRenderingContext2D.prototype
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
        afterTheFrame(there)
        return clearRect.apply(this, area)
    }
    addEventListener('DOMContentLoaded', () => { if (document.title === 'Empty') afterTheFrame(there) })
"""

Measured = dict[str, float]
Urls = tuple[str, str]


def in_turns(times: int, page: Callable[[], float], empty: Callable[[], float]) -> Measured:
    """Measure both as often, and return their medians."""
    return medians([(page(), empty()) for _ in range(times)])


def medians(values: Sequence[Sequence[float]]) -> Measured:
    """Return the median of the page's values, and of those of the empty one."""
    page, empty = (statistics.median(column) for column in zip(*values, strict=True))
    return {"page": page, "empty": empty}


def opened(browser: Browser, url: str, size: dict[str, int], rate: float) -> Page:
    """Open a page that measures itself, as in a browser that never saw it."""
    page = new_page(browser.new_context(viewport=size, reduced_motion="reduce"))  # type: ignore[arg-type]
    page.add_init_script(f"{{{CLOCK}}}")
    slow_down(page, rate)
    page.goto(url)
    return page


def load(browser: Browser, url: str, rate: float) -> float:
    """Return the milliseconds until a first chart is there, or the only word of the empty page."""
    page = opened(browser, url, DESKTOP, rate)
    page.wait_for_function("() => window.loaded")
    milliseconds: float = page.evaluate("loaded")
    page.context.close()
    return milliseconds


def press(page: Page, key: str) -> float:
    """Return the milliseconds from a key to the next frame, once all is done that followed from it."""
    page.evaluate("answered.length = 0")
    page.keyboard.press(key)
    page.wait_for_function("() => answered.length")
    expect(page.locator("[id][aria-busy]:not(canvas)")).to_have_count(0)
    milliseconds: float = page.evaluate("answered[0]")
    return milliseconds


def measure_key(browser: Browser, urls: Urls, rate: float, target: str, key: str) -> Measured:
    page, empty = (opened(browser, url, PHONE, rate) for url in urls)
    expect(page.locator("canvas[aria-busy]")).to_have_count(0)
    page.locator(target).focus()
    empty.locator("button").focus()
    found = in_turns(PRESSES, partial(press, page, key), partial(press, empty, key))
    page.context.close()
    empty.context.close()
    return found


def measure_by_lighthouse(urls: Urls) -> dict[str, Measured]:
    """Return Lighthouse's score and its parts, as of a phone: it computes a processor four times as slow."""
    reports = [[lighthouse(url, "performance") for url in urls] for _ in range(REPORTS)]
    found = {"Lighthouse, performance": [[one["categories"]["performance"]["score"] for one in two] for two in reports]}
    for name, what in METRICS.items():
        found[f"Lighthouse, {what}"] = [[one["audits"][name]["numericValue"] for one in two] for two in reports]
    return {what: medians(values) for what, values in found.items()}


def measure(browser: Browser, site: Site) -> dict[str, dict[str, Measured]]:
    """Measure the page with the sample by Lighthouse, and with the largest result that there can be by keys."""
    urls = (site.url, site.url.replace("index.html", "empty.html"))
    found = {"phone": measure_by_lighthouse(urls)}
    site.put("data.json", largest_result())
    for rate in SLOWDOWNS:
        loads = in_turns(LOADS, *(partial(load, browser, url, rate) for url in urls))
        keys = {f"key to frame, {what}": measure_key(browser, urls, rate, *press) for what, press in KEYS.items()}
        found[f"{rate} ×"] = {"load to first chart": loads, **keys}
    return found


def table(results: dict) -> str:
    """Write the results as the table that the README quotes."""
    lines = [
        "| what | slowed down | page, ms | empty page, ms | ratio |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for rate, measured in results["page"].items():
        for what, found in measured.items():
            page, empty = found["page"], found["empty"]
            form = ".2f" if "performance" in what else ".0f" if page >= 100 else ".1f"
            ratio = f"{page / empty:.2f}" if empty else ""
            lines.append(f"| {what} | {rate} | {page:{form}} | {empty:{form}} | {ratio} |")
    return "\n".join(lines)


def main() -> None:
    with sync_playwright() as playwright, serve() as site:
        site.documents["empty.html"] = EMPTY.encode()
        browser = launch(playwright.chromium)
        measured = measure(browser, site)
        version = browser.version
        browser.close()
    results = {
        "machine": {"processors": os.cpu_count(), "system": platform.system(), "chromium": version},
        "page": measured,
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(f"{table(results)}\n\nIn {RESULTS.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()

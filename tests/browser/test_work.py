"""How much work the page makes for the browser, counted: on no machine does it depend on the clock.

A page answers a key at once if little is done before the next frame, and what follows comes in many short tasks. It
is there soon if little is fetched for it, and nothing large before the first screen.
"""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from infra.layer import ROOT
from infra.site_files import DIST
from tests.support.chromium import held
from tests.support.golden import largest_result
from tests.support.site import serve

BUDGET = json.loads((ROOT / "site" / "budget.json").read_text())
COUNTER = Path(__file__).with_name("work.js")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 1000}
# A chart that a reader is far from is drawn again when they come near; the others are, once nothing is busy.
IS_CALM = """() => !document.querySelector('[id][aria-busy]:not(canvas)') && [...document.querySelectorAll(
    'canvas[aria-busy]')].every((canvas) => {
        const { top, bottom } = canvas.getBoundingClientRect()
        return bottom < -innerHeight / 2 || top > 1.5 * innerHeight
    })"""
SHIFTS = """new PerformanceObserver((list) => {
    window.shift = list.getEntries().reduce((sum, { value }) => sum + value, window.shift ?? 0)
}).observe({ type: 'layout-shift', buffered: true })"""
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
# What one task may change, in nodes of the document; all cards of ten segments are 1,811.
TASK = 2_000


@dataclass(frozen=True)
class Task:
    """What the page did without a pause: the parts that it rendered, the charts that it drew."""

    parts: list[str]
    charts: list[str]
    nodes: int
    relayouts: int


def tasks(entries: list[dict]) -> list[Task]:
    """Return the tasks of what was written down by the counter."""
    found, charts = [], []
    for entry in entries:
        if entry["is"] == "chart":
            charts.append(entry["id"])
        elif entry["is"] == "task":
            found.append(Task([name for name in entry["parts"] if name], charts, entry["nodes"], entry["relayouts"]))
            charts = []
    assert not charts
    return found


@pytest.fixture(scope="module")
def largest() -> bytes:
    return json.dumps(largest_result()).encode()


@pytest.fixture
def counted(largest, open_page):
    """Open the page with that result, on a phone unless set otherwise, and count from the beginning."""
    with serve(data=largest) as site:

        def counted(size: dict[str, int] = PHONE) -> Page:
            page = open_page(None, scripts=[COUNTER.read_text()], viewport=size, reduced_motion="reduce")
            with letters_first(page):
                page.goto(site.url)
            all_drawn(page)
            return page

        yield counted


@contextmanager
def letters_first(page: Page) -> Iterator[None]:
    """Let the data come after the letters, which change the layout, however slow they are."""
    with held(page, "**/data.json"):
        yield
        page.evaluate("document.fonts.ready.then(() => null)")


def all_rendered(page: Page) -> None:
    expect(page.locator("#headline")).to_be_visible()
    expect(page.locator("[id][aria-busy]:not(canvas)")).to_have_count(0)


def all_drawn(page: Page) -> None:
    all_rendered(page)
    expect(page.locator("canvas[aria-busy]")).to_have_count(0)


@dataclass(frozen=True)
class Answer:
    """What a key may cost.

    Parameters
    ----------
    target, key : str
        What has the focus, and what is pressed.
    at_once : set of str
        What may be rendered before the next frame: what the reader sees.
    parts : set of str
        All that is rendered.
    charts : list of str
        All that is drawn, each once: what the reader is near to.
    nodes : int
        So many nodes may change, before the next frame and in all.
    """

    target: str
    key: str
    at_once: set[str]
    parts: set[str]
    charts: list[str]
    nodes: tuple[int, int]


ANSWERS = {
    "another mode": Answer(
        "[data-mode][tabindex='0']",
        "ArrowRight",
        {"mode-toggle", "bar-segments", "how-many", "against-panel"},
        {"mode-toggle", "bar-segments", "how-many", "against-panel", "headline", "scatter-panel", "whatif-panel"}
        | {"segments", "explained-panel", "trust-panel", "comparison-panel", "segment-compare-panel", "changes"}
        | {"what-else-panel"},
        ["inertia"],
        (250, 4_000),
    ),
    "a segment in focus": Answer(
        "#scatter-panel [data-focus='2']",
        "Enter",
        {"scatter-panel"},
        {"scatter-panel", "segment-compare-panel"},
        ["segments-scatter"],
        (150, 350),
    ),
    "a hidden segment": Answer(
        "#scatter-panel [data-hide='2']", "Enter", {"scatter-panel"}, {"scatter-panel"}, ["segments-scatter"], (10, 20)
    ),
    "a slider": Answer(
        "[type=range][data-question=income]",
        "ArrowRight",
        {"scatter-panel", "whatif-panel"},
        {"scatter-panel", "whatif-panel"},
        ["segments-scatter"],
        (80, 90),
    ),
    "a key that means nothing": Answer("[data-mode][tabindex='0']", "Escape", set(), set(), [], (0, 0)),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=[*ANSWERS])
def test_a_key_changes_what_is_seen_at_once_and_the_rest_in_short_tasks(answer, counted):
    page = counted()
    page.locator(answer.target).focus()
    page.wait_for_function(IS_CALM)
    for _ in range(2):
        page.evaluate("work.length = 0")
        page.keyboard.press(answer.key)
        page.wait_for_function(f"() => work.some((entry) => entry.is === 'frame') && ({IS_CALM})()")

        entries = page.evaluate("work")
        frame = entries.index({"is": "frame"})
        before, after = tasks(entries[:frame]), tasks(entries[frame:])
        assert {part for task in before for part in task.parts} <= answer.at_once
        assert [task.charts for task in before if task.charts] == []
        assert sum(task.relayouts for task in before) == 0
        assert sum(task.nodes for task in before) <= answer.nodes[0]
        assert [task for task in after if len(task.parts) + len(task.charts) > 1 or task.nodes > TASK] == []
        assert {part for task in before + after for part in task.parts} == answer.parts
        assert [chart for task in after for chart in task.charts] == answer.charts
        assert sum(task.nodes for task in before + after) <= answer.nodes[1]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_is_filled_part_by_part_and_each_chart_drawn_by_itself(size, counted):
    page = counted(size)

    first, *others = (task for task in tasks(page.evaluate("work")) if task.parts or task.charts)

    assert first.charts == []
    assert [task for task in others if len(task.parts) + len(task.charts) > 1] == []
    assert max(task.nodes for task in (first, *others)) <= TASK
    charts = [chart for task in others for chart in task.charts]
    assert len(charts) == len({*charts}) == 10


def test_the_first_screen_does_without_the_library_of_charts_and_keeps_to_its_budget(open_page):
    with serve() as site:
        page = open_page(None, viewport=PHONE)
        with held(page, "**/chart-*.js"):
            page.goto(site.url)
            all_rendered(page)
            expect(page.locator("#headline .chip").first).to_be_visible()
            # By address: an open page asks for some again every few seconds.
            sizes = page.evaluate(
                """Object.fromEntries(performance.getEntries().flatMap(
                    ({ name, encodedBodySize: size }) => size === undefined ? [] : [[name, size]]))"""
            )
        assert len(sizes) <= BUDGET["first_screen"]["requests"]
        assert sum(sizes.values()) <= BUDGET["first_screen"]["kilobytes"] * 1024
        all_drawn(page)


def test_a_key_fetches_nothing(open_page):
    with serve() as site:
        page = open_page(site.url, viewport=PHONE)
        all_drawn(page)
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url.rpartition("/")[2]))
        for target, key in (("[data-mode][tabindex='0']", "ArrowRight"), ("#segments [data-focus='2']", "Enter")):
            page.locator(target).focus()
            page.keyboard.press(key)
            page.wait_for_function(IS_CALM)
        # It asks for these again every few seconds.
        assert {*requested} <= {"data.json", "receipt.json"}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_moves_whatever_comes_last(size, open_page):
    with serve() as site:
        page = open_page(None, scripts=[SHIFTS], viewport=size)
        with held(page, "**/chart-*.js"):
            with held(page, "**/runs.json"):
                with letters_first(page):
                    page.goto(site.url)
                    page.evaluate(FRAMES)
                all_rendered(page)
                page.evaluate(FRAMES)
            page.locator("#history-panel").wait_for()
            page.evaluate(FRAMES)
        all_drawn(page)
        page.evaluate(FRAMES)

        assert page.evaluate("window.shift ?? 0") <= 0.01


@pytest.mark.parametrize("kind", BUDGET["files"])
def test_the_files_keep_to_their_budget(kind):
    endings = {"script": ".js", "style": ".css", "font": ".woff2", "document": ".html", "image": ".svg"}
    files = list(DIST.rglob(f"*{endings[kind]}"))
    assert files
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) <= BUDGET["files"][kind] * 1024

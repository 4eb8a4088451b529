"""Photograph the built page in every state, at two widths, in light and dark. ``make screenshots`` runs it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.layer import ROOT
from tests.support.chromium import held, launch, new_page
from tests.support.golden import FOLDER
from tests.support.site import Answer, Site, golden, serve

WIDTHS = {1440: 1000, 390: 844}
SCHEMES = ("light", "dark")
FIRST_RUN = golden("first")["run_id"]
# A little after the golden result, so that a picture is the same whenever it is taken.
NOW = "2026-01-15T09:41:00Z"
# `setTimeout` of a page whose own clock may stand still.
REAL_TIMER = "realSetTimeout"
README_PICTURE = ROOT / "docs" / "page.jpg"
SOCIAL_PICTURE = ROOT / "site" / "public" / "social.jpg"


@dataclass(frozen=True)
class State:
    """A state of the page.

    Parameters
    ----------
    result : str or None
        The golden result that is served, if any.
    query : str
        Behind the address.
    documents : dict of str to Answer
        What else is served.
    shows : str
        What is there once the page is in that state.
    is_held : bool
        Whether the page waits for its data, at a clock that stands still.
    afterwards : callable, optional
        What happens while the page is open.
    seconds : int
        How long it is open, by its own clock.
    """

    shows: str
    result: str | None = "data"
    query: str = ""
    documents: dict[str, Answer] = field(default_factory=dict)
    is_held: bool = False
    afterwards: Callable[[Site], None] | None = None
    seconds: int = 0


def _lose_connection(site: Site) -> None:
    site.documents["data.json"] = 503


def states() -> dict[str, State]:
    """Return every state by its name."""
    receipt = (FOLDER / "receipt.json").read_bytes()
    map_ = "#segments-scatter"
    return {
        "full": State(map_),
        "multivariate": State(map_, query="?mode=multivariate"),
        "chosen": State(map_, query="?focus=2&hide=3&x=age&pair=2,5&what.income=40&what.spending=70&what.age=30"),
        "history": State("#run-banner", query=f"?run={FIRST_RUN}"),
        "two-runs": State("#against-panel", query=f"?against={FIRST_RUN}"),
        "first-run": State(map_, result="first"),
        "log-scale": State(map_, result="log", query="?what.income=30000&what.spending=74&what.age=31"),
        "older-release": State(map_, result="old", documents={"runs": 403}),
        "refused": State("#receipt-notice", documents={"receipt": receipt}),
        "offline": State("#offline-notice", afterwards=_lose_connection, seconds=5),
        "empty": State("#empty-state", result=None),
        "empty-refused": State("#receipt-notice", result=None, documents={"receipt": receipt}),
        "broken": State("#error-state", result=None, documents={"data": b"{"}),
        "loading": State(".loading", is_held=True),
        "slow": State("#slow", is_held=True, seconds=7),
    }


@contextmanager
def opened(browser: Browser, state: State, **options: object) -> Iterator[Page]:
    """Open the page in a state, and wait until it is in it."""
    with serve(state.result, **state.documents) as site:
        page = new_page(browser.new_context(locale="en-US", reduced_motion="reduce", **options))  # type: ignore[arg-type]
        page.add_init_script(f"window.{REAL_TIMER} = setTimeout")
        page.clock.install(time=NOW)
        with ExitStack() as until_the_end:
            if state.is_held:
                page.clock.pause_at(NOW)
                until_the_end.enter_context(held(page, "**/data.json"))
            page.goto(site.url + state.query)
            if state.afterwards:
                page.locator("#headline").wait_for()
                state.afterwards(site)
            page.clock.fast_forward(state.seconds * 1000)
            page.locator(state.shows).wait_for()
            rendered(page)
            yield page
        page.context.close()


def rendered(page: Page) -> None:
    """Wait until all is there but the charts."""
    page.evaluate("document.fonts.ready.then(() => null)")
    expect(page.locator("[id][aria-busy]:not(canvas)")).to_have_count(0)


def settle(page: Page) -> None:
    """Go down the page, where charts are drawn as they are seen, and back up."""
    rendered(page)
    waiting = page.locator("canvas[aria-busy]:visible")
    while waiting.count():
        canvas = waiting.first.element_handle()
        canvas.scroll_into_view_if_needed()
        canvas.wait_for_selector("xpath=self::*[not(@aria-busy)]")
    page.evaluate("scrollTo(0, 0)")


# What a link to the page looks like elsewhere must not show the numbers of the sample as somebody's own.
_SOCIAL = """() => {
    const picture = new Image()
    picture.src = document.querySelector('#segments-scatter').toDataURL()
    picture.style.setProperty('width', '100%')
    const numbers = document.querySelector('.numbers')
    numbers.style.setProperty('display', 'block')
    numbers.style.setProperty('padding', '1.25rem')
    numbers.replaceChildren(picture)
    document.querySelector('.lede').textContent = 'Who your customers are.'
    document.querySelector('.evidence-line').textContent = 'In segments you can trust and act on.'
    const others = '.origin, .context, .acts, .theme-switch, .connection, .chips, .act, .study'
    for (const node of document.querySelectorAll(others)) node.remove()
    document.querySelector('.headline').style.setProperty('padding-top', '3.5rem')
    return picture.decode()
}"""


def photograph_for_others(browser: Browser) -> None:
    """Make the pictures that lie in the repository: the README's, and the one that links to the page are shown with."""
    state = State("#segments-scatter", query="?focus=1&what.income=82&what.spending=74&what.age=31")
    with opened(browser, state, viewport={"width": 1440, "height": 1420}) as page:
        settle(page)
        page.evaluate("document.querySelector('#scatter-panel').scrollIntoView()")
        # The heading above it goes behind the bar.
        page.evaluate("scrollBy(0, 16)")
        page.screenshot(path=README_PICTURE, type="jpeg", quality=88)
    with opened(browser, State("#segments-scatter"), viewport={"width": 1200, "height": 630}) as page:
        settle(page)
        page.evaluate(_SOCIAL)
        page.screenshot(path=SOCIAL_PICTURE, type="jpeg", quality=88)


def photograph(folder: Path, wanted: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        for name, state in states().items():
            if wanted and name not in wanted:
                continue
            for width, height in WIDTHS.items():
                for scheme in SCHEMES:
                    size = {"width": width, "height": height}
                    with opened(browser, state, viewport=size, color_scheme=scheme) as page:
                        settle(page)
                        page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=True)
        if not wanted:
            photograph_for_others(browser)
        browser.close()


if __name__ == "__main__":
    photograph(Path(sys.argv[1]), sys.argv[2:])

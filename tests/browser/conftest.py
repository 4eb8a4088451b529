"""A real browser at the deployed page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.chromium import launch, new_page


@dataclass
class Watched:
    """A page, and what must not happen on it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Open pages, and check at the end that none had an error in its console or asked another host for anything."""
    opened: list[Watched] = []

    def open_page(url: str | None, is_clock_ours: bool = False, scripts: Sequence[str] = (), **options) -> Page:
        context = browser.new_context(ignore_https_errors=True, **options)
        if is_clock_ours:
            context.clock.install()
        for script in scripts:
            context.add_init_script(script)
        watched = Watched(new_page(context))
        opened.append(watched)
        watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
        watched.page.on("console", lambda message: _note(watched, message))
        watched.page.on("request", lambda request: watched.hosts.add(request.url.split("/")[2]))
        if url:
            watched.page.goto(url)
        return watched.page

    yield open_page
    for watched in opened:
        host = watched.page.url.split("/")[2]
        watched.page.context.close()
        assert watched.errors == []
        assert watched.hosts == {host}


def _note(watched: Watched, message) -> None:
    # The browser itself reports an answer of 403 or 404, which before the first upload is the expected one, and
    # that there is no connection.
    missing = message.location.get("url", "").endswith(".json") and "Failed to load resource" in message.text
    if message.type == "error" and not missing:
        watched.errors.append(message.text)

"""Finds a Chromium, the system's or the one that npm's @sparticuz/chromium carries, and opens pages in it.

`CPU_SLOWDOWN=4` makes the processor of every page a quarter as fast: no test may depend on that.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Route, expect

from infra.layer import ROOT
from tests.support.waiting import LIMIT

CPU_SLOWDOWN = float(os.environ.get("CPU_SLOWDOWN", "1"))

FLAGS = (
    # A container's root has no sandbox to offer; the pages are our own.
    "--no-sandbox",
    "--disable-gpu",
    # All pages are on this machine, some under names of elsewhere.
    "--no-proxy-server",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_UNPACK = "import('@sparticuz/chromium').then(async (found) => console.log(await found.default.executablePath()))"


@dataclass(frozen=True)
class Chromium:
    executable: str
    environment: dict[str, str] = field(default_factory=dict)


def launch(chromium: BrowserType, *flags: str) -> Browser:
    """Start Chromium, with more flags than the usual ones where they are given."""
    found = find_chromium()
    expect.set_options(timeout=1000 * LIMIT)
    return chromium.launch(
        executable_path=found.executable,
        args=[*FLAGS, *flags],
        env={**os.environ, **found.environment},
        timeout=1000 * LIMIT,
    )


def new_page(context: BrowserContext) -> Page:
    """Open a page whose processor is as slow as `CPU_SLOWDOWN` says."""
    context.set_default_timeout(1000 * LIMIT)
    page = context.new_page()
    slow_down(page, CPU_SLOWDOWN)
    return page


def slow_down(page: Page, rate: float) -> None:
    """Make the processor of a page so many times slower."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


@contextmanager
def held(page: Page, address: str) -> Iterator[None]:
    """Let a page wait for what it fetches from an address, until the block ends."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route(address, hold)
    try:
        yield
    finally:
        for route in waiting:
            route.continue_()
        page.unroute(address, hold)


def find_chromium() -> Chromium:
    for name in _NAMES:
        if found := shutil.which(name):
            return Chromium(found)
    if _MACOS.exists():
        return Chromium(str(_MACOS))
    return _unpack_from_npm()


def _unpack_from_npm() -> Chromium:
    folder = ROOT / "build" / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"TMPDIR": str(folder)}
    if not ctypes.util.find_library("nss3"):
        # Told that it is on Lambda, the package unpacks the libraries that Chromium needs beside it.
        environment |= {
            "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x",
            "LD_LIBRARY_PATH": str(folder / "al2023" / "lib"),
        }
    node = Path(sys.executable).with_name("node")
    answer = subprocess.run(
        [node, "--eval", _UNPACK],
        cwd=ROOT / "site",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return Chromium(answer.stdout.strip(), environment)

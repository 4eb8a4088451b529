"""Photograph the built page with the golden data: at two widths, in light and dark. ``make screenshots`` runs it."""

import http.server
import os
import shutil
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright

from infra.layer import ROOT
from infra.site_files import DIST
from tests.support.chromium import FLAGS, find_chromium

GOLDEN = ROOT / "tests" / "golden" / "data.json"
WIDTHS = {1440: 1000, 390: 844}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def photograph(folder: Path, data: Path = GOLDEN) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    chromium = find_chromium()
    with tempfile.TemporaryDirectory() as site, sync_playwright() as playwright:
        shutil.copytree(DIST, site, dirs_exist_ok=True)
        shutil.copy(data, Path(site) / "data.json")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=site))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=chromium.executable, args=list(FLAGS), env={**os.environ, **chromium.environment}
        )
        for width, height in WIDTHS.items():
            for scheme in ("light", "dark"):
                for mode in ("bivariate", "multivariate"):
                    page = browser.new_page(
                        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
                    )
                    page.goto(f"http://127.0.0.1:{server.server_port}/index.html#{mode}")
                    page.locator("canvas#segments-scatter").wait_for()
                    page.evaluate("document.fonts.ready")
                    page.screenshot(path=folder / f"{mode}-{scheme}-{width}.png", full_page=True)
                    page.close()
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    photograph(Path(sys.argv[1]), *map(Path, sys.argv[2:]))

"""Lighthouse, from npm, on a page: its scores as of a phone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.layer import ROOT
from tests.support.chromium import FLAGS, find_chromium

_SITE = ROOT / "site"
_SECONDS = 120


def lighthouse(url: str, folder: Path) -> dict[str, Any]:
    """Return Lighthouse's report on a page, by the mobile preset."""
    chromium = find_chromium()
    report = folder / "lighthouse.json"
    command = [
        *(Path(sys.executable).with_name("node"), _SITE / "node_modules" / "lighthouse" / "cli" / "index.js", url),
        *("--output=json", f"--output-path={report}", "--quiet", "--no-enable-error-reporting"),
        "--only-categories=performance,accessibility,best-practices,seo",
        f"--chrome-flags=--headless {' '.join(FLAGS)}",
    ]
    environment = {**os.environ, **chromium.environment, "CHROME_PATH": chromium.executable}
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=_SECONDS, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def what_is_wrong(report: dict[str, Any]) -> dict[str, str]:
    """Return what Lighthouse found that is not perfect, for whoever has to mend it."""
    return {
        name: f"{audit['score']} {audit.get('displayValue', '')}"
        for name, audit in report["audits"].items()
        if audit["score"] is not None and audit["score"] < 0.9
    }

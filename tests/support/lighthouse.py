"""Lighthouse, from npm, on a page: its scores as of a phone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.layer import ROOT
from tests.support.chromium import CPU_SLOWDOWN, FLAGS, find_chromium
from tests.support.waiting import LIMIT


def lighthouse(url: str, *categories: str) -> dict[str, Any]:
    """Return Lighthouse's report on a page, by the mobile preset."""
    chromium = find_chromium()
    options = {
        "url": url,
        "categories": categories,
        "chromium": {"executablePath": chromium.executable, "args": FLAGS},
        "slowdown": CPU_SLOWDOWN,
        "limit": 1000 * LIMIT,
    }
    command = [Path(sys.executable).with_name("node"), "tests/lighthouse.js", json.dumps(options)]
    environment = {**os.environ, **chromium.environment}
    answer = subprocess.run(command, cwd=ROOT / "site", env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def what_is_wrong(report: dict[str, Any]) -> dict[str, str]:
    """Return what Lighthouse found that is not perfect, for whoever has to mend it."""
    return {
        name: f"{audit['score']} {audit.get('displayValue', '')}"
        for name, audit in report["audits"].items()
        if audit["score"] is not None and audit["score"] < 0.9
    }

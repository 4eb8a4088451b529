"""Finds a Chromium: the system's, or the one that npm's @sparticuz/chromium carries."""

import ctypes.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from infra.layer import ROOT

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

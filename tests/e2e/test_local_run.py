"""`make run` and `make upload` once all is installed, in a folder and a shell that make it hard for them."""

import json
import os
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from infra.layer import ROOT
from tests.support.waiting import LIMIT, wait_until

SAMPLE = ROOT / "data" / "sample_customers.csv"
INSTALLED = (
    ".venv",
    "infra/node_modules",
    "site/node_modules",
    "site/dist",
    "build/emulator",
    "build/layer",
    "build/jsii",
)
NOWHERE = "http://127.0.0.1:9"
SHELL = {
    # Keys and a profile as of a real account: using any of them would fail, or worse.
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a key of a real account",
    "AWS_ENDPOINT_URL": NOWHERE,
    **dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"), NOWHERE),
    "LANG": "C",
    "LC_ALL": "C",
    "VIRTUAL_ENV": "/nowhere",
    "PYTHONHOME": "/nowhere",
    "NODE_OPTIONS": "--require=/nowhere.js",
}


@pytest.fixture
def clone(tmp_path) -> Path:
    """This project in another folder, with what is installed in this one."""
    folder = tmp_path / "Kunden – Käufer & Co (1)" / "客户"
    others = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "dist", "build", "tests")
    # With the times of the files: nothing has to be installed anew.
    shutil.copytree(ROOT, folder, ignore=others)
    # As somebody's who tries something out.
    for name in ("json", "boto3"):
        (folder / f"{name}.py").write_text("raise ImportError('a file of the user')")
    for name in INSTALLED:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).symlink_to(ROOT / name)
    return folder


def shell_in(folder: Path) -> dict[str, str]:
    """Return the environment of a shell that breaks whatever heeds it."""
    shadows = folder / "shadows"
    shadows.mkdir(exist_ok=True)
    for name in ("json", "boto3", "aws_cdk"):
        (shadows / f"{name}.py").write_text("raise ImportError('PYTHONPATH of the shell')")
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    return {**own, **SHELL, "PYTHONPATH": str(shadows)}


def from_shell_in(folder: Path) -> dict[str, Any]:
    """Return how such a shell in a folder starts a program."""
    return {"cwd": folder, "env": shell_in(folder), "umask": 0o077}


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **from_shell_in(folder))


@contextmanager
def running(
    folder: Path, until: str = "Ctrl-C", end: signal.Signals = signal.SIGINT, *, with_emulator: bool = False
) -> Iterator[str]:
    """Run the loop until it says something; end it, and check that Ctrl-C leaves nothing."""
    log = folder / "output.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "run"], stdout=output, stderr=output, start_new_session=True, **from_shell_in(folder)
        )
    try:
        wait_until(lambda: until in log.read_text() or process.poll() is not None, log.read_text)
        assert process.poll() is None, log.read_text()
        emulator = emulator_of(folder)
        yield log.read_text()
    except BaseException:
        # What failed must leave nothing either.
        end = signal.SIGINT
        raise
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, end)
        process.wait(LIMIT)
    if with_emulator:
        os.killpg(emulator, end)
    if end == signal.SIGINT:
        assert until != "Ctrl-C" or "kept for the next run" in log.read_text()
        assert "Traceback" not in log.read_text()
        assert not is_emulator(emulator)
        assert not workers_in(folder)


def emulator_of(folder: Path) -> int:
    return int((folder / "build" / "local" / "emulator" / "pid").read_text())


def is_emulator(pid: int) -> bool:
    found = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "ministack" in found.stdout


def workers_in(folder: Path) -> list[str]:
    # The part of its path that every locale shows.
    name = str(folder.parents[1])
    listed = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if name in line]


def page_of(output: str) -> str:
    found = re.search(r"The page: +(\S+)/index.html", output)
    assert found
    return found.group(1)


def read(url: str) -> bytes:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=LIMIT) as answer:
        return answer.read()


def is_stored(folder: Path, name: str) -> bool:
    return bool(list((folder / "build" / "local" / "emulator" / "objects").glob(f"*/*/{name}.meta.json")))


def test_the_loop_serves_answers_uploads_and_keeps_them_for_the_next_run(clone, tmp_path):
    # Killed, it cannot stop the emulator; the next run does.
    with running(clone, until="Deploying", end=signal.SIGKILL):
        orphan = emulator_of(clone)
    assert is_emulator(orphan)
    # Neither has come so far that anything was saved.
    with running(clone, until="Deploying") as output:
        assert not is_emulator(orphan)
        assert "deployed anew" in output

    with running(clone, end=signal.SIGKILL, with_emulator=True) as output:
        page = page_of(output)
        assert "make upload FILE=" in output
        assert b"<title>" in read(f"{page}/index.html")
        assert json.loads(read(f"{page}/data.json"))["source"]["name"] == SAMPLE.name

        again = make(clone, "run")
        assert again.returncode != 0
        assert "running already" in again.stderr

        mine = tmp_path / 'Meine "Käufer"\n\\ $HOME #1.csv'
        mine.write_bytes(SAMPLE.read_bytes())
        accepted = make(clone, "upload", f"FILE={mine}")
        assert accepted.returncode == 0, accepted.stdout + accepted.stderr
        assert "300 rows read: 300 customers used" in accepted.stdout
        results = re.search(r"http\S+Clustering_Final.csv", accepted.stdout)
        assert results
        assert read(results.group()).startswith(b"CustomerID,Gender,Age")
        assert json.loads(read(f"{page}/data.json"))["source"]["name"] == mine.name

        assert "The failure queue is empty" in make(clone, "redrive").stdout

        notes = tmp_path / "notes.txt"
        notes.write_bytes(SAMPLE.read_bytes())
        ignored = make(clone, "upload", f"FILE={notes}")
        assert ignored.returncode != 0
        assert ".csv" in ignored.stderr

        mine.write_bytes(b"")
        refused = make(clone, "upload", f"FILE={mine}")
        assert refused.returncode != 0
        assert "The file is empty." in refused.stdout

        last = tmp_path / "last.csv"
        last.write_bytes(SAMPLE.read_bytes())
        uploading = subprocess.Popen(
            ["make", "upload", f"FILE={last}"], stderr=subprocess.PIPE, text=True, **from_shell_in(clone)
        )
        wait_until(lambda: is_stored(clone, last.name))

    with running(clone) as output:
        assert page_of(output) == page
        assert json.loads(read(f"{page}/data.json"))["source"]["name"] == last.name
        assert mine.name in [run["source"]["name"] for run in json.loads(read(f"{page}/runs.json"))["runs"]]
        # It may have waited so long that it heard the answer.
        said = uploading.communicate()[1]
        assert uploading.returncode == 0 or "The loop stopped" in said
        assert "Traceback" not in said


def test_an_upload_without_a_running_loop_says_how_to_start_it(clone):
    answer = make(clone, "upload", f"FILE={SAMPLE}")

    assert answer.returncode != 0
    assert "make run" in answer.stderr
    assert "Traceback" not in answer.stderr

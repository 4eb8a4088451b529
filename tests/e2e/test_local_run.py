"""What `make run` and `make upload` do once everything is built, in a folder of their own."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.layer import ROOT
from tests.support.waiting import LIMIT, wait_until

SAMPLE = ROOT / "data" / "sample_customers.csv"
COMMAND = [sys.executable, "-m", "infra.local", "--folder"]
# Keys and a profile as of a real account: using any of them would fail, or worse.
SHELL = {
    **os.environ,
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a key of a real account",
}


@contextmanager
def running(folder: Path, end: signal.Signals = signal.SIGINT) -> Iterator[str]:
    """Run the loop until it says where the page is; end it, and check that Ctrl-C leaves nothing."""
    log = folder / "output.txt"
    with log.open("w") as output:
        process = subprocess.Popen([*COMMAND, str(folder), "run"], stdout=output, stderr=output, cwd=ROOT, env=SHELL)
    try:
        wait_until(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, log.read_text)
        assert process.poll() is None, log.read_text()
        yield log.read_text()
    except BaseException:
        # What failed must leave nothing either.
        end = signal.SIGINT
        raise
    finally:
        emulator = emulator_of(folder)
        process.send_signal(end)
        status = process.wait(LIMIT)
    if end == signal.SIGINT:
        assert status == 0
        assert not is_emulator(emulator)
        assert not workers_in(folder)


def emulator_of(folder: Path) -> int:
    return int((folder / "emulator" / "pid").read_text())


def is_emulator(pid: int) -> bool:
    found = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "ministack" in found.stdout


def workers_in(folder: Path) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]


def upload(folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, str(folder), "upload", str(file)], capture_output=True, text=True, cwd=ROOT, env=SHELL, check=False
    )


def page_of(output: str) -> str:
    found = re.search(r"The page: +(\S+)/index.html", output)
    assert found
    return found.group(1)


def read(url: str) -> bytes:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=LIMIT) as answer:
        return answer.read()


def test_the_loop_serves_answers_uploads_and_keeps_them_for_the_next_run(tmp_path):
    folder = tmp_path / "loop"
    folder.mkdir()
    # Killed, it cannot stop the emulator; the next run does, and takes over what that knew.
    with running(folder, end=signal.SIGKILL) as output:
        page = page_of(output)
        assert "make upload FILE=" in output
        assert b"<title>" in read(f"{page}/index.html")
        assert json.loads(read(f"{page}/data.json"))["source"]["name"] == SAMPLE.name

        again = subprocess.run([*COMMAND, str(folder), "run"], capture_output=True, text=True, cwd=ROOT, check=False)
        assert again.returncode == 1
        assert "running already" in again.stderr

        mine = tmp_path / "mine.csv"
        mine.write_bytes(SAMPLE.read_bytes())
        accepted = upload(folder, mine)
        assert accepted.returncode == 0, accepted.stdout + accepted.stderr
        assert "300 rows read: 300 customers used" in accepted.stdout
        results = re.search(r"http\S+Clustering_Final.csv", accepted.stdout)
        assert results
        assert read(results.group()).startswith(b"CustomerID,Gender,Age")
        assert json.loads(read(f"{page}/data.json"))["source"]["name"] == "mine.csv"

        redrive = [*COMMAND, str(folder), "redrive"]
        assert "The failure queue is empty" in subprocess.check_output(redrive, text=True, cwd=ROOT, env=SHELL)

        notes = tmp_path / "notes.txt"
        notes.write_bytes(SAMPLE.read_bytes())
        ignored = upload(folder, notes)
        assert ignored.returncode == 1
        assert ".csv" in ignored.stderr

        mine.write_bytes(b"")
        refused = upload(folder, mine)
        assert refused.returncode == 2
        assert "The file is empty." in refused.stdout

        orphan = emulator_of(folder)
    assert is_emulator(orphan)

    with running(folder) as output:
        assert not is_emulator(orphan)
        assert page_of(output) == page
        assert json.loads(read(f"{page}/data.json"))["source"]["name"] == "mine.csv"


def test_an_upload_without_a_running_loop_says_how_to_start_it(tmp_path):
    answer = upload(tmp_path, SAMPLE)

    assert answer.returncode == 1
    assert "make run" in answer.stderr
    assert "Traceback" not in answer.stderr

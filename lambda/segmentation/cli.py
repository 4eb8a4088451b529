"""The command line: the engine with no cloud at all.

``segment customers.csv --out DIR`` writes `DIR/data.json` and `DIR/Clustering_Final.csv`. It ends with status 2, and
one message on standard error, where the file cannot be used.
"""

import argparse
import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from segmentation import __version__
from segmentation.cluster import KS
from segmentation.errors import UnusableFileError
from segmentation.receipt import Upload, published_document, run_id, timestamp
from segmentation.run import segment


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        data = options.csv.read_bytes()
        result = segment(data, k=options.k)
        now = timestamp(datetime.now(UTC))
        document = published_document(result, Upload(run_id(data), options.csv.name, now), now)
        options.out.mkdir(parents=True, exist_ok=True)
        _write(options.out / "Clustering_Final.csv", result.assigned_csv)
        _write(options.out / "data.json", json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
    except UnusableFileError as error:
        print(f"segment: {options.csv.name}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"segment: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    _print_summary(document, options.out)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="segment", description="Find the segments in a CSV of customers.")
    parser.add_argument("csv", type=Path, help="the customers: Gender, Age, Annual Income, Spending Score")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write the results")
    parser.add_argument("--k", type=int, choices=KS[1:], help="the number of segments (default: chosen from the data)")
    parser.add_argument("--version", action="version", version=f"segment {__version__}")
    return parser


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _print_summary(document: dict, out: Path) -> None:  # type: ignore[type-arg]
    rows = document["rows"]
    print(f"{rows['read']} rows read, {rows['used']} used, {rows['rejected']} rejected.", document["k"]["text"])
    for mode, content in document["modes"].items():
        print(f"\n{mode.capitalize()}: {content['text']}")
        for part in content["segments"]:
            print(f"  {part['id']}  {part['name']:<44} {part['size']:>7}  {part['share']:>6.1%}  {part['tag']}")
    print(f"\nWritten: {out / 'data.json'} and {out / 'Clustering_Final.csv'}")


if __name__ == "__main__":
    sys.exit(main())

"""The command line: the engine with no cloud at all.

``segment customers.csv --out DIR`` writes `DIR/data.json`, `DIR/Clustering_Final.csv`, `DIR/rejected.csv` where
something was wrong with single rows, and `DIR/members.npz` where the customers have ids, for `--previous`.
``segment score more.csv --model DIR/data.json --out scored.csv`` places more customers. Both end with status 2, and one
message on standard error, where a file cannot be used.
"""

from __future__ import annotations

import argparse
import errno
import gc
import hashlib
import io
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation import __version__
from segmentation.clustering.selection import KS
from segmentation.customers.load import Report
from segmentation.customers.reader import CustomerFile
from segmentation.errors import UnusableFileError
from segmentation.files.records import NotUtf8Error
from segmentation.pipeline import Previous, segment
from segmentation.progress import JsonLog, NoProgress, ProgressLine
from segmentation.results.previous import read_document, read_members
from segmentation.results.receipt import Upload, intake_summary, published_document, run_id, settings_text, timestamp
from segmentation.rounding import plural
from segmentation.schema.choice import UsedFeatures
from segmentation.schema.settings import Settings
from segmentation.scoring import Model

_SETTINGS_THAT_WORK = (
    "It works with these settings. Change what you like, save them as settings.json, and add --settings settings.json:"
)


class _HashingReader(io.FileIO):
    """One pass over a file, with the hash of its bytes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._hash = hashlib.sha256()
        self._size = path.stat().st_size
        self.digest: bytes | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most `size` bytes."""
        data = super().read(size)
        if data:
            self._hash.update(data)
        else:
            self.digest = self._hash.digest()
        return data

    @property
    def share(self) -> float:
        """The share of the file that has been read, 0 to 1."""
        return 1.0 if self.closed else self.tell() / max(self._size, 1)


class _Input:
    """A file that is read in several passes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._readers: list[_HashingReader] = []

    def open(self) -> _HashingReader:
        """Start another pass."""
        self._readers.append(_HashingReader(self._path))
        return self._readers[-1]

    def share(self) -> float:
        """Return the share of the file that the present pass has read, 0 to 1."""
        return self._readers[-1].share

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the file, known after a complete pass."""
        return next(one.digest for one in self._readers if one.digest is not None)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments : list of str, optional
        Command-line arguments; those of the process by default.
    """
    # What is imported stays: looking through it for garbage again and again takes a tenth of the time.
    gc.freeze()
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["score"]:
        return _ended(_score, _score_parser().parse_args(given[1:]))
    return _ended(_segment, _parser().parse_args(given))


def _ended(work: Callable[[argparse.Namespace, Reporter], Iterable[str]], options: argparse.Namespace) -> int:
    """Run a command, print the lines it returns, and return the exit status."""
    source = _Input(options.csv)
    report = _report(options, source)
    try:
        lines = work(options, Reporter(source, report))
    except UnusableFileError as error:
        report.close()
        print(f"segment: {options.csv.name}: {error}", file=sys.stderr)
        if error.settings is not None and work is _segment:
            print(_SETTINGS_THAT_WORK, settings_text(error.settings), sep="\n", file=sys.stderr)
        return 2
    except OSError as error:
        report.close()
        print(f"segment: {error.filename or options.out}: {error.strerror}", file=sys.stderr)
        return 2
    report.close()
    if not options.quiet:
        try:
            print(*lines, sep="\n")
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader, such as `head`, has closed the pipe; without this, Python would fail when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


@dataclass(frozen=True)
class Reporter:
    """The input of a command, and how its progress is reported.

    Parameters
    ----------
    source : _Input
        The input.
    report : callable
        Called with the stage and the number of rows processed.
    """

    source: _Input
    report: Report


def _segment(options: argparse.Namespace, reporter: Reporter) -> Iterator[str]:
    targets = {
        name: options.out / name for name in ("Clustering_Final.csv", "rejected.csv", "members.npz", "data.json")
    }
    _check_places(options.csv, targets.values())
    written = [options.settings.read_bytes()] if options.settings else []
    settings = Settings.parse(written[0]) if written else None
    previous = _previous(options.previous) if options.previous else None
    key = options.rounding_key.encode() if options.rounding_key else secrets.token_bytes()
    result = segment(
        reporter.source.open,
        settings=settings,
        k=options.k,
        previous=previous,
        report=reporter.report,
        rounding_key=key,
    )
    now = timestamp(datetime.now(UTC))
    # The id is published, so it must not reveal the content of the file.
    upload = Upload(run_id(key, reporter.source.digest, *written), options.csv.name, now, began_at=now)
    document: dict[str, Any] = {}

    def members() -> Iterator[bytes]:
        if result.members is not None:
            yield result.members.packed()

    def public() -> Iterator[bytes]:
        document.update(published_document(result, upload))
        yield json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

    options.out.mkdir(parents=True, exist_ok=True)
    _write_all(dict(zip(targets.values(), (result.assigned, result.rejected, members(), public()), strict=True)))
    return _summary(document, result.detail, [path for path in targets.values() if path.exists()])


def _previous(folder: Path) -> Previous:
    """Read the results of an earlier run."""
    path = folder / "members.npz"
    document = read_document((folder / "data.json").read_bytes(), "data.json")
    return Previous(document, read_members(path.read_bytes(), path.name, document) if path.exists() else None)


def _score(options: argparse.Namespace, reporter: Reporter) -> Iterator[str]:
    _check_places(options.csv, [options.out])
    document = read_document(options.model.read_bytes(), options.model.name)
    model = Model.from_document(document)
    settings = model.settings
    if options.settings:
        # They say which columns the features are, and the model how their cells are read.
        own = Settings.parse(options.settings.read_bytes())
        settings = replace(own, readings=settings.readings, newest=settings.newest)
    found = {mode: np.zeros(len(one.ids) + 1, dtype=np.int64) for mode, one in model.modes.items()}

    def rows(file: CustomerFile) -> Iterator[bytes | memoryview]:
        for counts in found.values():
            counts[:] = 0
        for text, labels in model.scored_rows(file):
            for mode, own in labels.items():
                found[mode] += np.bincount(own + 1, minlength=len(found[mode]))
            yield text

    file = CustomerFile(reporter.source.open, settings, before=UsedFeatures({}))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write_all({options.out: rows(file)})
    except NotUtf8Error as surprise:
        _write_all({options.out: rows(file.reconsidered(surprise))})
    return _score_summary(document, found, options.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="segment",
        description="Find the segments in a CSV of customers.",
        epilog="segment score CSV --model data.json --out FILE places more customers in segments that were found.",
    )
    parser.add_argument(
        "csv",
        type=Path,
        help="the customers, one a line, with two columns of numbers at least; may be gzipped",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write the results")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="a settings.json: other columns, other features")
    parser.add_argument(
        "--previous", type=Path, metavar="DIR", help="the results of an earlier run: its segments keep their numbers"
    )
    parser.add_argument("--k", type=int, choices=KS[1:], help="the number of segments (default: chosen from the data)")
    parser.add_argument(
        "--rounding-key",
        metavar="SECRET",
        help="what numbers are rounded by where settings hide few customers: by the same secret, the same "
        "(default: random)",
    )
    told = parser.add_mutually_exclusive_group()
    told.add_argument("--quiet", action="store_true", help="say nothing but what is wrong")
    told.add_argument("--json-log", action="store_true", help="tell the progress as lines of JSON on standard error")
    parser.add_argument("--version", action="version", version=f"segment {__version__}")
    return parser


def _score_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="segment score", description="Place customers in the segments of an earlier result."
    )
    parser.add_argument("csv", type=Path, help="the customers, one a line; may be gzipped")
    parser.add_argument("--model", type=Path, required=True, metavar="FILE", help="the data.json of that result")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV to write")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="a settings.json: other columns")
    parser.add_argument("--quiet", action="store_true", help="say nothing but what is wrong")
    parser.set_defaults(json_log=False)
    return parser


def _report(options: argparse.Namespace, source: _Input) -> ProgressLine | JsonLog | NoProgress:
    if options.json_log:
        return JsonLog(sys.stderr)
    if options.quiet or not sys.stderr.isatty():
        return NoProgress()
    return ProgressLine(source.share, sys.stderr)


def _check_places(source: Path, targets: Iterable[Path]) -> None:
    """Refuse paths that would fail or overwrite the input at the end of long work."""
    if not source.is_file() and not source.is_dir() and source.exists():
        raise OSError(errno.ESPIPE, "is no file that can be read twice; save it first", str(source))
    for target in targets:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        if target.exists() and target.samefile(source):
            raise OSError(errno.EEXIST, "would be replaced by its own result; choose another --out", str(source))


def _write_all(contents: Mapping[Path, Iterable[bytes | memoryview]]) -> None:
    """Write all files completely, or none of them: each to a temporary file first, and then all are renamed.

    Empty files are not written, and are removed where they existed before.
    """
    written: dict[Path, Path] = {}
    try:
        for path, parts in contents.items():
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
            written[path] = Path(temporary)
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(parts)
            written[path].chmod(0o666 & ~_umask())
        for path, temporary_path in written.items():
            if temporary_path.stat().st_size:
                temporary_path.replace(path)
            else:
                temporary_path.unlink()
                path.unlink(missing_ok=True)
    except BaseException:
        for temporary_path in written.values():
            temporary_path.unlink(missing_ok=True)
        raise


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def _summary(document: dict[str, Any], detail: str, written: Sequence[Path]) -> Iterator[str]:
    yield from intake_summary(document["rows"], document["intake"], detail)
    yield f"\n{document['k']['text']}"
    for mode, content in document["modes"].items():
        yield f"\n{mode.capitalize()}: {' '.join(filter(None, (content['trust']['text'], content['text'])))}"
        for part in content["segments"]:
            size, share = ("few", "") if part["size"] is None else (part["size"], f"{part['share']:.1%}")
            yield f"  {part['id']}  {part['name']:<44} {size:>7}  {share:>6}  {part['tag']}"
        if document["changes"]:
            yield document["changes"]["modes"][mode]["text"]
    yield f"\nWritten: {', '.join(map(str, written))}"


def _score_summary(
    document: dict[str, Any], found: Mapping[str, npt.NDArray[np.int64]], written: Path
) -> Iterator[str]:
    for mode, (nowhere, *counts) in found.items():
        yield f"{mode.capitalize()}: {plural(sum(counts), 'customer')} placed, {nowhere:,} not."
        model = document["modes"][mode]["model"]["centroids"]
        told = [part for part, one in zip(document["modes"][mode]["segments"], model, strict=True) if one is not None]
        for part, n in zip(told, counts, strict=True):
            yield f"  {part['id']}  {part['name']:<44} {n:>7}"
    yield f"\nWritten: {written}"


if __name__ == "__main__":
    sys.exit(main())

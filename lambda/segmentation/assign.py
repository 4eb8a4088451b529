"""Stage 5, assign: every row of the upload with its segment in both modes, or why it has none.

The only place that knows the row format of `Clustering_Final.csv` and `rejected.csv`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from itertools import chain, product

import numpy as np
import numpy.typing as npt

from segmentation.cleaning import reason_texts, reasons
from segmentation.encoding import UTF_8
from segmentation.ingest import CUSTOMER, DUPLICATE, Chunk
from segmentation.intake import Intake
from segmentation.kmeans import Labels
from segmentation.numerals import ABSENT, FINE, IMPOSSIBLE, NO_NUMBER
from segmentation.schema import BIVARIATE, MULTIVARIATE

COLUMN_OF_MODE = {BIVARIATE: "Bivariate Cluster", MULTIVARIATE: "Multivariate Cluster"}
REASON_COLUMN = "Reason"

_REJECTED_HEADER = ("Line", "Column", "Value", "Reason", "Outcome")
_FAULTS = {ABSENT: "missing", NO_NUMBER: "not a number", IMPOSSIBLE: "impossible"}
# What a spreadsheet takes for the beginning of a formula, in Japan of full width too; a number may begin with a sign.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
_FORMULA = re.compile(f" *(?:{'|'.join(map(re.escape, _FORMULA_SIGNS))})".encode())
_BEGINS_SIGN = np.isin(np.arange(256), [sign.encode()[0] for sign in _FORMULA_SIGNS])
_SPACE = ord(" ")
_NUMBER = re.compile(rb"[+-]?[\d.,' %$]*(?:[eE][+-]?\d+)?|[+-] ?(?:\xe2\x82\xac|\xc2[\xa3\xa5])? ?[\d.,' ]*")
_BOM = "\ufeff".encode()


def assigned_rows(intake: Intake, labels: Mapping[str, Labels]) -> Iterator[tuple[bytes | memoryview, int]]:
    """Write each input row as it stands in the file, and the number of its segment in both modes.

    Parameters
    ----------
    intake : Intake
        The upload.
    labels : mapping of str to ndarray of intp, shape (n_points,)
        By name of mode, the segment of each of its points, counted from 0.

    Returns
    -------
    iterator of (bytes, int)
        Parts of a CSV in UTF-8, with the separator, the quotes and the line breaks of the input, and how many rows are
        in each. A row that was not used has no segments, and the reason in the last column. A cell that a spreadsheet
        would run as a formula begins with an apostrophe.
    """
    dialect, points = intake.file.dialect, intake.points
    bivariate, multivariate = (labels[mode] for mode in COLUMN_OF_MODE)
    k = int(multivariate.max()) + 1
    ending_of = points.lookup((bivariate * k + multivariate).astype(np.uint8))
    numbers = [[str(number) for number in range(1, int(one.max()) + 2)] for one in (bivariate, multivariate)]
    why = reason_texts(points.features)
    endings = [_cells(["", *pair, ""], dialect.separator) for pair in product(*numbers)]
    used = len(endings)
    endings += [_cells(["", "", "", reason], dialect.separator) for reason in why]

    def with_endings(chunk: Chunk) -> tuple[bytes | memoryview, int]:
        chunk = intake.cleaning.applied(chunk)
        found = reasons(chunk) + np.uint16(used)
        found[chunk.usable] = ending_of(chunk)
        text, ends = _harmless(chunk.rows.text, chunk.rows.ends, dialect.separator)
        return _inserted(text, ends, endings, found), len(found)

    return chain([(_header(intake), 0)], intake.file.map(with_endings))


def rejected_rows(intake: Intake) -> Iterator[bytes]:
    """Write what was wrong with single rows and cells: where it is, what is there, and what became of the row.

    Returns
    -------
    iterator of bytes
        Parts of a CSV in UTF-8, with commas; nothing at all where nothing was wrong.
    """
    counts, features = intake.rows, intake.points.features
    if not (counts["imputed"] or counts["duplicated"] or counts["rejected"]):
        return
    why = reason_texts(features)
    yield _cells(_REJECTED_HEADER) + b"\n"
    for chunk in intake.chunks():
        found = reasons(chunk)
        wrong = found > 0
        for faults in chunk.faults:
            if faults is not None:
                wrong |= faults != FINE
        rows = np.flatnonzero(wrong)
        lines, starts = chunk.rows.lines(rows), chunk.rows.starts
        yield b"".join(
            _cells([str(line), *cells]) + b"\n"
            for row, line in zip(rows, lines, strict=True)
            for cells in _faults_of(intake, chunk, int(row), int(found[row]), chunk.rows.cells(int(row), starts), why)
        )


def _faults_of(
    intake: Intake, chunk: Chunk, row: int, reason: int, cells: list[str], why: list[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield column, value, reason and outcome of each fault of a row."""
    outcome = "imputed" if reason == 0 else "duplicate" if reason == DUPLICATE else "rejected"
    if chunk.odd is not None and chunk.odd[row] != CUSTOMER:
        yield "", "", why[reason], outcome
        return
    for one, faults in zip(intake.file.schema.wanted, chunk.faults, strict=True):
        if faults is not None and faults[row] != FINE:
            yield intake.file.header[one.position], cells[one.position], _FAULTS[int(faults[row])], outcome


def _header(intake: Intake) -> bytes:
    row, separator = intake.file.dialect.header_row, intake.file.dialect.separator
    header = row.rstrip(b"\r\n")
    text, _ = _harmless(header + b"\n", np.array([len(header)]), separator)
    names = _cells(["", *COLUMN_OF_MODE.values(), REASON_COLUMN], separator)
    # Excel takes a file for UTF-8 only where it begins so; whoever wrote another encoding may well use it.
    mark = _BOM if intake.file.dialect.encoding != UTF_8 else b""
    return mark + text[:-1] + names + row[len(header) :]


def _cells(cells: tuple[str, ...] | list[str], separator: str = ",") -> bytes:
    file = io.StringIO()
    # Of line breaks in cells, only those of which the terminator is made are sure to be quoted.
    csv.writer(file, delimiter=separator, lineterminator="\r\n").writerow(map(_harmless_text, cells))
    return file.getvalue().removesuffix("\r\n").encode()


def _harmless_text(text: str) -> str:
    return f"'{text}" if _is_formula(text.encode()) else text


def _is_formula(cell: bytes) -> bool:
    return bool(_FORMULA.match(cell)) and not _NUMBER.fullmatch(cell.strip(b" "))


def _harmless(text: bytes, ends: npt.NDArray[np.intp], separator: str) -> tuple[bytes, npt.NDArray[np.intp]]:
    """Return rows in which no cell begins as a formula does, and where each of them ends.

    Nor does what follows a separator or a line break inside quotes: other programs may cut the cell there.
    """
    codes = np.frombuffer(text, np.uint8)
    begins = np.flatnonzero(_BEGINS_SIGN[codes] | (codes == _SPACE))
    before = np.where(begins > 0, codes[begins - 1], ord("\n"))
    border = [*separator.encode(), *b'\r\n"']
    begins = begins[np.isin(before, border) & (codes[begins] != ord(separator))]
    after = codes[np.minimum(begins + 1, len(codes) - 1)]
    begins = begins[(codes[begins] != _SPACE) | (after == _SPACE) | _BEGINS_SIGN[after]]
    rest_of_cell = re.compile(rb"[^" + re.escape(separator.encode()) + rb'"\r\n]*')
    risky = [int(i) for i in begins if _is_formula(rest_of_cell.match(text, i)[0])]  # type: ignore[index]
    if not risky:
        return text, ends
    return np.insert(codes, risky, ord("'")).tobytes(), ends + np.searchsorted(risky, ends)


def _inserted(
    text: bytes, ends: npt.NDArray[np.intp], endings: list[bytes], which: npt.NDArray[np.uint16]
) -> memoryview:
    """Put an ending before the line break of each row."""
    letters = np.array([list(ending.ljust(max(map(len, endings)))) for ending in endings], dtype=np.uint8)
    lengths = np.array([len(ending) for ending in endings])[which]
    places = ends + np.cumsum(lengths) - lengths
    written = np.empty(len(text) + int(lengths.sum()), dtype=np.uint8)
    copied = np.ones(len(written), dtype=bool)
    for i in range(int(lengths.max(initial=0))):
        reach = lengths > i
        written[places[reach] + i] = letters[which[reach], i]
        copied[places[reach] + i] = False
    written[copied] = np.frombuffer(text, dtype=np.uint8)
    return written.data

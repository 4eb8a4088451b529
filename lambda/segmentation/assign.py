"""Stage 5, assign: every row of the upload with its segment in both modes, or why it has none.

The only place that knows the row format of `Clustering_Final.csv` and `rejected.csv`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from segmentation.cleaning import reason_texts, reasons
from segmentation.cluster import Placement
from segmentation.encoding import UTF_8
from segmentation.ingest import CUSTOMER, DUPLICATE, Chunk
from segmentation.intake import Intake
from segmentation.movement import MemberList
from segmentation.numerals import ABSENT, FINE, IMPOSSIBLE, NO_NUMBER
from segmentation.schema import BIVARIATE, MULTIVARIATE

COLUMN_OF_MODE = {BIVARIATE: "Bivariate Cluster", MULTIVARIATE: "Multivariate Cluster"}
CONFIDENCE_OF_MODE = {BIVARIATE: "Bivariate Confidence", MULTIVARIATE: "Multivariate Confidence"}
REASON_COLUMN = "Reason"

_REJECTED_HEADER = ("Line", "Column", "Value", "Reason", "Outcome")
_FAULTS = {ABSENT: "missing", NO_NUMBER: "not a number", IMPOSSIBLE: "impossible"}
# What a spreadsheet takes for the beginning of a formula; a number may begin with a sign.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
_IS_SIGN = np.isin(np.arange(256), [ord(sign) for sign in _FORMULA_SIGNS])
_NUMBER = re.compile(rb"[+-]?[\d.,' %$]*(?:[eE][+-]?\d+)?|[+-] ?(?:\xe2\x82\xac|\xc2[\xa3\xa5])? ?[\d.,' ]*")
_BOM = "\ufeff".encode()
# Confidences are written with two decimals, 0.00 to 1.00.
_STEPS = 101


def assigned_rows(
    intake: Intake, placements: Mapping[str, Placement], ids: Mapping[str, Sequence[int]], members: MemberList
) -> Iterator[tuple[bytes | memoryview, int]]:
    """Write each input row as it stands in the file, its segment in both modes, and how surely it belongs there.

    Parameters
    ----------
    intake : Intake
        The upload.
    placements : mapping of str to Placement
        By name of mode, where each of its points belongs.
    ids : mapping of str to sequence of int
        By name of mode, the ids of the segments in the order of their labels.
    members : MemberList
        Is told the segments of the customers who have an id.

    Returns
    -------
    iterator of (bytes, int)
        Parts of a CSV in UTF-8, with the separator, the quotes and the line breaks of the input, and how many rows are
        in each. A row that was not used has no segments, and the reason in the last column. A cell that a spreadsheet
        would run as a formula begins with an apostrophe.
    """
    dialect, points = intake.file.dialect, intake.points
    separator = dialect.separator
    n_multivariate = len(ids[MULTIVARIATE])
    place_of = points.lookup(_places(placements, n_multivariate))
    pairs = [_cells(["", *map(str, pair)], separator) for pair in product(*(ids[mode] for mode in COLUMN_OF_MODE))]
    empty = [""] * (1 + len(COLUMN_OF_MODE) + len(CONFIDENCE_OF_MODE))
    endings = _Endings.of([*pairs, *(_cells([*empty, why], separator) for why in reason_texts(points.features))])
    sure = [f"{step / 100:.2f}" for step in range(_STEPS)]
    if intake.file.schema.decimal_mark == "," != separator:
        sure = [text.replace(".", ",") for text in sure]
    # Those who have no segment come last.
    confidences = _Endings.of([*(_cells(["", *pair, ""], separator) for pair in product(sure, sure)), b""])
    ids_of_pair = [np.array(column, dtype=np.uint16) for column in zip(*product(*ids.values()), strict=True)]

    def with_endings(chunk: Chunk) -> tuple[memoryview, Chunk, npt.NDArray[np.intp]]:
        chunk = intake.cleaning.applied(chunk)
        pair, confidence = np.divmod(place_of(chunk).astype(np.intp), _STEPS**2)
        ending = reasons(chunk).astype(np.intp) + len(pairs)
        surely = np.full(len(ending), _STEPS**2)
        ending[chunk.usable], surely[chunk.usable] = pair, confidence
        text, ends = _harmless(chunk.rows.text, chunk.rows.ends, separator)
        return _inserted(text, ends, [(endings, ending), (confidences, surely)]), chunk, pair

    yield _header(intake), 0
    for text, chunk, pair in intake.file.map(with_endings):
        if chunk.ids is not None:
            hashes, known = chunk.ids.hashes_of(chunk.usable[chunk.customers])
            members.add(hashes, *(column[pair[known]] for column in ids_of_pair))
        yield text, len(chunk.rows)


def _places(placements: Mapping[str, Placement], n_multivariate: int) -> npt.NDArray[np.uint32]:
    """Return one number for where each point belongs in both modes: the labels, and how surely."""
    bivariate, multivariate = (placements[mode] for mode in COLUMN_OF_MODE)
    place = bivariate.labels * n_multivariate + multivariate.labels
    for one in (bivariate, multivariate):
        place = place * _STEPS + np.rint(one.confidence * (_STEPS - 1)).astype(np.intp)
    return place.astype(np.uint32)


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
    names = _cells(["", *COLUMN_OF_MODE.values(), *CONFIDENCE_OF_MODE.values(), REASON_COLUMN], separator)
    # Excel takes a file for UTF-8 only where it begins so; whoever wrote another encoding may well use it.
    mark = _BOM if intake.file.dialect.encoding != UTF_8 else b""
    return mark + text[:-1] + names + row[len(header) :]


def _cells(cells: tuple[str, ...] | list[str], separator: str = ",") -> bytes:
    file = io.StringIO()
    # Of line breaks in cells, only those of which the terminator is made are sure to be quoted.
    csv.writer(file, delimiter=separator, lineterminator="\r\n").writerow(map(_harmless_text, cells))
    return file.getvalue().removesuffix("\r\n").encode()


def _harmless_text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) and not _NUMBER.fullmatch(text.encode()) else text


def _harmless(text: bytes, ends: npt.NDArray[np.intp], separator: str) -> tuple[bytes, npt.NDArray[np.intp]]:
    """Return rows in which no cell begins as a formula does, and where each of them ends.

    Nor does what follows a separator or a line break inside quotes: other programs may cut the cell there.
    """
    codes = np.frombuffer(text, np.uint8)
    signs = np.flatnonzero(_IS_SIGN[codes])
    before = np.where(signs > 0, codes[signs - 1], ord("\n"))
    border = [*separator.encode(), *b'\r\n"']
    signs = signs[np.isin(before, border) & (codes[signs] != ord(separator))]
    rest_of_cell = re.compile(rb"[^" + re.escape(separator.encode()) + rb'"\r\n]*')
    risky = [int(i) for i in signs if not _NUMBER.fullmatch(rest_of_cell.match(text, i)[0])]  # type: ignore[index]
    if not risky:
        return text, ends
    return np.insert(codes, risky, ord("'")).tobytes(), ends + np.searchsorted(risky, ends)


@dataclass(frozen=True)
class _Endings:
    """Texts that are put behind rows.

    Parameters
    ----------
    letters : ndarray of uint8, shape (n_endings, longest)
        Each filled up with blanks.
    lengths : ndarray of intp, shape (n_endings,)
        How many are its own.
    """

    letters: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.intp]

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> _Endings:
        longest = max(map(len, texts))
        letters = np.frombuffer(b"".join(text.ljust(longest) for text in texts), np.uint8).reshape(-1, longest)
        return cls(letters, np.array([len(text) for text in texts]))


def _inserted(
    text: bytes, ends: npt.NDArray[np.intp], parts: Sequence[tuple[_Endings, npt.NDArray[np.intp]]]
) -> memoryview:
    """Put endings before the line break of each row, one of each part."""
    lengths = [endings.lengths[which] for endings, which in parts]
    total = np.sum(lengths, axis=0)
    places = ends + np.cumsum(total) - total
    written = np.empty(len(text) + int(total.sum()), dtype=np.uint8)
    copied = np.ones(len(written), dtype=bool)
    for (endings, which), length in zip(parts, lengths, strict=True):
        for i in range(int(length.max(initial=0))):
            reach = length > i
            written[places[reach] + i] = endings.letters[which[reach], i]
            copied[places[reach] + i] = False
        places = places + length
    written[copied] = np.frombuffer(text, dtype=np.uint8)
    return written.data

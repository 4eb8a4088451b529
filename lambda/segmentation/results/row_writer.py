"""Rows as they are in a file, each with its segments: the format of `Clustering_Final.csv`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.clustering.kmeans import Labels
from segmentation.customers.reader import CustomerFile
from segmentation.points.chunk import Chunk
from segmentation.results.csv_cells import byte_order_mark, csv_cells, escape_formulas
from segmentation.schema.schema import BIVARIATE, MULTIVARIATE

COLUMN_OF_MODE = {BIVARIATE: "Bivariate Cluster", MULTIVARIATE: "Multivariate Cluster"}
CONFIDENCE_OF_MODE = {BIVARIATE: "Bivariate Confidence", MULTIVARIATE: "Multivariate Confidence"}
OUTLIER_COLUMN, REASON_COLUMN = "Outlier", "Reason"

# Confidences are written with two decimals, 0.00 to 1.00.
CONFIDENCE_STEPS = 101


class RowWriter:
    """Writes rows as they are in a file, followed by their segments.

    The rows are a CSV in UTF-8, with the separator, quotes and line breaks of the file; it begins with a byte order
    mark where it is not ASCII. A row without segments has the reason in the last column. A cell that a spreadsheet
    would run as a formula begins with an apostrophe.

    Parameters
    ----------
    file : CustomerFile
        The file of the rows.
    ids : mapping of str to sequence of int
        By name of mode, the ids of the segments in the order of their labels.
    why : sequence of str
        Texts of the reasons; the first is empty.
    all_ascii : bool
        Whether all rows are ASCII.
    outliers : bool
        Whether outliers are marked, in a column of their own.
    """

    def __init__(
        self,
        file: CustomerFile,
        ids: Mapping[str, Sequence[int]],
        why: Sequence[str],
        *,
        all_ascii: bool,
        outliers: bool = False,
    ) -> None:
        self._file = file
        self._separator = file.dialect.separator
        self._mark = byte_order_mark(all_ascii, file.dialect.header_row.decode(), *why)
        sure = [f"{step / 100:.2f}" for step in range(CONFIDENCE_STEPS)]
        if file.schema.decimal_mark == "," != self._separator:
            sure = [text.replace(".", ",") for text in sure]
        # What is nowhere has the index -1, and so what stands last.
        self._ids = [self._endings([*map(str, ids[mode]), ""]) for mode in COLUMN_OF_MODE]
        self._confidences = self._endings([*sure, ""])
        self._outliers = self._endings(["", "yes", ""]) if outliers else None
        self._reasons = self._endings(why)

    def header(self) -> bytes:
        """Return the header of the file, with names for the added columns."""
        row = self._file.dialect.header_row
        header = row.rstrip(b"\r\n")
        text, _ = escape_formulas(header + b"\n", np.array([len(header)]), self._separator)
        outlier = [] if self._outliers is None else [OUTLIER_COLUMN]
        more = ["", *COLUMN_OF_MODE.values(), *CONFIDENCE_OF_MODE.values(), *outlier, REASON_COLUMN]
        return self._mark + text[:-1] + csv_cells(more, self._separator) + row[len(header) :]

    def rows(
        self,
        chunk: Chunk,
        labels: Sequence[Labels],
        confidences: Sequence[Labels],
        why: npt.NDArray[np.uint16],
        outlying: Labels | None = None,
    ) -> memoryview:
        """Return the rows of a chunk.

        Parameters
        ----------
        chunk : Chunk
            The chunk.
        labels, confidences : sequence of ndarray of intp, each of shape (n_rows,)
            For each mode, the label of each row's segment, and the confidence in hundredths; -1 where a row has none.
        why : ndarray of uint16, shape (n_rows,)
            Index of each row's reason.
        outlying : ndarray of intp, shape (n_rows,), optional
            1 for outliers, -1 for rows without a segment; where outliers are marked.
        """
        text, ends = escape_formulas(chunk.rows.text, chunk.rows.ends, self._separator)
        parts = [
            *zip(self._ids, labels, strict=True),
            *((self._confidences, which) for which in confidences),
            *([] if self._outliers is None or outlying is None else [(self._outliers, outlying)]),
            (self._reasons, why.astype(np.intp)),
        ]
        return _inserted(text, ends, parts)

    def _endings(self, column: Sequence[str]) -> _Endings:
        """Return the endings for the cells of a column."""
        return _Endings.from_texts([csv_cells(["", text], self._separator) for text in column])


@dataclass(frozen=True)
class _Endings:
    """Texts that are appended to rows.

    Parameters
    ----------
    letters : ndarray of uint8, shape (longest, n_endings)
        The first of each, the second of each, and so on; each is filled up with blanks.
    lengths : ndarray of intp, shape (n_endings,)
        How many are its own.
    """

    letters: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.intp]

    @classmethod
    def from_texts(cls, texts: Sequence[bytes]) -> _Endings:
        longest = max(map(len, texts))
        letters = np.frombuffer(b"".join(text.ljust(longest) for text in texts), np.uint8).reshape(-1, longest)
        return cls(np.ascontiguousarray(letters.T), np.array([len(text) for text in texts]))


def _inserted(
    text: bytes, ends: npt.NDArray[np.intp], parts: Sequence[tuple[_Endings, npt.NDArray[np.intp]]]
) -> memoryview:
    """Return the text with one ending of each part inserted before the line break of each row."""
    lengths = [endings.lengths[which] for endings, which in parts]
    total = np.sum(lengths, axis=0)
    places = ends + np.cumsum(total) - total
    written = np.empty(len(text) + int(total.sum()), dtype=np.uint8)
    copied = np.ones(len(written), dtype=bool)
    for (endings, which), length in zip(parts, lengths, strict=True):
        for i in range(int(length.max(initial=0))):
            # Most endings are of one length: then all rows have an i-th letter.
            some = length > i if i >= length.min() else slice(None)
            where = places[some] + i
            written[where] = endings.letters[i][which[some]]
            copied[where] = False
        places = places + length
    written[copied] = np.frombuffer(text, dtype=np.uint8)
    return written.data

"""Stage 5, assign: every row of the upload with its segment in both modes.

The only place that knows the row format of `Clustering_Final.csv`.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, product

import numpy as np
import numpy.typing as npt

from segmentation.cluster import MODES
from segmentation.compress import WeightedPoints
from segmentation.ingest import Chunk, CustomerFile
from segmentation.kmeans import Labels
from segmentation.rows import Block

COLUMN_OF_MODE = {"bivariate": "Bivariate Cluster", "multivariate": "Multivariate Cluster"}


def assigned_rows(
    file: CustomerFile, points: WeightedPoints, labels: Mapping[str, Labels]
) -> Iterator[tuple[bytes | memoryview, int]]:
    """Write each input row as it stands in the file, and the number of its segment in both modes.

    Parameters
    ----------
    file : CustomerFile
        The upload.
    points : WeightedPoints
        Its customers.
    labels : mapping of str to ndarray of intp, shape (n_points,)
        By name of mode, the segment of each point, counted from 0.

    Returns
    -------
    iterator of (bytes, int)
        Parts of a CSV in UTF-8, with the quotes and line breaks of the input, and how many customers are in each; the
        segments of a row that could not be used are empty. The points are not needed any more.
    """
    bivariate, multivariate = (labels[mode] for mode in MODES)
    k = int(multivariate.max()) + 1
    ending_of = points.lookup((bivariate * k + multivariate).astype(np.uint8))
    numbers = [range(1, int(one.max()) + 2) for one in (bivariate, multivariate)]
    endings = [f",{one},{other}".encode() for one, other in product(*numbers)] + [b",,"]

    def with_endings(chunk: Chunk) -> tuple[bytes | memoryview, int]:
        found = np.full(len(chunk.rows.ends), len(endings) - 1, dtype=np.uint8)
        found[chunk.usable] = ending_of(chunk)
        return _inserted(chunk.rows, endings, found), len(found)

    header = file.header_line.rstrip(b"\r\n")
    names = ",".join(COLUMN_OF_MODE[mode] for mode in MODES)
    first = header + f",{names}".encode() + file.header_line[len(header) :]
    return chain([(first, 0)], file.map(with_endings))


def _inserted(rows: Block, endings: list[bytes], which: npt.NDArray[np.uint8]) -> memoryview:
    """Put an ending before the line break of each row."""
    letters = np.array([list(ending.ljust(max(map(len, endings)))) for ending in endings], dtype=np.uint8)
    lengths = np.array([len(ending) for ending in endings])[which]
    places = rows.ends + np.cumsum(lengths) - lengths
    written = np.empty(len(rows.text) + int(lengths.sum()), dtype=np.uint8)
    copied = np.ones(len(written), dtype=bool)
    for i in range(int(lengths.max(initial=0))):
        reach = lengths > i
        written[places[reach] + i] = letters[which[reach], i]
        copied[places[reach] + i] = False
    written[copied] = np.frombuffer(rows.text, dtype=np.uint8)
    return written.data

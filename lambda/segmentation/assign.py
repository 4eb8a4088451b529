"""Stage 5, assign: every row of the upload with its segment in both modes.

The only place that knows the row format of `Clustering_Final.csv`.
"""

import csv
import io
from collections.abc import Mapping

from segmentation.cluster import MODES, Clustering
from segmentation.ingest import Customers

COLUMN_OF_MODE = {"bivariate": "Bivariate Cluster", "multivariate": "Multivariate Cluster"}


def assigned_csv(customers: Customers, clusterings: Mapping[str, Clustering], k: int) -> bytes:
    """Write all input columns as they were, and the number of each row's segment in both modes.

    Parameters
    ----------
    customers : Customers
        The rows of the upload.
    clusterings : mapping of str to Clustering
        By name of mode.
    k : int
        The number of segments.

    Returns
    -------
    bytes
        A CSV in UTF-8; the segments of a row that could not be used are empty.
    """
    usable = customers.usable
    roles = [feature.role for feature in customers.features]
    numbers: list[list[str]] = []
    for mode, needed in MODES.items():
        labels = [""] * len(usable)
        values = customers.values[usable][:, [roles.index(role) for role in needed]]
        for row, label in zip(usable.nonzero()[0], clusterings[mode].assign(values, k), strict=True):
            labels[row] = str(label + 1)
        numbers.append(labels)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*customers.cells.columns, *COLUMN_OF_MODE.values()])
    writer.writerows([*row, *segments] for row, *segments in zip(customers.cells.to_numpy(), *numbers, strict=True))
    return text.getvalue().encode()

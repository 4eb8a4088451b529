"""The stages in order, for the function and for the command line alike."""

from dataclasses import dataclass
from typing import Any

from segmentation.assign import assigned_csv
from segmentation.cluster import choose_k, cluster
from segmentation.compress import compress
from segmentation.document import result_document
from segmentation.ingest import read_customers


@dataclass(frozen=True)
class Result:
    """What one upload gave.

    Parameters
    ----------
    document : dict
        The public result, see `segmentation.document`.
    assigned_csv : bytes
        The content of the private `Clustering_Final.csv`.
    rows : dict of str to int
        How many rows were read, used and rejected.
    """

    document: dict[str, Any]
    assigned_csv: bytes
    rows: dict[str, int]


def segment(data: bytes, *, k: int | None = None) -> Result:
    """Find the segments in a CSV of customers.

    Parameters
    ----------
    data : bytes
        The content of the file.
    k : int, optional
        The number of segments, 2 to 10; chosen from the data by default.

    Returns
    -------
    Result
        The same for the same bytes, on every machine.

    Raises
    ------
    UnusableFileError
        If the file cannot be used; it says why and what to do.
    """
    customers = read_customers(data)
    points = compress(customers)
    clusterings = cluster(points)
    chosen = choose_k(clusterings["bivariate"], k)
    rows = {
        "read": len(customers.cells),
        "used": points.customers,
        "rejected": len(customers.cells) - points.customers,
    }
    document = {**result_document(points, clusterings, chosen), "rows": rows}
    return Result(document, assigned_csv(customers, clusterings, chosen.value), rows)

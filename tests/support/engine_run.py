"""What the engine makes of the files of a test, printed as JSON by a process that was given a processor of its own."""

import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy._core._multiarray_umath import __cpu_features__
from threadpoolctl import threadpool_info

from segmentation.pipeline import Previous, segment
from segmentation.results.receipt import published_document
from tests.support.golden import FIRST, SAMPLE, earlier_sample, taken


def weakly_structured(customers: int) -> bytes:
    """Return customers of one round cloud, in whose whole numbers many solutions are nearly as good."""
    generator = np.random.default_rng(customers)
    drawn = generator.normal((40, 60, 50), (13, 25, 22), (customers, 3))
    rows = np.clip(np.rint(drawn), (18, 10, 1), (80, 150, 100)).astype(int).tolist()
    genders = generator.choice(["Female", "Male"], customers)
    lines = [
        f"{i},{gender},{','.join(map(str, row))}" for i, (gender, row) in enumerate(zip(genders, rows, strict=True))
    ]
    return "\n".join(["CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)", *lines, ""]).encode()


def even(side: int, genders: tuple[str, ...] = ("Female", "Male")) -> bytes:
    """Return customers on a grid, each as often: many centroids are as near to as many of them as others."""
    rows = [(x, y) for x in range(side) for y in range(side)]
    lines = [f"{i},{genders[(x + y) % len(genders)]},40,{10 * x + 10},{10 * y + 5}" for i, (x, y) in enumerate(rows)]
    return "\n".join(["CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)", *lines, ""]).encode()


def found(data: bytes, before: bytes | None = None) -> dict[str, Any]:
    """Return the whole document, and a digest of all rows with their segments."""
    previous = None if before is None else _previous(before)
    result = segment(lambda: io.BytesIO(data), previous=previous)
    rows = hashlib.sha256(b"".join(result.assigned)).hexdigest()
    return {"document": result.document(), "rows": rows}


def _previous(data: bytes) -> Previous:
    result = taken(segment(lambda: io.BytesIO(data)))
    return Previous(published_document(result, FIRST), result.members)


def main(files: list[str]) -> None:
    results = {
        "sample, after an earlier one": found(SAMPLE.read_bytes(), earlier_sample()),
        "700 customers without structure": found(weakly_structured(700)),
        "5,000 customers without structure": found(weakly_structured(5_000)),
        **{f"{side} x {side} customers on a grid": found(even(side)) for side in (5, 8, 20)},
        **{Path(file).name: found(Path(file).read_bytes()) for file in files},
    }
    kernels = [one["architecture"] for one in threadpool_info() if one["internal_api"] == "openblas"]
    features = [name for name, on in __cpu_features__.items() if on]
    json.dump({"results": results, "kernels": kernels, "features": features}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])

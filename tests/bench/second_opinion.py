"""The median seconds of the second opinion, for both modes together and on one thread."""

import io
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from unittest import mock

from threadpoolctl import threadpool_limits

from segmentation.clustering import search
from segmentation.clustering.second_opinion import second_opinion
from segmentation.pipeline import segment

RUNS = 5


def main(path: Path) -> None:
    data = path.read_bytes()
    with mock.patch.object(search, "second_opinion", side_effect=second_opinion) as asked:
        segment(lambda: io.BytesIO(data), k=5)
    modes = [call.args for call in asked.call_args_list]
    with threadpool_limits(1):
        print(json.dumps(statistics.median(timed(modes) for _ in range(RUNS))))


def timed(modes: list[tuple[Any, ...]]) -> float:
    begun = time.perf_counter()
    for arguments in modes:
        second_opinion(*arguments)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(Path(sys.argv[1]))

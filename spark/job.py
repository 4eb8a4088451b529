"""Segment an upload that is too large for the function on Apache Spark: run by AWS Glue, or by `spark-submit`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pyspark import SparkConf, SparkContext

from large_run import LargeRun, Options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="job.py")
    parser.add_argument("--run_id", required=True)
    for name in ("input", "website", "results"):
        parser.add_argument(f"--{name}_bucket", required=True)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--max_upload_mb", type=int, required=True)
    parser.add_argument("--k", type=int)
    parser.add_argument("--split_kb", type=int, default=64 * 1024, help="about how much a task reads")
    return parser


def main(arguments: Sequence[str]) -> None:
    """Run the job.

    Parameters
    ----------
    arguments : sequence of str
        Command-line arguments; those that Glue adds are ignored.
    """
    found, _ = _parser().parse_known_args(arguments)
    # What comes together is bounded by the engine, but for the faults of a file that cannot be cut.
    context = SparkContext.getOrCreate(SparkConf().set("spark.driver.maxResultSize", "0"))
    LargeRun(context, Options(**vars(found))).attempt()


if __name__ == "__main__":
    main(sys.argv[1:])

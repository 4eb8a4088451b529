"""The job once for each argument, its options, in one Spark: to start another takes longer than a small run.

``spark-submit spark_runs.py JOB.py "--run_id … --input_bucket …" …``
"""

from __future__ import annotations

import runpy
import shlex
import sys
import traceback


def main(script: str, runs: list[str]) -> int:
    """Run the script with each of these options, whatever became of the one before; return how many failed."""
    failures = 0
    for options in runs:
        print(f"Begun: {options}", flush=True)
        sys.argv = [script, *shlex.split(options)]
        try:
            runpy.run_path(script, run_name="__main__")
        except Exception:
            traceback.print_exc()
            failures += 1
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

"""Measure the engine against the straightforward script, all in one run: ``python -m tests.bench [--large]``.

Each program runs as a process of its own, which writes its files; its wall time and peak memory are those that the
system counts. (It counts the memory of the process that started them too, so this one imports next to nothing.)
The programs take turns, so that a slow minute of the machine meets all of them. The results go to
`results.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = ROOT / "build" / "bench"
RESULTS = HERE / "results.json"
BIN = Path(sys.executable).parent

# Whoever takes longer than this runs once, others five times.
LONG_SECONDS = 20
RUNS = 5
K = "5"

WARM = """
import io, sys, time
from segmentation.pipeline import segment
data = open(sys.argv[1], "rb").read()
for _ in range(2):
    begun = time.perf_counter()
    b"".join(segment(lambda: io.BytesIO(data), k=5).assigned)
    seconds = time.perf_counter() - begun
print(seconds)
"""


@dataclass(frozen=True)
class DataSet:
    """A file of customers, and who is measured on it."""

    name: str
    customers: int
    continuous: bool
    programs: tuple[str, ...]

    @property
    def path(self) -> Path:
        return WORK / f"{self.name}.csv".replace(" ", "_")


ALL = ("segment", "imports", "kmeans", "counted", "minibatch", "read_csv")
DATA_SETS = (
    DataSet("200", 200, False, ALL),
    DataSet("100 thousand", 100_000, False, ALL),
    DataSet("1 million", 1_000_000, False, ALL),
    DataSet("1 million continuous", 1_000_000, True, ALL),
    DataSet("10 million", 10_000_000, False, ("segment", "imports", "read_csv")),
)
# Few customers, and as many as the second opinion samples.
SECOND_OPINIONS = (DataSet("200", 200, False, ()), DataSet("2 thousand", 2_000, False, ()))
LARGE = (DataSet("100 million", 100_000_000, False, ("segment",)),)


def command(program: str, data: Path, out: Path) -> list[str]:
    return {
        "segment": [str(BIN / "segment"), str(data), "--out", str(out), "--k", K, "--quiet"],
        # Of `segment`, what is done before it reads anything.
        "imports": [sys.executable, "-c", "import segmentation.cli"],
        "read_csv": [sys.executable, "-c", "import sys, pandas; pandas.read_csv(sys.argv[1])", str(data)],
    }.get(program) or [sys.executable, str(HERE / "straightforward.py"), program, str(data), str(out)]


def run(arguments: list[str]) -> tuple[float, float]:
    """Run a process, and return its wall time in seconds and its peak memory in megabytes."""
    begun = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with status {process.returncode}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return seconds, kilobytes / 1024


def in_a_process(module: str, *arguments: object) -> Any:
    """Run a module of the bench, and return what it prints."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout or "null")


def measure(data: DataSet) -> dict[str, dict[str, object]]:
    """Run every program on a data set, and return what was measured of each."""
    measured: dict[str, list[tuple[float, float]]] = {program: [] for program in data.programs}
    for _ in range(RUNS):
        for program, runs in measured.items():
            if not runs or (runs[0][0] < LONG_SECONDS and len(runs) < RUNS):
                runs.append(run(command(program, data.path, WORK / program)))
                print(f"  {data.name:>22} {program:<10} {runs[-1][0]:8.2f} s {runs[-1][1]:7.0f} MB", flush=True)
    found: dict[str, dict[str, object]] = {}
    for program, runs in measured.items():
        seconds, megabytes = (statistics.median(column) for column in zip(*runs, strict=True))
        found[program] = {"runs": len(runs), "seconds": round(seconds, 3), "megabytes": round(megabytes)}
        if program not in ("imports", "read_csv") and len(data.programs) == len(ALL):
            found[program]["inertia"] = in_a_process("inertia", WORK / program / "Clustering_Final.csv")
    return found


def table(results: dict) -> str:
    """Write the results as the table that the README quotes."""
    lines = [
        "| customers | program | seconds | × `segment` | peak MB | inertia, two modes | against `segment` |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, programs in results["data_sets"].items():
        ours = programs["segment"]
        for program, found in programs.items():
            own, theirs = ours.get("inertia"), found.get("inertia")
            written = " / ".join(f"{value:,.6g}" for value in theirs) if theirs else ""
            against = " / ".join(f"{b / a:.4f}" for a, b in zip(own, theirs, strict=True)) if theirs else ""
            ratio = found["seconds"] / ours["seconds"]
            lines.append(
                f"| {name} | `{program}` | {found['seconds']:.2f} | {ratio:.2f} | {found['megabytes']} "
                f"| {written} | {against} |"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="100 million customers as well: 6 GB of disk, minutes")
    data_sets = (*DATA_SETS, *(LARGE if parser.parse_args().large else ()))
    WORK.mkdir(parents=True, exist_ok=True)
    for data in (*data_sets, *SECOND_OPINIONS):
        if not data.path.exists():
            print(f"  Writing {data.path.name}", flush=True)
            in_a_process("customers", data.path, data.customers, int(data.continuous))
    warm = subprocess.run([sys.executable, "-c", WARM, data_sets[0].path], capture_output=True, text=True, check=True)
    opinions = {data.name: round(in_a_process("second_opinion", data.path), 3) for data in SECOND_OPINIONS}
    for name, seconds in opinions.items():
        print(f"  {name:>22} second opinion of both modes {seconds:.2f} s", flush=True)
    results = {
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "seconds_of_200_customers_in_a_warm_process": round(float(warm.stdout), 3),
        "seconds_of_the_second_opinion_of_both_modes": opinions,
        "bytes": {data.name: data.path.stat().st_size for data in data_sets},
        "data_sets": {data.name: measure(data) for data in data_sets},
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(f"\n{table(results)}\n\nIn {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

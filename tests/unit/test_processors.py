"""The same file gives the same result, to the last digit, on every kernel of the linear algebra library."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from infra.layer import ROOT

# By the name to ask OpenBLAS for: what the processor must be capable of, and what the kernel may call itself then.
KERNELS = {
    "Prescott": ("SSE3", {"Prescott", "Katmai"}),
    "Nehalem": ("SSE42", {"Nehalem"}),
    "Sandybridge": ("AVX", {"Sandybridge"}),
    "Haswell": ("FMA3", {"Haswell"}),
    "Zen": ("FMA3", {"Zen", "Haswell"}),
    "SkylakeX": ("AVX512_SKX", {"SkylakeX"}),
}
AVAILABLE = [name for name, (feature, _) in KERNELS.items() if __cpu_features__.get(feature)]
OPTIONAL = [feature for feature in __cpu_dispatch__ if __cpu_features__[feature]]

# They share what is expected of them.
pytestmark = pytest.mark.xdist_group("processors")
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def run(shared_data) -> Run:
    files = [shared_data / name for name in ("Mall_Customers.csv", "jewellery.csv")]

    def engine_run(**environment: str) -> dict[str, Any]:
        process = subprocess.run(
            [sys.executable, "-m", "tests.support.engine_run", *files],
            env={**os.environ, **environment},
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        return json.loads(process.stdout)

    return engine_run


@pytest.fixture(scope="module")
def expected(run: Run) -> dict[str, Any]:
    """What is found where nothing is prescribed."""
    return run()["results"]


@pytest.mark.statistics
@pytest.mark.parametrize("kernel", AVAILABLE)
def test_every_kernel_gives_the_same_result(kernel, run, expected):
    found = run(OPENBLAS_CORETYPE=kernel)

    assert {*found["kernels"]} & KERNELS[kernel][1]
    assert found["results"] == expected


def test_the_oldest_kernel_with_two_threads_and_no_vector_extensions_gives_the_same_result(run, expected):
    """All that a processor may differ in at once."""
    found = run(OPENBLAS_CORETYPE=AVAILABLE[0], NPY_DISABLE_CPU_FEATURES=" ".join(OPTIONAL), OPENBLAS_NUM_THREADS="2")

    assert {*found["kernels"]} & KERNELS[AVAILABLE[0]][1]
    assert not {*OPTIONAL} & {*found["features"]}
    assert found["results"] == expected

"""An upload that the function hands over to the job, which runs without Spark here, see `tests.support.one_machine`."""

from __future__ import annotations

import importlib
import sys

from infra.layer import ROOT
from tests.e2e.test_loop import SAMPLE
from tests.support import one_machine
from tests.support.large_runs import as_the_job, check_answered, deployed_job, handed_over, options_of


def test_the_function_hands_an_upload_to_the_job_and_the_job_answers(deployment, s3, monkeypatch, tmp_path):
    job = deployed_job()
    handed = handed_over(s3, deployment.loop, job, SAMPLE)

    monkeypatch.setitem(sys.modules, "pyspark", one_machine)
    monkeypatch.syspath_prepend(ROOT / "spark")
    options = options_of(job) | {"run_id": handed.started["Arguments"]["--run_id"]}
    with as_the_job(job, deployment.emulator) as aws:
        for name, value in aws.items():
            monkeypatch.setenv(name, value)
        importlib.import_module("job").main([f"--{name}={value}" for name, value in options.items()])

    check_answered(s3, deployment.loop, handed, SAMPLE, tmp_path)

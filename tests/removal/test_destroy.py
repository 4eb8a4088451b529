"""The stack is taken down, and what customers gave stays. It runs last: no other test has a stack after it."""

import os
import pty
import subprocess
import sys

from infra.destroy import describe_kept_buckets
from infra.layer import ROOT
from infra.local.loop import upload
from tests.e2e.test_loop import SAMPLE
from tests.support.waiting import LIMIT


def answering_yes(command: list[str], environment: dict[str, str]) -> str:
    """Run a command in a terminal of its own, say yes to its question, and return what it said."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said, prompted = b"", False
    try:
        # Reading fails once the other side of the terminal is gone.
        while part := os.read(ours, 65_536):
            said += part
            if not prompted and b"(y/n)" in said:
                os.write(ours, b"y\n")
                prompted = True
    except OSError:
        pass
    finally:
        process.wait(LIMIT)
        os.close(ours)
    assert process.returncode == 0, said.decode()
    return said.decode()


def test_destroy_asks_removes_the_stack_keeps_the_data_and_says_so(deployment, s3):
    loop = deployment.loop
    upload(loop, SAMPLE)
    buckets = (loop.input_bucket, loop.results_bucket, loop.website_bucket)
    before = {bucket: s3.list_objects_v2(Bucket=bucket)["KeyCount"] for bucket in buckets}
    # As it was deployed: making the app's templates anew takes longer than all the rest.
    app = ["--app", str(deployment.emulator.folder / "cdk.out"), "--build", "true", "--no-notices"]
    command = [sys.executable, "-m", "infra.destroy", *app]
    environment = {**os.environ, "HOME": str(deployment.emulator.folder)}
    environment.pop("CI", None)

    said = answering_yes(command, environment)

    assert "Are you sure" in said
    assert "The stack is removed." in said
    for bucket in buckets:
        assert f"{bucket}  " in said
    assert {bucket: s3.list_objects_v2(Bucket=bucket)["KeyCount"] for bucket in buckets} == before
    assert describe_kept_buckets(["customer-intelligence-suite-deleted"]).endswith(
        "and its buckets with all that was in them."
    )
    assert "There is no stack" in subprocess.check_output(command, cwd=ROOT, env=environment, text=True)

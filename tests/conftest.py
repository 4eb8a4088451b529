"""What the tests of the deployed loop share: one deployment on the emulator, IAM enforced, TLS on.

`make test` runs all tests side by side in three processes. Those that share the deployment, or the template, stay
together in one of them, in their order: the loop is mostly waited for, and leaves the processors to the others.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from infra.local.emulator import Emulator
from infra.local.loop import Loop, deploy
from tests.support.certificate import make_certificate

# Tests run in several processes; scikit-learn's own threads would only get in their way.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# What a developer's shell may hold; none of it may reach anything.
_SHELL = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a key of a real account",
    "AWS_SESSION_TOKEN": "a session of a real account",
    "AWS_ENDPOINT_URL_S3": "https://s3.example.invalid",
    "AWS_REGION": "eu-central-1",
}


# What takes long to make; the tests that use it stay together.
_SHARED = {"deployment": "loop", "synthesize": "template", "layer_archive": "template"}


# Before pytest-xdist looks for the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for group in {_SHARED[name] for name in getattr(item, "fixturenames", ()) if name in _SHARED}:
            item.add_marker(pytest.mark.xdist_group(group))


@dataclass(frozen=True)
class Deployment:
    """The deployed stack, and the emulator it is deployed to."""

    emulator: Emulator
    loop: Loop

    @property
    def bundle(self) -> str:
        assert self.emulator.certificate
        return str(self.emulator.certificate.bundle)


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        emulator = Emulator(folder / "emulator", make_certificate(folder))
        try:
            os.environ.update(_SHELL)
            emulator.start()
            yield Deployment(emulator, deploy(emulator, scale_out="true"))
        finally:
            emulator.stop()
            os.environ.clear()
            os.environ.update(before)


@pytest.fixture
def s3(deployment):
    client = boto3.client("s3")
    yield client
    client.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; SHARED_DATA may name another place")
    return folder

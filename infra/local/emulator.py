"""MiniStack, the local AWS: started on 127.0.0.1 in an environment of its own, and stopped with all that it started."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from infra.layer import ROOT
from infra.local import state
from infra.local.step import StepError

HOST = "127.0.0.1"
REGION = "us-east-1"
PYTHON = ROOT / "build" / "emulator" / "bin" / "python"

_START_SECONDS = 300
# Killed, it would lose what it has not saved yet.
_STOP_SECONDS = 60
# It writes its own process id: the process that starts it may be killed before.
_LAUNCH = ("/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"')


@dataclass(frozen=True)
class Certificate:
    """What TLS on 127.0.0.1 needs.

    Parameters
    ----------
    certificate, key : Path
        The server's, in PEM.
    bundle : Path
        The system's authorities and the certificate, in PEM.
    """

    certificate: Path
    key: Path
    bundle: Path


class Emulator:
    """One MiniStack with its state in one folder.

    Parameters
    ----------
    folder : Path
        Where its state, its objects, its temporary files and its log are.
    certificate : Certificate, optional
        With it, the emulator uses TLS and enforces IAM as AWS does; by default neither, so that a browser opens the
        page without a warning.
    """

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        self.folder = folder
        self.certificate = certificate
        self.log = folder / "emulator.log"
        self._port_file = folder / "port"
        self._pid_file = folder / "pid"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        # Whether it was started with a state that an earlier one had saved.
        self.has_saved_state = False
        # Of a deployment that is complete; without one its state is not worth saving.
        self.input_bucket = ""

    @property
    def endpoint(self) -> str:
        """The address of all services."""
        return f"{'https' if self.certificate else 'http'}://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it from what was saved, on the port it had the last time if that is free, and wait until it answers.

        Raises
        ------
        StepError
            If it does not come up.
        """
        self._end_orphan()
        self._remove_temporary_files()
        self.has_saved_state = state.restore(self.folder)
        for name in ("objects", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        self.port = _free_port(_number_in(self._port_file))
        self._port_file.write_text(str(self.port))
        with self.log.open("ab") as log, self._pid_file.open("w") as pid_file:
            # It holds the lock as long as it lives: its number may be another's later, and what `ps` shows of a path
            # depends on the locale.
            fcntl.flock(pid_file, fcntl.LOCK_EX)
            # A session of its own: Ctrl-C must reach it only through stop(), and stop() must reach all its workers.
            self._process = subprocess.Popen(
                [*_LAUNCH, self._pid_file, PYTHON, "-m", "ministack"],
                env=self.environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(pid_file.fileno(),),
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop it and its workers, politely first, so that it saves its state."""
        if self._process is None:
            # It runs all the same where starting it was interrupted.
            self._end_orphan()
            return
        self._end_group(self._process.pid)
        ended_by_itself = self._process.wait() == 0
        self._process = None
        self._pid_file.unlink()
        self._remove_temporary_files()
        if ended_by_itself and self.input_bucket:
            state.save(self.folder, self.input_bucket)

    def wait(self) -> None:
        """Wait until it ends, which it does by itself only if something is wrong."""
        if self._process is not None:
            self._process.wait()

    def _end_orphan(self) -> None:
        """Stop an emulator that a killed process left running in this folder."""
        while self._runs():
            # It is there as soon as the orphan has come so far.
            if leader := _number_in(self._pid_file):
                self._end_group(leader)
                return
            time.sleep(0.05)

    def _end_group(self, leader: int) -> None:
        for request in (signal.SIGTERM, signal.SIGKILL):
            _signal_group(leader, request)
            deadline = time.monotonic() + _STOP_SECONDS
            while self._runs() and time.monotonic() < deadline:
                time.sleep(0.05)
            if not self._runs():
                break
        # Its workers outlive it where it had no time to end them.
        _signal_group(leader, signal.SIGKILL)

    def _runs(self) -> bool:
        """Return whether the process whose id is in the file still holds its lock."""
        try:
            with self._pid_file.open() as pid_file:
                fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _remove_temporary_files(self) -> None:
        """Remove the layers that the function's workers have unpacked and left."""
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """Nothing of the shell's: the function's workers inherit this and must find no other Python, no credential."""
        environment = {
            "PATH": os.pathsep.join([str(PYTHON.parent), "/usr/bin", "/bin"]),
            "HOME": str(self.folder / "tmp"),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "PYTHONNOUSERSITE": "1",
            "BIND_HOST": HOST,
            "MINISTACK_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "STATE_DIR": str(self.folder / "state"),
            "S3_DATA_DIR": str(self.folder / "objects"),
        }
        if self.certificate:
            environment |= {
                "AUTH": "true",
                "USE_SSL": "1",
                "MINISTACK_SSL_CERT": str(self.certificate.certificate),
                "MINISTACK_SSL_KEY": str(self.certificate.key),
                # A custom resource answers CloudFormation by plain urllib; without this its answer never arrives.
                "SSL_CERT_FILE": str(self.certificate.bundle),
            }
        return environment

    def _wait_until_it_answers(self) -> None:
        context = ssl.create_default_context(cafile=self.certificate.certificate) if self.certificate else None
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise StepError(f"The emulator ended as soon as it was started (its log: {os.path.relpath(self.log)})")
            try:
                with opener.open(f"{self.endpoint}/_ministack/health", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise StepError(f"The emulator did not answer in {_START_SECONDS} s (its log: {os.path.relpath(self.log)})")


def aws_environment(endpoint: str, bundle: Path | None = None) -> dict[str, str]:
    """Return the variables that send every AWS client to the emulator, and none to AWS.

    Parameters
    ----------
    endpoint : str
        The emulator's address.
    bundle : Path, optional
        The certificate authorities to trust.

    Raises
    ------
    ValueError
        If the endpoint is not on this machine.
    """
    if urlsplit(endpoint).hostname != HOST:
        raise ValueError(f"{endpoint} is not on {HOST}: the local loop talks to nothing else")
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": HOST,
        "no_proxy": HOST,
    }
    if bundle:
        environment |= {"AWS_CA_BUNDLE": str(bundle), "NODE_EXTRA_CA_CERTS": str(bundle)}
    return environment


def isolate_process(environment: dict[str, str]) -> None:
    """Make this process an AWS client of the emulator only, without any profile, key or endpoint of the shell.

    Parameters
    ----------
    environment : dict of str to str
        The variables to set, see `aws_environment`.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(environment)


def _number_in(file: Path) -> int:
    """Return the number in a file; 0 where there is none, or it is incomplete."""
    try:
        return int(file.read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StepError("No port of 127.0.0.1 is free")


def _signal_group(group: int, request: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, request)

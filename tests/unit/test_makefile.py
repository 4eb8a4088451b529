"""What make hands on of the shell: where packages come from, and nothing that would move or break what is installed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.layer import ROOT

PROBE = "\nprobe:\n\t@'{python}' -c 'import json, os; print(json.dumps(dict(os.environ)))'\n"
HARMFUL = {
    "PYTHONPATH": "/elsewhere",
    "PYTHONSTARTUP": "/elsewhere/startup.py",
    "VIRTUAL_ENV": "/elsewhere",
    "PIP_TARGET": "/elsewhere",
    "PIP_USER": "1",
    "UV_TARGET": "/elsewhere",
    "UV_PYTHON": "3.9",
    "UV_NO_BINARY": "1",
    "NODE_ENV": "production",
    "NODE_OPTIONS": "--require=/elsewhere.js",
    "npm_config_prefix": "/elsewhere",
    "npm_config_global": "true",
    "NPM_CONFIG_OMIT": "optional",
}
NEEDED = {
    "PIP_INDEX_URL": "https://packages.example/simple",
    "UV_DEFAULT_INDEX": "https://packages.example/simple",
    "UV_INDEX_OURS_PASSWORD": "secret",
    "UV_SYSTEM_CERTS": "false",
    "npm_config_registry": "https://packages.example/npm",
    "NODE_EXTRA_CA_CERTS": "/etc/ssl/our-own.pem",
    "SSL_CERT_FILE": "/etc/ssl/our-own.pem",
    "https_proxy": "http://proxy.example:3128",
    "AWS_PROFILE": "production",
}


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "Kunden – Käufer & Co (1)"
    (folder / "site").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "probe.mk").write_text(PROBE.format(python=sys.executable))
    return folder


def test_only_where_packages_come_from_is_handed_on(folder):
    command = ["make", "--no-print-directory", "-f", "Makefile", "-f", "probe.mk", "probe"]
    shell = {"PATH": os.environ["PATH"], "LC_ALL": "C", **HARMFUL, **NEEDED}
    found = json.loads(subprocess.check_output(command, cwd=folder, env=shell))

    assert not HARMFUL.keys() & found.keys()
    assert NEEDED.items() <= found.items()
    assert found["PATH"] == f"{folder}/.venv/bin:{os.environ['PATH']}"
    assert found["PYTHONUTF8"] == "1"

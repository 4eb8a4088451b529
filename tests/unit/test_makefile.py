"""What make hands on of the shell: where packages come from, and nothing that would move or break what is installed.

And of its own arguments: the name of a file, whatever it is.
"""

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


@pytest.mark.parametrize(
    "name",
    [
        "Käufer & Co.csv",
        'a "b".csv',
        "a 'b'.csv",
        "a\\b.csv",
        "a\nb.csv",
        "$HOME $$ $(shell exit) ${PATH} `exit`.csv",
        "a #1; 100%.csv",
        "-a=b:c.csv",
        "客户.csv",
    ],
)
def test_the_name_of_a_file_comes_through_as_it_is(name, folder):
    program = folder / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f"""#!/bin/sh\nexec '{sys.executable}' -c 'import sys; print(ascii(sys.argv[1:]))' "$@"\n""")
    program.chmod(0o700)
    command = ["make", "--no-print-directory", "upload", f"FILE={name}"]
    shell = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    found = subprocess.run(command, cwd=folder, env=shell, capture_output=True, text=True, check=False)

    assert found.stdout == ascii(["-m", "infra.local", "upload", "--", name]) + "\n", found.stderr


def test_without_a_file_it_is_said_how_to_name_one(folder):
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    command = ["make", "--no-print-directory", "upload"]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    assert found.returncode != 0
    assert found.stdout == "Name a file: make upload FILE=customers.csv\n"

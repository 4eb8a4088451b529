"""Run the notebook top to bottom on a file: ``python -m tests.support.notebook CUSTOMERS.csv PAGE.html``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from traitlets.config import Config

from infra.layer import ROOT
from tests.support.waiting import LIMIT

PATH = ROOT / "data" / "segmentation.ipynb"
# In seconds: for a cell, for the kernel, and for what a cell puts out.
_LIMITS = {"timeout": 600, "startup_timeout": LIMIT, "iopub_timeout": LIMIT}
# The page loads nothing from anywhere.
_NO_ADDRESSES = {"mathjax_url": "", "require_js_url": "", "jquery_url": "", "mermaid_js_url": ""}


def executed(customers: Path, notebook: Path = PATH) -> nbformat.NotebookNode:
    """Return the notebook with what its cells put out for a file of customers.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell does.
    """
    found = nbformat.read(notebook, as_version=nbformat.NO_CONVERT)
    resources = {"metadata": {"path": str(notebook.parent)}}
    with tempfile.TemporaryDirectory() as folder:
        # What passes on a port, others on this machine may read.
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}})
        client = NotebookClient(found, resources=resources, config=config, **_LIMITS)
        return client.execute(env={**os.environ, "CUSTOMERS_CSV": str(customers.resolve())})


def main() -> None:
    """Write the notebook as a page that needs no Jupyter."""
    customers, page = map(Path, sys.argv[1:])
    exporter = HTMLExporter(exclude_input=True, exclude_output_prompt=True, **_NO_ADDRESSES)
    html, _ = exporter.from_notebook_node(executed(customers))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(html, encoding="utf-8")
    print(f"In {page}")


if __name__ == "__main__":
    main()

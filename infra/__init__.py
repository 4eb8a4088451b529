"""The CDK app's constructs, its settings, and the local loop on an emulator."""

import os
import sys

# Nothing that lies in the current folder or on PYTHONPATH, say a json.py, may stand in for what is installed.
_here = os.getcwd()  # noqa: PTH109  pathlib is not loaded yet, and might be such a file.
sys.path.sort(key=lambda folder: folder == _here or not folder.startswith((sys.prefix, sys.base_prefix)))

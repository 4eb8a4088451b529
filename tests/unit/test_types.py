"""The types of all that the stack is made of are checked: what mypy does not read, it takes for anything."""

import re
import tomllib

from infra.layer import ROOT


def test_mypy_reads_every_part_of_the_cdk_that_is_used():
    sources = [ROOT / "app.py", *(ROOT / "infra").glob("*.py"), *(ROOT / "infra" / "local").glob("*.py")]
    imports = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = {f"aws_cdk.{name}" for name in re.findall(r"\baws_cdk(?: import |\.)(aws_\w+)", imports)}

    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    (read,) = (one["module"] for one in overrides if one.get("follow_imports") == "normal")
    assert len(used) > 10
    assert used <= {*read}

"""What the README says of speed is what was measured."""

import json

from infra.layer import ROOT
from tests.bench.__main__ import RESULTS, table


def test_the_readme_quotes_the_newest_measurement():
    assert table(json.loads(RESULTS.read_text())) in (ROOT / "README.md").read_text(encoding="utf-8")

"""How much of a simulation is run: a few draws in `make test`, all of them in `make test-statistics`."""

from __future__ import annotations

import pytest


def draws(few: int, many: int, parts: int = 1) -> pytest.MarkDecorator:
    """Call a test with `seed` and `draws`: once with a few, and with many, in parts that can run side by side."""
    all_of_them = [
        pytest.param(part, many // parts, marks=pytest.mark.statistics, id=f"{many // parts} draws, part {part}")
        for part in range(parts)
    ]
    return pytest.mark.parametrize(("seed", "draws"), [pytest.param(0, few, id=f"{few} draws"), *all_of_them])

"""Customers for the bench: five groups that overlap a little, as many as are asked for, the same at each run."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

# Income, spending score and age of each group's middle.
GROUPS = np.array([[26, 20, 45], [26, 79, 25], [55, 50, 43], [88, 17, 41], [86, 82, 33]])
SPREADS = np.array([9, 8, 9])
AT_ONCE = 1_000_000


def write_customers(path: Path, customers: int, *, continuous: bool) -> None:
    """Write a CSV in the mall schema: whole numbers, or incomes in cents and scores in half points."""
    generator = np.random.default_rng(42)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    for begin in range(0, customers, AT_ONCE):
        table = _customers(generator, begin, min(AT_ONCE, customers - begin), continuous=continuous)
        table.to_csv(unfinished, index=False, mode="a", header=begin == 0)
    unfinished.replace(path)


def _customers(generator: np.random.Generator, begin: int, customers: int, *, continuous: bool) -> pd.DataFrame:
    middles = GROUPS[generator.integers(0, len(GROUPS), customers)]
    income, score, age = (middles + generator.normal(size=(customers, 3)) * SPREADS).T
    income, score = np.clip(income, 8, 200), np.clip(score, 1, 100)
    return pd.DataFrame(
        {
            "CustomerID": np.arange(begin + 1, begin + customers + 1),
            "Gender": np.where(generator.random(customers) < 0.55, "Female", "Male"),
            "Age": np.clip(np.round(age), 18, 75).astype(int),
            "Annual Income (k$)": np.round(income, 2) if continuous else np.round(income).astype(int),
            "Spending Score (1-100)": np.round(score * 2) / 2 if continuous else np.round(score).astype(int),
        }
    )


if __name__ == "__main__":
    write_customers(Path(sys.argv[1]), int(sys.argv[2]), continuous=bool(int(sys.argv[3])))

"""The inertia of an assignment, counted from the rows themselves, whoever made it."""

import json
import sys
from pathlib import Path

import pandas as pd

MODES = {
    "Bivariate Cluster": ["Annual Income (k$)", "Spending Score (1-100)"],
    "Multivariate Cluster": ["Annual Income (k$)", "Spending Score (1-100)", "Age", "Gender"],
}


def inertias(assigned: Path) -> list[float]:
    """Return the inertia of both modes: sums of squares around the means of each segment, features standardised."""
    customers = pd.read_csv(assigned)
    customers["Gender"] = (customers["Gender"] == "Male").astype(float)
    return [_inertia(customers[columns], customers[cluster]) for cluster, columns in MODES.items()]


def _inertia(features: pd.DataFrame, clusters: pd.Series) -> float:
    scaled = (features - features.mean()) / features.std(ddof=0)
    return float(((scaled - scaled.groupby(clusters).transform("mean")) ** 2).to_numpy().sum())


if __name__ == "__main__":
    print(json.dumps(inertias(Path(sys.argv[1]))))

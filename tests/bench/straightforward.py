"""What the engine is measured against: the script that one would write first.

``straightforward.py kmeans|minibatch|counted customers.csv DIR`` reads the file with pandas, standardises, runs
K-Means at K = 5 and for K = 1..10 in both modes, and writes the two files; `counted` does so on the distinct customers,
each weighted by how many are alike.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.preprocessing import StandardScaler

MODES = {
    "bivariate": ["Annual Income (k$)", "Spending Score (1-100)"],
    "multivariate": ["Age", "Gender_Male", "Annual Income (k$)", "Spending Score (1-100)"],
}
K = 5


def model(algorithm: str, k: int) -> KMeans | MiniBatchKMeans:
    if algorithm == "minibatch":
        return MiniBatchKMeans(k, n_init=10, random_state=42)
    return KMeans(k, n_init=10, algorithm="elkan" if k > 1 else "lloyd", random_state=42)


def main(algorithm: str, source: str, target: Path) -> None:
    customers = pd.read_csv(source)
    features = pd.get_dummies(customers, columns=["Gender"], drop_first=True)
    document = {}
    for mode, columns in MODES.items():
        scaled = StandardScaler().fit_transform(features[columns])
        counts, where = None, slice(None)
        if algorithm == "counted":
            scaled, where, counts = np.unique(scaled, axis=0, return_inverse=True, return_counts=True)
        best = model(algorithm, K).fit(scaled, sample_weight=counts)
        customers[f"{mode.capitalize()} Cluster"] = best.labels_[where] + 1
        document[mode] = {
            "inertia": best.inertia_,
            "sweep": [model(algorithm, k).fit(scaled, sample_weight=counts).inertia_ for k in range(1, 11)],
            "centroids": best.cluster_centers_.tolist(),
            "points": customers[[*MODES["bivariate"], f"{mode.capitalize()} Cluster"]].to_numpy().tolist(),
        }
    target.mkdir(parents=True, exist_ok=True)
    customers.to_csv(target / "Clustering_Final.csv", index=False)
    (target / "data.json").write_text(json.dumps(document))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))

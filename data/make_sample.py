"""Make `sample_customers.csv`: invented customers of a shop, in the schema of the well-known mall dataset.

Nobody in it exists. Five groups in income and spending score are drawn from a seeded generator, so that the segments a
reader finds on the page are there by design; age leans on the group, gender does not.

Run `python data/make_sample.py` to write the file again; a test checks that the committed one is what this writes.
"""

import csv
import random
from pathlib import Path

SEED = 20
PATH = Path(__file__).with_name("sample_customers.csv")
HEADER = ["CustomerID", "Gender", "Age", "Annual Income (k$)", "Spending Score (1-100)"]

# (customers, income, spending score, age): each group's size, then the mean and the standard deviation of each.
GROUPS = [
    (90, (55, 9), (50, 7), (42, 15)),
    (60, (88, 11), (82, 8), (33, 5)),
    (50, (89, 12), (18, 8), (42, 10)),
    (45, (26, 6), (80, 8), (26, 5)),
    (55, (27, 7), (20, 9), (45, 12)),
]


def sample_rows() -> list[list[str]]:
    """Return the rows of the sample in random order, ids counted from 0001."""
    generator = random.Random(SEED)

    def whole(mean: float, deviation: float, low: int, high: int) -> str:
        return str(min(max(round(generator.gauss(mean, deviation)), low), high))

    customers = []
    for size, income, spending, age in GROUPS:
        for _ in range(size):
            gender = "Female" if generator.random() < 0.55 else "Male"
            customers.append([gender, whole(*age, 18, 75), whole(*income, 12, 140), whole(*spending, 1, 100)])
    generator.shuffle(customers)
    return [[f"{number:04}", *customer] for number, customer in enumerate(customers, 1)]


def write_sample(path: Path = PATH) -> None:
    """Write the sample as CSV.

    Parameters
    ----------
    path : Path
        Where to write it.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(sample_rows())


if __name__ == "__main__":
    write_sample()

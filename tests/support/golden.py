"""The golden examples of the public documents, which the site's tests read too. ``make golden`` writes them anew."""

import json

from infra.layer import ROOT
from segmentation.errors import UnusableFileError
from segmentation.receipt import Upload, published_document, refused_receipt
from segmentation.run import segment

FOLDER = ROOT / "tests" / "golden"
SAMPLE = ROOT / "data" / "sample_customers.csv"


def golden_document() -> dict:
    upload = Upload("0123456789abcdef", SAMPLE.name, "2026-01-15T09:30:00.000Z", began_at="2026-01-15T09:30:04.000Z")
    return published_document(segment(lambda: SAMPLE.open("rb")), upload)


def golden_receipt() -> dict:
    error = UnusableFileError("The file is a PNG picture, not a CSV.", "Export your customers as CSV, and upload that.")
    upload = Upload(
        "fedcba9876543210", "holiday photo.csv", "2026-01-15T10:02:00.000Z", began_at="2026-01-15T10:02:01.000Z"
    )
    return refused_receipt(error, upload)


def write_golden() -> None:
    for name, document in (("data", golden_document()), ("receipt", golden_receipt())):
        (FOLDER / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write_golden()

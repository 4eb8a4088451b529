"""The private files: every row of the upload with its segments, and what was wrong with single rows."""

import csv
import io
import json
import re
from collections import Counter

import pytest

from infra.layer import ROOT
from segmentation.cli import main
from segmentation.schema.settings import Settings
from tests.support.customers import HEADER, csv_of, finished, placed

pytestmark = pytest.mark.usefixtures("segments_sought_once")
ROWS = [f"{i:04},{'Male' if i % 3 else 'Female'},{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(1, 60)]
ADDED = [
    "Bivariate Cluster",
    "Multivariate Cluster",
    "Bivariate Confidence",
    "Multivariate Confidence",
    "Outlier",
    "Reason",
]
# The site's tests read it too: its tables are made harmless by the same rule.
HARMLESS = json.loads((ROOT / "tests" / "golden" / "harmless_cells.json").read_bytes())


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if re.search('[,"\n]', cell) else cell


def read(data: bytes, separator: str = ",") -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True, delimiter=separator)
    return header, rows


def test_every_row_is_as_it_was_in_its_order(messy_upload, messy_result):
    """With ids such as 0001, quotes, commas, newlines, and what other readers take for a gap or a number."""
    header, rows = read(messy_upload)
    found_header, found_rows = read(messy_result.assigned_csv)

    assert found_header == [*header, *ADDED]
    assert [row[:-6] for row in found_rows] == [["'=1+1" if cell == "=1+1" else cell for cell in row] for row in rows]


def test_rows_that_cannot_be_used_have_no_segment_and_a_reason(messy_result, messy_unusable):
    for row in messy_result.assigned:
        used = row["CustomerID"] not in messy_unusable
        assert all((row[column] in {"1", "2", "3"}) == used for column in ADDED[:2])
        assert all(bool(re.fullmatch(r"0\.\d\d|1\.00", row[column])) == used for column in ADDED[2:4])
        assert (row["Reason"] == "") == used
    assert messy_result.rows == {"read": 14, "used": 11, "imputed": 0, "duplicated": 0, "rejected": 3}


@pytest.mark.parametrize("mode", ["bivariate", "multivariate"])
@pytest.mark.parametrize("upload", ["messy", "sample", "mall"])
def test_a_segment_has_as_many_rows_as_its_size(mode, upload, request):
    result = request.getfixturevalue(f"{upload}_result")
    sizes = {str(part["id"]): part["size"] for part in result.document["modes"][mode]["segments"]}

    numbers = [row[f"{mode.capitalize()} Cluster"] for row in result.assigned]
    assert Counter(number for number in numbers if number) == sizes


def test_the_numbers_are_those_of_the_page(messy_result):
    """A customer of each of the three corners of the data, and the segment whose tag says that corner."""
    numbers = {row["CustomerID"]: row["Bivariate Cluster"] for row in messy_result.assigned}
    tags = {str(part["id"]): part["tag"] for part in messy_result.document["modes"]["bivariate"]["segments"]}

    assert tags[numbers["0001"]].endswith("high spending")
    assert tags[numbers["0005"]] == "High income · low spending"
    assert tags[numbers["0008"]] == "Low income · low spending"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_separator_and_the_line_breaks_are_those_of_the_upload(separator, ending):
    lines = [HEADER, *ROWS]
    result = placed(ending.join(line.replace(",", separator) for line in lines).encode())

    found = result.assigned_csv.decode().split(ending)
    assert found[0] == separator.join([*HEADER.split(","), *ADDED])
    assert [line.split(separator)[:-6] for line in found[1:] if line] == [row.split(",") for row in ROWS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize(
    ("names", "header", "begins"),
    [
        (["Zoë"], "Name", "\ufeff"),
        (["Zoe"] * 58 + ["Zoë"], "Name", "\ufeff"),
        (["Zoe"], "Näme", "\ufeff"),
        (["Zoe"], "Name", "C"),
    ],
)
def test_the_rows_are_utf_8_with_a_bom_where_they_are_not_ascii(encoding, names, header, begins):
    """Excel takes a CSV for UTF-8 only where it begins with a byte order mark."""
    rows = [f"{row},{names[i % len(names)]}" for i, row in enumerate(["x,Male,?,40,50", *ROWS[1:]])]
    data = csv_of(*rows, header=f"{HEADER},{header}").decode().encode(encoding)

    result = finished(data, k=3, block_bytes=400)
    text = result.assigned_csv.decode()
    assert text.startswith(begins)
    assert all(line.startswith(f"{row},") for row, line in zip(rows, text.splitlines()[1:], strict=True))
    assert text.count("\ufeff") == (begins == "\ufeff")
    mark = begins.removeprefix("C")
    assert result.rejected_csv.decode() == f"{mark}Line,Column,Value,Reason,Outcome\n2,Age,?,missing,imputed\n"


def test_what_was_written_can_be_uploaded_and_scored_again(tmp_path):
    """With a byte order mark before a quoted first name."""
    rows = [f'"{row[:4]}"{row[4:]},Zoë' for row in ROWS]
    upload, again = tmp_path / "customers.csv", tmp_path / "scored.csv"
    upload.write_bytes(csv_of(*rows, header=f'"CustomerID"{HEADER[10:]},Name'))
    assert main([str(upload), "--out", str(tmp_path), "--quiet"]) == 0
    first = (tmp_path / "Clustering_Final.csv").read_bytes()
    assert first.startswith("\ufeff".encode())

    score = ["score", str(tmp_path / "Clustering_Final.csv"), "--model", str(tmp_path / "data.json")]
    assert main([*score, "--out", str(again), "--quiet"]) == 0
    header, scored = read(again.read_bytes())
    _, expected = read(first)
    scored_columns = [name for name in ADDED if name != "Outlier"]
    places = [i for i, name in enumerate(header) if name in ADDED]
    assert again.read_bytes().startswith("\ufeff".encode())
    assert header[0] == "CustomerID"
    assert [header[i] for i in places[6:]] == scored_columns
    assert [[row[i] for i in places[6:]] for row in scored] == [
        [row[i] for i in places[:6] if header[i] != "Outlier"] for row in expected
    ]

    document = json.loads((tmp_path / "data.json").read_bytes())
    assert main([str(tmp_path / "Clustering_Final.csv"), "--out", str(tmp_path / "o"), "--quiet"]) == 0
    assert json.loads((tmp_path / "o" / "data.json").read_bytes())["modes"] == document["modes"]


@pytest.mark.parametrize(("cell", "written"), HARMLESS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_no_cell_is_a_formula(cell, written, place):
    header = ["a", "b"]
    header.insert(place, "Gender,Age,Income,Spending")
    rows = []
    for i, row in enumerate(ROWS):
        cells = [quoted(cell) if i % 2 else "x"] * 2
        cells.insert(place, row.partition(",")[2])
        rows.append(",".join(cells))
    result = placed(csv_of(*rows, header=",".join(header)), settings=Settings(duplicates="keep"))

    assert [row["a"] for row in result.assigned] == ["x" if i % 2 == 0 else written for i in range(len(ROWS))]
    assert all(row["Bivariate Cluster"] for row in result.assigned)


def test_a_header_is_no_formula_either():
    result = placed(csv_of(*ROWS, header=HEADER.replace("CustomerID", "=1+1")))

    assert result.assigned_csv.startswith(b"'=1+1,Gender")


def test_single_rows_are_listed_with_line_cell_and_outcome():
    rows = ['"two\nlines",Male,?,40,50', "bad,Male,twelve,40,50", "worse,Male,30,,n/a", "Total,,,900,800", *ROWS]
    result = placed(csv_of(*rows, ROWS[0], ROWS[0]))

    assert [tuple(row.values()) for row in result.rejected] == [
        ("2", "Age", "?", "missing", "imputed"),
        ("4", "Age", "twelve", "not a number", "imputed"),
        ("5", "Annual Income (k$)", "", "missing", "rejected"),
        ("5", "Spending Score (1-100)", "n/a", "missing", "rejected"),
        ("6", "", "", "a row that sums up others", "rejected"),
        ("66", "", "", "the same as an earlier row", "duplicate"),
        ("67", "", "", "the same as an earlier row", "duplicate"),
    ]
    reasons = {row["CustomerID"]: row["Reason"] for row in result.assigned if row["Reason"]}
    assert reasons == {
        "worse": "no value for Annual Income",
        "Total": "a row that sums up others",
        "0001": "the same as an earlier row",
    }
    assert result.rows == {"read": 65, "used": 61, "imputed": 2, "duplicated": 2, "rejected": 2}


def test_where_nothing_was_wrong_nothing_is_listed(sample_result):
    assert sample_result.rejected_csv == b""


def test_what_stands_in_a_wrong_cell_is_no_formula():
    result = placed(csv_of("1,Male,=1+1,40,50", *ROWS))

    assert [row["Value"] for row in result.rejected] == ["'=1+1"]


@pytest.mark.parametrize("cell", ["a\nb", "a\rb", "a\r\nb", 'a,"b"'])
def test_a_cell_of_any_shape_is_one_cell_of_the_rejected(cell):
    quoted = cell.replace('"', '""')
    result = placed(csv_of(f'1,Male,"{quoted}",40,50', *ROWS))

    assert [row["Value"] for row in result.rejected] == [cell]

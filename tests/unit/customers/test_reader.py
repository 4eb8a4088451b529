"""What of a file can be read, and what is said where it cannot."""

import gzip
import io
import math
import zipfile

import pytest

from segmentation.errors import UnusableFileError
from tests.support.customers import HEADER, csv_of, read_customers

ROW = "0001,Male,19,15,39"
SHORT = "Gender,Age,Income,Spending"


def labels(data: bytes) -> list[str]:
    return [feature.label for feature in read_customers(data).features]


def refusal(data: bytes) -> str:
    with pytest.raises(UnusableFileError) as caught:
        read_customers(data)
    assert caught.value.reason
    assert caught.value.remedy
    return str(caught.value)


def excel_workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        # With a time of its own: workers of pytest-xdist have to collect the same parameters.
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>")
    return file.getvalue()


def test_the_features_are_found_by_their_headers_in_canonical_order():
    customers = read_customers(csv_of(ROW, "0002,Female,21,16,81"))

    assert [feature.role for feature in customers.features] == ["age", "gender", "income", "spending"]
    assert customers.features[1].categories == ("Female", "Male")
    assert customers.values.tolist() == [[19, 1, 15, 39], [21, 0, 16, 81]]
    assert customers.usable.tolist() == [True, True]


@pytest.mark.parametrize(
    "header",
    [
        "id,Gender,Age,Annual Income (k$),Spending Score (1-100)",
        "id,Genre,Age,Annual Income (k$),Spending Score (1-100)",
        "id,sex,AGE,ANNUAL INCOME,SPENDING SCORE",
        "id,gender,age,income,spending",
        "id, Gender , Age (years) ,Annual_Income_(k$),SpendingScore",
        "id,Gender,Age,yearly income [EUR],Spending-Score [0-100]",
    ],
)
def test_headers_vary_in_case_unit_and_spacing(header):
    assert read_customers(csv_of(ROW, header=header)).values.tolist() == [[19, 0, 15, 39]]


def test_labels_are_the_headers_of_the_file():
    assert labels(csv_of(ROW, header="id,Genre,Age,Annual Income (k$),Spending")) == [
        "Age",
        "Genre",
        "Annual Income (k$)",
        "Spending",
    ]


def test_the_order_of_columns_does_not_matter():
    data = csv_of("39,15,x,19,Male", header="Spending,Income,Other,Age,Gender")

    assert read_customers(data).values.tolist() == [[19, 0, 15, 39]]


@pytest.mark.parametrize("first", ["Gender", "CustomerID"])
def test_a_byte_order_mark_is_no_part_of_the_first_header(first):
    header = SHORT if first == "Gender" else HEADER
    row = "Male,19,15,39" if first == "Gender" else ROW

    customers = read_customers(b"\xef\xbb\xbf" + csv_of(row, header=header))

    assert customers.cells.columns[0] == first


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_every_line_ending_is_read(ending):
    data = ending.join([HEADER, ROW, "0002,Female,21,16,81", ""]).encode()

    assert read_customers(data).cells.to_numpy().tolist() == [ROW.split(","), ["0002", "Female", "21", "16", "81"]]


def test_the_last_line_needs_no_ending():
    assert len(read_customers(csv_of(ROW, "0002,Female,21,16,81").rstrip()).cells) == 2


def test_blank_lines_are_no_customers():
    assert read_customers(csv_of(ROW, "", "0002,Female,21,16,81", "")).values[:, 0].tolist() == [19, 21]


def test_quoted_cells_may_hold_commas_quotes_and_newlines():
    cells = read_customers(csv_of('"a, ""b""\nc",Male,19,15,39')).cells

    assert cells.iloc[0, 0] == 'a, "b"\nc'


@pytest.mark.parametrize("text", ["0001", "1e5", "NA", "None", "nan", "TRUE", "7 ", "a b", ""])
def test_cells_stay_the_text_they_were(text):
    assert read_customers(csv_of(f"{text},Male,19,15,39")).cells.iloc[0, 0] == text


@pytest.mark.parametrize("value", ["?", "", " ", "unknown", "inf", "-Infinity", "nan", "NaN", "many", "12x"])
@pytest.mark.parametrize("position", [2, 3, 4])
def test_a_row_with_a_value_that_is_no_number_is_kept_but_not_used(value, position):
    cells = ROW.split(",")
    cells[position] = value

    customers = read_customers(csv_of(ROW, ",".join(cells)))

    assert customers.usable.tolist() == [True, False]
    assert customers.cells.iloc[1, position] == value.strip()


@pytest.mark.parametrize("value", ["?", "", "  "])
def test_a_row_without_a_gender_is_kept_but_not_used(value):
    customers = read_customers(csv_of(ROW, f"0002,{value},19,15,39"))

    assert customers.usable.tolist() == [True, False]
    assert customers.features[1].categories == ("Male",)


@pytest.mark.parametrize(("text", "number"), [(" 15 ", 15), ("15.5", 15.5), ("+15", 15), ("1.5e1", 15), ("-3", -3)])
def test_numbers_are_read_as_they_are_written(text, number):
    assert read_customers(csv_of(f"0001,Male,19,{text},39")).values[0, 2] == number


@pytest.mark.parametrize(
    ("rows", "column", "line"),
    [
        (["1,Male,19,about 15,39", "2,Male,20,16 or so,40"], "Annual Income (k$)", 2),
        (["", "", "1,Male,19,15,", "2,?,20,16,"], "Spending Score (1-100)", 4),
    ],
)
def test_the_refusal_of_a_file_without_a_usable_row_names_the_column(rows, column, line):
    message = refusal(csv_of(*rows))

    assert f"2 of 2 have no value that can be read in '{column}'" in message
    assert f"the first of them is in line {line}." in message


@pytest.mark.parametrize("row", ['"0002,Female,21,16,81', '0002,"Fem"ale,21,16,81'])
def test_a_quote_out_of_place_is_refused_with_the_line_where_its_row_begins(row):
    assert refusal(csv_of(ROW, row, ROW, ROW)).startswith("The row that begins in line 3 cannot be read as CSV")


@pytest.mark.parametrize("data", [b"", b" ", b"\n\n", b" \r\n\t "])
def test_an_empty_file_is_refused(data):
    assert "empty" in refusal(data)


def test_a_file_of_nothing_but_a_byte_order_mark_is_refused():
    assert "empty" in refusal(b"\xef\xbb\xbf")


def test_a_quote_that_closes_nowhere_near_is_refused_with_the_line_where_its_row_begins():
    rows = [ROW, '0002,"Female,21,16,81', *[ROW] * 20_000]

    assert refusal(csv_of(*rows)).startswith("The row that begins in line 3 cannot be read as CSV")


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\nTotal,,,900,800\n"])
def test_a_header_without_customers_is_refused(end):
    assert "no customers" in refusal((HEADER + end).encode())


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG picture"),
        (b"GIF89a\x01\0", "GIF picture"),
        (b"%PDF-1.7\n", "PDF document"),
        (excel_workbook(), "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook"),
        (gzip.compress(gzip.compress(csv_of(ROW), mtime=0), mtime=0), "gzip archive in a gzip archive"),
        (gzip.compress(b"\x89PNG\r\n\x1a\n\0\0", mtime=0), "PNG picture"),
    ],
)
def test_another_kind_of_file_is_named(data, what):
    assert what in refusal(data)


def test_binary_data_is_refused():
    assert "binary data" in refusal(csv_of("0001,Ma\0le,19,15,39"))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<!DOCTYPE html><html><body>Export failed</body></html>", "a web page or XML"),
        (b'<?xml version="1.0"?><Workbook/>', "a web page or XML"),
        (b'{"customers": [{"age": 3}]}', "JSON"),
        (b'[{"age": 3}]', "JSON"),
        (b'{"age": 3, "income": 4, "spending_score": 5}\n', "JSON"),
    ],
)
def test_text_that_is_no_table_is_named(data, what):
    assert f"The file is {what}, not a CSV." in refusal(data)


def test_more_columns_than_any_export_has_are_refused():
    header = ",".join(["Income", "Spending", *(f"c{i}" for i in range(2_000))])

    assert "has 2,002 columns; at most 1,000" in refusal(f"{header}\n{'1,' * 2_001}1\n".encode())


@pytest.mark.parametrize("data", ['"Income,Spending"\n"1,2"\n', "Income~Spending\n1~2\n"])
def test_the_refusal_of_one_cell_a_line_explains_separators(data):
    assert "Separate the cells by commas" in refusal(data.encode())


def test_one_column_is_too_few():
    message = refusal(b"id,Kind,Spending\n1,a,30\n2,b,40\n")

    assert "There are no two columns of numbers" in message
    assert "The columns found are 'id', 'Kind', 'Spending'." in message


def test_other_columns_may_share_a_name():
    customers = read_customers(csv_of("a,b,Male,19,15,39", header=f"x,x,{SHORT}"))

    assert list(customers.cells.columns[:2]) == ["x", "x"]
    assert customers.cells.iloc[0, :2].tolist() == ["a", "b"]


def test_unusable_values_are_never_finite_numbers():
    values = read_customers(csv_of("1,Male,inf,15,39", "2,?,19,15,39", ROW)).values

    assert math.isnan(values[0, 0])
    assert math.isnan(values[1, 1])


@pytest.mark.parametrize("extreme", ["1e200", "-1e160", "1e16"])
def test_a_value_beyond_all_measure_is_not_used(extreme):
    """Its square would be infinite, or drown all others; JSON knows no infinity."""
    customers = read_customers(csv_of("1,Male,30,50,50", f"2,Male,30,{extreme},50", "3,Male,30,1000000000000,50"))

    assert customers.usable.tolist() == [True, False, True]


def test_blank_lines_above_the_header_do_not_matter():
    with_blanks = read_customers(("\n\r\n" + HEADER + "\n0001,Male,19,15,39\n").encode())

    assert list(with_blanks.cells.columns) == HEADER.split(",")
    assert with_blanks.usable.all()

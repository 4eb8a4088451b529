"""Which line names the columns; and no cell of a customer is in any message."""

import itertools

import pytest

from segmentation.errors import UnusableFileError
from segmentation.schema.settings import Settings
from tests.support.customers import finished, loaded, opened

# Names that no vocabulary knows, with customers in whose rows single cells look like the name of a column.
NAMES = "Contact,First,State,Revenue,Visits"


def rows_with(cell: str, places: tuple[int, ...] = (3,)) -> list[str]:
    states = dict.fromkeys(places, cell)
    return [f"C{i},Ann{i},{states.get(i, 'TX')},{20 + i * 7 % 60}.5,{i * 11 % 97}" for i in range(40)]


def refusal(data: bytes, settings: Settings | None = None) -> UnusableFileError:
    with pytest.raises(UnusableFileError) as refused:
        loaded(data, settings)
    return refused.value


@pytest.mark.parametrize("cell", ["ID", "n/a", "Customer", "N.", "Code", "Age", "Sex", "Income", "Spend", "Score"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("above", [[], ["Export of customers"], ["", "Report,2026", "by Jo"]])
def test_a_cell_of_a_customer_makes_no_header(cell, separator, above):
    for places in ((0,), (3,), (0, 1, 2, 3)):
        text = "\n".join([*above, NAMES, *rows_with(cell, places), ""]).replace(",", separator)

        assert ",".join(opened(text.encode()).header) == NAMES


def test_a_line_with_a_name_and_no_numbers_is_no_header_either():
    """Income and visits of the customer with ID are unknown."""
    rows = [*rows_with("TX"), "C41,Ann41,ID,unknown,not told"]

    assert ",".join(opened("\n".join([NAMES, rows[-1], *rows, ""]).encode()).header) == NAMES


@pytest.mark.parametrize("cell", ["TX", "ID", "Customer"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_without_a_header_no_cell_is_quoted(cell, separator):
    refused = refusal("\n".join(rows_with(cell)).replace(",", separator).encode())

    assert refused.detail == "No line near the top names the columns."


def test_a_name_alone_may_head_a_column_of_customers_whose_other_names_the_settings_know():
    data = "\n".join(["Report", NAMES, *rows_with("ID"), ""]).encode()
    settings = Settings(columns={"income": "Revenue", "spending": "Visits"})

    assert loaded(data, settings).rows["used"] == 40
    assert opened_with(data, settings).dialect.header_line == 2


def opened_with(data: bytes, settings: Settings):
    return loaded(data, settings).file


def test_a_header_may_hold_years():
    header = "CustomerID,Age,Income,Spending Score,2019,2020,2021,2022,2023,2024"
    rows = [f"{i},{20 + i},{i * 7 % 90},{i * 11 % 97},1,2,3,4,5,6" for i in range(30)]
    file = opened("\n".join([header, *rows, ""]).encode())

    assert file.header == tuple(header.split(","))


@pytest.mark.parametrize("row", ["{0},Age,ID,{1},{2},Income", "{0},Salary,Spending,{1},{2},Customer"])
@pytest.mark.parametrize("places", [(7,), (0,), range(0, 40, 3)])
@pytest.mark.parametrize("above", [[], ["Export of customers"]])
def test_several_cells_of_a_customer_make_no_header_either(row, places, above):
    """What customers asked about, say; there are numbers where the names of the columns would be."""
    plain = "{0},Loan,TX,{1},{2},Card"
    rows = [(row if i in places else plain).format(f"secret{i}", 20 + i * 7 % 60, i * 11 % 97) for i in range(40)]
    file = opened("\n".join([*above, "Contact,Topic,State,Revenue,Visits,Product", *rows, ""]).encode())

    assert file.header == ("Contact", "Topic", "State", "Revenue", "Visits", "Product")


def test_where_no_column_has_numbers_words_that_come_again_make_no_header():
    rows = [f"secret{i},Age,{'Salary' if i % 3 else 'Spending'},{'Customer' if i % 2 else 'Client'}" for i in range(40)]

    assert refusal("\n".join([*rows, ""]).encode()).detail == "No line near the top names the columns."
    last = [*(f"secret{i},TX,x,y" for i in range(8)), "secret,5190.8,Spend,Income"]
    assert refusal("\n".join([*last, ""]).encode()).detail == "No line near the top names the columns."
    named = refusal("\n".join(["Customer,Age Group,Income,Spending", *rows, ""]).encode())
    assert "have no value that can be read in 'Income'" in named.reason


@pytest.mark.parametrize("row", ["secret,Reno,not told", "Customer,Age,Income", "secret,ID,Spend"])
@pytest.mark.parametrize("above", [[], ["Export of 2026"]])
def test_a_line_below_customers_is_no_header(row, above):
    """Where a customer's only number is not known, there are words above numbers."""
    rows = [*(f"secret{i},Boise,{20 + i % 50}" for i in range(40))]
    for place in (1, 2, 12):
        error = refusal("\n".join([*above, *rows[:place], row, *rows[place:], ""]).encode())
        assert error.detail == "No line near the top names the columns."


def test_years_may_head_what_the_settings_name():
    rows = [f"C{i},{i * 7 % 90},{i * 11 % 97}" for i in range(40)]
    settings = Settings(columns={"income": "2023", "spending": "2024"})

    assert opened_with("\n".join(["Customer,2023,2024", *rows, ""]).encode(), settings).header[1:] == ("2023", "2024")


@pytest.mark.parametrize("mark", ["\ufeff\ufeff", "\ufeff\u200b", "\ufeff\u200e"])
def test_marks_that_nobody_sees_are_no_part_of_a_name(mark):
    data = f"{mark}Contact,Income,Spending Score\n1,50,60\n2,51,61\n".encode()

    assert opened(data).header[0] == "Contact"


# Each cell is a word that stands nowhere else.
SECRETS = [f"secret{i}" for i in range(100_000, 100_400)]


def secret_rows(n: int = 12) -> list[list[str]]:
    word = iter(SECRETS)
    return [[next(word), next(word), f"{20 + i}", f"{i * 7 % 90}", f"{i * 11 % 97}", next(word)] for i in range(n)]


HEADERS = (
    "CustomerID,Name,Age,Annual Income (k$),Spending Score (1-100),Note",
    "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100),Gender",
    "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100),Income",
    "A,B,C,D,E,F",
    "",
)
COLUMNS = ({}, {"income": "Name", "gender": "Note"}, {"spending": "F", "income": "D"})


def faults(rows: list[list[str]]):
    """Yield rows with a fault of each kind."""
    yield rows
    for place in range(6):
        yield [[*row[:place], f"secretary{i}", *row[place + 1 :]] for i, row in enumerate(rows)]
        yield [[*row[:place], "", *row[place + 1 :]] for row in rows]
        yield [[*row[:place], "secret@example.org", *row[place + 1 :]] for row in rows]
        yield [[*row[:place], '"secret', *row[place + 1 :]] for row in rows]
        yield [[*row[:place], '"secret"s', *row[place + 1 :]] for row in rows]
    yield [[*row, "secret", "secret"] for row in rows]
    yield [[row[0]] for row in rows]
    yield [["secret" + "x" * 1_100_000]]
    yield [["secret\0"]]
    yield [["Total", *row[1:]] for row in rows]


@pytest.mark.parametrize(("header", "columns"), [*itertools.product(HEADERS, COLUMNS)])
def test_no_cell_is_in_any_message(header, columns):
    """Of a text that is no category, which is published where enough customers share it."""
    refused = 0
    for rows in faults(secret_rows()):
        data = "\n".join([*([header] if header else []), *map(",".join, rows), ""]).encode()
        try:
            customers = loaded(data, Settings(columns=columns, min_cell_count=5))
        except UnusableFileError as error:
            refused += 1
            text = f"{error.reason} {error.remedy} {error.detail}"
        else:
            text = str({**customers.account, "imputed": None})
        assert "secret" not in text

    assert refused > 5


@pytest.mark.parametrize(
    ("min_cell_count", "note"), [(1, "'MALE' as 'Male'"), (5, "1 value as others"), (3, "'MALE' as 'Male'")]
)
def test_a_spelling_that_few_customers_have_is_not_published(min_cell_count, note):
    rows = [f"{i},{'Female' if i % 2 else 'Male'},{20 + i},{i * 7 % 90},{i * 11 % 97}" for i in range(40)]
    rows += [f"{i},MALE,30,{i % 90},{i % 97}" for i in range(50, 53)]
    data = "\n".join(["CustomerID,Gender,Age,Income,Spending", *rows, ""]).encode()

    result = finished(data, k=3, settings=Settings(min_cell_count=min_cell_count))
    assert f"Read in 'Gender': {note}." in result.notes

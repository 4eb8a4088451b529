"""The same customers in any dialect give the same segments; and any bytes at all end in a result or in an answer."""

from __future__ import annotations

import gzip
import io
import random
import resource
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentation.clustering.outliers import Outliers
from segmentation.clustering.result import Assignment
from segmentation.customers.load import LoadedCustomers, load_customers
from segmentation.errors import UnusableFileError
from segmentation.pipeline import segment
from segmentation.results.assignments import AssignedRows, WrittenRows, assigned_rows, rejected_rows
from segmentation.results.row_writer import COLUMN_OF_MODE
from segmentation.schema.settings import Settings
from tests.support.customers import loaded
from tests.support.draws import draws

N = 30
CUSTOMERS = [
    (f"{i + 1:04}", "Female" if i % 3 else "Male", 20 + i * 7 % 50, 8 + i * 37 % 110 + i % 4 / 4, i * 11 % 101)
    for i in range(N)
]
# id, gender, age, income, spending score, as nine languages call them.
HEADERS = (
    ("CustomerID", "Gender", "Age", "Annual Income (k$)", "Spending Score (1-100)"),
    ("Id_Clientes", "Género", "Edad", "Ingresos anuales (miles de $)", "Puntuación de gastos"),
    ("N° client", "Sexe", "Âge", "Revenu annuel (k€)", "Score de dépenses"),
    ("Kunden-Nr.", "Geschlecht", "Alter", "Jährliches Einkommen (Tsd. €)", "Ausgaben-Score"),
    ("Código", "Gênero", "Idade", "Renda anual (mil R$)", "Pontuação de gastos"),
    ("Codice cliente", "Sesso", "Età", "Reddito annuo (k€)", "Punteggio di spesa"),
    ("Klantnummer", "Geslacht", "Leeftijd", "Jaarinkomen", "Uitgavenscore"),
    ("Müşteri No", "Cinsiyet", "Yaş", "Yıllık Gelir (bin TL)", "Harcama Puanı"),
    ("顧客ID", "性別", "年齢", "年収（万円）", "支出スコア"),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "cp1254", "cp932", "mac_roman")
ABOVE = ("", "Customers", "Report of 2026-01-15", '"A title, in quotes"', "sep={separator}", "{separator}{separator}")


@pytest.fixture(scope="module")
def plain() -> LoadedCustomers:
    return loaded(written(HEADERS[0]))


def number(value: float, decimal: str, currency: str) -> str:
    text = f"{value:.2f}".replace(".", decimal) if value % 1 else f"{value:.0f}"
    return currency.replace("#", text)


def written(
    header: tuple[str, ...],
    separator: str = ",",
    decimal: str = ".",
    currency: str = "#",
    ending: str = "\n",
    order: tuple[int, ...] = (0, 1, 2, 3, 4),
    above: tuple[str, ...] = (),
    encoding: str = "utf-8",
    quoted: bool = False,
    trailing: int = 0,
    junk: str = "",
) -> bytes:
    """Write the customers in a dialect."""
    rows = [list(header)]
    rows += [
        [id_, who, f"{age}", number(income, decimal, currency), f"{score}"]
        for id_, who, age, income, score in CUSTOMERS
    ]
    lines = [line.format(separator=separator) for line in above]
    for row in rows:
        cells = [row[i] for i in order]
        if quoted or any(separator in cell for cell in cells):
            cells = [f'"{cell}"' for cell in cells]
        lines.append(separator.join(cells) + separator * trailing)
    if junk == "blank":
        lines[-5:-5] = ["", separator * (4 + trailing), ""]
    if junk == "total":
        lines.append("Total" + separator * 4)
    if junk == "header":
        lines.insert(-20, lines[len(above)])
    return ending.join([*lines, ""]).encode(encoding)


@st.composite
def dialects(draw) -> dict:
    header = draw(st.sampled_from(HEADERS))
    letters = "".join(header)
    fitting = [encoding for encoding in ENCODINGS if _can_write(letters, encoding)]
    decimal = draw(st.sampled_from([".", ","]))
    return {
        "header": header,
        "separator": draw(st.sampled_from([",", ";", "\t", "|"])),
        "decimal": decimal,
        "currency": draw(st.sampled_from(["#", "#", "$#", "# EUR", "#\xa0%" if decimal == "," else "# %"])),
        "ending": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "order": draw(st.permutations(range(5)).map(tuple)),
        "above": draw(st.lists(st.sampled_from(ABOVE), max_size=3).map(tuple)),
        "encoding": draw(st.sampled_from(fitting)),
        "quoted": draw(st.booleans()),
        "trailing": draw(st.integers(0, 2)),
        "junk": draw(st.sampled_from(["", "blank", "total", "header"])),
    }


def _can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
        "\xa0".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(dialect=dialects(), packed=st.booleans())
def test_the_same_customers_in_any_dialect_have_the_same_segments(plain, dialect, packed):
    """All that segments are found in is the same to the last bit, and so they are."""
    if dialect["junk"] == "total" and dialect["order"][0] != 0:
        dialect["junk"] = ""
    data = written(**dialect)
    data = gzip.compress(data) if packed else data
    found = loaded(data)

    assert np.array_equal(found.points.values, plain.points.values)
    assert np.array_equal(found.points.counts, plain.points.counts)
    assert found.rows["used"] == N
    assert found.account["separator"] == dialect["separator"]
    assert found.rows["imputed"] == found.rows["duplicated"] == 0


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Change a few bytes, or cut, repeat, move and join parts, as transfers and hands do."""
    found = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 30])):
        place = chance.randrange(len(found) + 1)
        length = chance.choice([1, 1, 2, 10, 200])
        match chance.randrange(8):
            case 0:
                found[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del found[place : place + length]
            case 2:
                found[place:place] = found[place : place + length] * chance.choice([1, 2, 50])
            case 3:
                found[place:place] = chance.choice(
                    [
                        b'"',
                        b"\n",
                        b"\r",
                        b",",
                        b";",
                        b"\0",
                        b"\xff\xfe",
                        b"\xef\xbb\xbf",
                        b"=1+1",
                        b"1e999",
                        b"-",
                        b"\t",
                    ]
                )
            case 4:
                found = found[: max(1, place)]
            case 5:
                other = chance.randrange(len(found) + 1)
                found[place:place] = found[other : other + length]
            case 6:
                found[place:place] = bytes(chance.choices(range(256), k=length))
            case _:
                cell = chance.choice(
                    [b"NA", b"", b"NaN", b"inf", b"0x1", b"1.000,5", b"9" * 400, "é".encode(), b"True"]
                )
                begin = found.find(b",", place)
                found[begin + 1 : found.find(b",", begin + 1)] = cell
    return bytes(found) or b"x"


@draws(few=200, many=5_000, parts=8)
def test_any_bytes_end_in_a_result_or_in_an_answer(seed, draws):
    """All are read, most without K-Means, which takes longest; what comes out may not depend on the size of blocks."""
    chance = random.Random(seed)
    bases = [
        written(header, encoding=encoding)
        for header, encoding in zip(HEADERS, ENCODINGS, strict=True)
        if _can_write("".join(header), encoding)
    ]
    bases += [gzip.compress(bases[0]), written(HEADERS[0], ";", ",", "€ #", "\r\n", above=ABOVE[1:4], trailing=1)]
    ends: Counter[str] = Counter()
    for i in range(draws):
        data = mutated(chance, chance.choice(bases))
        found = outcome(read, data)
        if i % 10 == 0:
            assert outcome(read, data, chance.choice([50, 300, 2_000])) == found
        if i % 40 == 0 and not isinstance(found, str):
            found = outcome(segmented, data)
        ends[type(found).__name__] += 1

    assert ends["tuple"] > draws // 6
    assert ends["str"] > draws // 30
    assert ends.keys() == {"tuple", "str"}
    # Of all the tests in this process; kilobytes.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_500_000


def outcome(work: Callable[[Callable[[], io.BytesIO], int], Any], data: bytes, block_bytes: int = 2**22) -> Any:
    """Return what comes of a file, or the reason why nothing does; any other exception is raised."""
    try:
        return work(lambda: io.BytesIO(data), block_bytes)
    except UnusableFileError as error:
        return f"{error.reason} {error.remedy}" if error.reason and error.remedy else None


def read(source: Callable[[], io.BytesIO], block_bytes: int) -> tuple:
    """Take a file in and write all of its rows, as if all customers were one segment."""
    customers = load_customers(source, Settings(), lambda *_: None, block_bytes)
    rows = customers.rows
    assert rows["read"] == rows["used"] + rows["duplicated"] + rows["rejected"]
    one = np.zeros(len(customers.points), dtype=np.intp)
    placements = dict.fromkeys(COLUMN_OF_MODE, Assignment(one, np.ones(len(one))))
    ids = {mode: [1] for mode in COLUMN_OF_MODE}
    writer = AssignedRows(customers, placements, ids, Outliers.none(customers.points))
    assigned = assigned_rows(writer, customers.file, WrittenRows())
    parts = [b"".join(part for part, _ in assigned), b"".join(rejected_rows(customers))]
    return rows, customers.account, customers.points.values.tolist(), customers.points.counts.tolist(), *parts


def segmented(source: Callable[[], io.BytesIO], block_bytes: int) -> tuple:
    result = segment(source, k=3, block_bytes=block_bytes)
    assigned = b"".join(result.assigned)
    return result.document(), assigned, b"".join(result.rejected)

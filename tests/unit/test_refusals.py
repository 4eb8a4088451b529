"""The catalogue of refusals: codes, and texts that name columns and lines but never a cell."""

from __future__ import annotations

import gzip
import inspect
import re
from collections.abc import Callable

import pytest

from infra.layer import ROOT
from segmentation.errors import UnusableFileError
from segmentation.files import kinds
from segmentation.refusals import CATALOGUE
from segmentation.schema.settings import Settings
from tests.support.customers import HEADER, csv_of, finished

SOURCES = {path.relative_to(ROOT / "lambda").as_posix(): path.read_text() for path in (ROOT / "lambda").rglob("*.py")}
# One of each of these may stand in a text; none is a cell.
NAMED = {
    *("column", "columns", "header", "features", "role", "roles", "other", "field", "mode", "known", "found"),
    *("line", "customers", "points", "missing", "size", "most", "most_megabytes", "fewest"),
    # Those that many customers share.
    "words",
    # Of the settings, which are the uploader's own words, and of the file as a whole.
    *("name", "fault", "where", "kind", "remedy", "file"),
}


def secret_rows(**changed: str) -> list[str]:
    """Customers whose cells all begin alike where that may be."""
    row = {"id": "secret{i}", "gender": "Male", "age": "{age}", "income": "{income}", "spending": "{spending}"}
    cells = ",".join((row | changed).values())
    return [cells.format(i=i, age=20 + i % 50, income=i * 7 % 90, spending=i * 11 % 97) for i in range(60)]


PACKED = gzip.compress(csv_of(*secret_rows()))
UNUSABLE = {
    "empty_file": b"",
    "binary_data": csv_of("secret\0"),
    "other_kind_of_file": b"\x89PNG secret",
    "archive_cut_short": PACKED[:-20],
    "damaged_archive": PACKED[:20] + b"\xff" * 20 + PACKED[40:],
    "unclosed_quote": csv_of(*secret_rows(), *secret_rows(id='"secret{i}')[:1]),
    "misplaced_quote": csv_of(*secret_rows(), *secret_rows(id='"secret{i}"s')[:1]),
    "overlong_line": csv_of(*secret_rows(), "secret" + "x" * 1_100_000),
    "only_overlong_rows": csv_of(*secret_rows(spending="1,secret,secret"), header=HEADER),
    "no_customers": csv_of(),
    "no_usable_row": csv_of(*secret_rows(income="secret")),
    "too_many_columns": csv_of("secret," * 5_000, header="a," * 5_000),
    "personal_column": csv_of(*secret_rows(age="secret{i}@example.org")),
    "no_numbers": csv_of(*(f"{i},secret,{'ab'[i % 2]}" for i in range(40)), header="No,Kind,Letter"),
    "too_few_points": csv_of(*secret_rows()[:5]),
    "feature_without_variation": csv_of(*secret_rows(income="15")),
    "fewer_than_min_cell_count": csv_of(*secret_rows()[:5]),
    "settings_column_missing": csv_of(*secret_rows()),
    "settings_role_beside_modes": b"",
}
SETTINGS = {
    "fewer_than_min_cell_count": b'{"min_cell_count": 50}',
    "settings_column_missing": b'{"columns": {"age": "Years"}}',
    "settings_role_beside_modes": b'{"columns": {"age": "Age"}, "modes": {"bivariate": ["a", "b"], '
    b'"multivariate": ["a", "b"]}}',
}


def example(refusal: Callable[..., UnusableFileError]) -> UnusableFileError:
    kinds_of_parts = {"int": 1_234, "str": "A", "Sequence[str]": ["A", "B"]}
    parameters = inspect.signature(refusal).parameters
    parts = {name: kinds_of_parts[one.annotation] for name, one in parameters.items()}
    return refusal(**parts | ({"remedy": "Do this."} if "remedy" in parts else {}))


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_refusal_is_two_sentences_and_a_code(code):
    error = example(CATALOGUE[code])

    assert error.code == code
    assert error.reason.endswith(".")
    assert error.remedy.endswith(".")
    assert not error.detail or error.detail.endswith(".")
    assert set(inspect.signature(CATALOGUE[code]).parameters) <= NAMED


def test_the_remedies_for_other_kinds_of_files_are_sentences():
    assert all(remedy.endswith(".") for _, remedy in (*kinds._MAGIC.values(), *kinds._IN_ZIP.values()))


def test_codes_are_unique_and_each_is_raised_somewhere():
    found = [one for text in SOURCES.values() for one in re.findall(r"\b(settings_)?refusals\.([a-z]\w+)", text)]
    entered = [one for text in SOURCES.values() for one in re.findall(r"^@_?refusal$|= _fixed\(", text, re.MULTILINE)]

    assert len(entered) == len(CATALOGUE)
    assert {prefix + name for prefix, name in found} == CATALOGUE.keys()


def test_no_text_of_a_refusal_stands_elsewhere():
    makes = re.compile(r"(?<!class )(?<!Misplaced)\bUnusableFileError\(")

    assert [name for name, text in SOURCES.items() if makes.search(text)] == ["segmentation/refusals.py"]


@pytest.mark.parametrize("code", UNUSABLE)
def test_a_refusal_has_its_code_and_quotes_no_cell(code):
    with pytest.raises(UnusableFileError) as refused:
        finished(UNUSABLE[code], settings=Settings.parse(SETTINGS.get(code, b"{}")))

    assert refused.value.code == code
    assert "secret" not in str(refused.value)

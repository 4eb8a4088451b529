"""Stage 1, ingest: the bytes of a CSV to clean, canonical columns.

The only place that knows encodings, header names and bad values.
"""

import codecs
import csv
import io
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.errors import UnusableFileError

NUMERIC_ROLES = ("age", "income", "spending")
ROLES = ("age", "gender", "income", "spending")

_NAMES_OF_ROLE = {
    "age": {"age"},
    "gender": {"gender", "genre", "sex"},
    "income": {"income", "annualincome", "yearlyincome"},
    "spending": {"spendingscore", "spending"},
}
_WHAT_ROLE_IS = {
    "age": "the customer's age, such as 'Age'",
    "gender": "the customer's gender, such as 'Gender'",
    "income": "the customer's income, such as 'Annual Income (k$)'",
    "spending": "the customer's spending score, such as 'Spending Score (1-100)'",
}
# What is larger is a slip, and its square may be no number any more.
_LARGEST_NUMBER = 1e15
_SAVE_AS_CSV = "Open it in your spreadsheet, choose 'Save as' and 'CSV UTF-8 (comma delimited)', and upload that file."
_EXPORT_AS_CSV = "Export your customers as CSV from the program that holds them, and upload that file."
_MAGIC = {
    b"\x89PNG": ("a PNG picture", _EXPORT_AS_CSV),
    b"\xff\xd8\xff": ("a JPEG picture", _EXPORT_AS_CSV),
    b"GIF8": ("a GIF picture", _EXPORT_AS_CSV),
    b"%PDF": ("a PDF document", _EXPORT_AS_CSV),
    b"PK\x03\x04": ("an Excel workbook or another zip archive", _SAVE_AS_CSV),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", _SAVE_AS_CSV),
    b"\x1f\x8b": ("a gzip archive", "Unpack it, and upload the CSV that is in it."),
}
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True)
class Feature:
    """One canonical column: its role and how the file calls it.

    Parameters
    ----------
    role : str
        One of `ROLES`.
    label : str
        The header of the column in the file, such as ``Annual Income (k$)``.
    categories : tuple of str
        The values of a categorical feature in the order of their codes; empty for a numeric one.
    """

    role: str
    label: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Customers:
    """The content of one upload.

    Parameters
    ----------
    cells : pandas.DataFrame, shape (n_rows, n_columns)
        Every row and column of the file, as text, untouched.
    features : tuple of Feature
        What the columns of `values` are.
    values : ndarray of float64, shape (n_rows, n_features)
        The canonical columns; a categorical feature as the index of its category, NaN where a value cannot be used.
    """

    cells: pd.DataFrame
    features: tuple[Feature, ...]
    values: npt.NDArray[np.float64]

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Whether each row has a value for every feature, shape (n_rows,)."""
        usable: npt.NDArray[np.bool_] = np.asarray(~np.isnan(self.values).any(axis=1))
        return usable


def read_customers(data: bytes) -> Customers:
    r"""Read a CSV of customers.

    Parameters
    ----------
    data : bytes
        The content of the file: UTF-8, with or without a byte order mark, with commas.

    Returns
    -------
    Customers
        Its rows, and the canonical columns found in them.

    Raises
    ------
    UnusableFileError
        If the bytes are no CSV text, or a required column is missing or ambiguous.

    Examples
    --------
    >>> customers = read_customers(b"Gender,Age,Annual Income (k$),Spending Score (1-100)\nMale,19,15,39\n")
    >>> [feature.label for feature in customers.features]
    ['Age', 'Gender', 'Annual Income (k$)', 'Spending Score (1-100)']
    >>> customers.values
    array([[19.,  0., 15., 39.]])
    """
    cells = _parse(_decode(data))
    columns = _columns_by_role([str(name) for name in cells.columns])
    features, values = [], np.empty((len(cells), len(ROLES)))
    for i, role in enumerate(ROLES):
        text = cells.iloc[:, columns[role]].str.strip()
        label = str(cells.columns[columns[role]])
        if role in NUMERIC_ROLES:
            features.append(Feature(role, label))
            values[:, i] = _numbers(text)
        else:
            categories = tuple(sorted(set(text) - {"", "?"}))
            features.append(Feature(role, label, categories))
            values[:, i] = text.map({name: code for code, name in enumerate(categories)}).astype(float)
    customers = Customers(cells, tuple(features), values)
    _check_usable(customers)
    return customers


def _decode(data: bytes) -> str:
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise UnusableFileError("The file is empty.", "Upload a CSV with a header line and one line for each customer.")
    for magic, (what, remedy) in _MAGIC.items():
        if data.startswith(magic):
            raise UnusableFileError(f"The file is {what}, not a CSV.", remedy)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableFileError(f"Line {line} of the file is not UTF-8 text.", _SAVE_AS_CSV) from None
    if "\0" in text:
        raise UnusableFileError("The file holds binary data, not text.", _EXPORT_AS_CSV)
    return text


def _parse(text: str) -> pd.DataFrame:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    begun = 1
    try:
        header = next(row for row in lines if row)
        _check_separator(header)
        rows = []
        begun = lines.line_num + 1
        for row in lines:
            begun = lines.line_num + 1
            if not row:
                continue
            if len(row) != len(header):
                raise UnusableFileError(
                    f"Line {lines.line_num} has {len(row)} cells where the header has {len(header)}.",
                    "Put cells that hold a comma in double quotes, and give every line the same number of cells.",
                )
            rows.append(row)
    except csv.Error as error:
        raise UnusableFileError(
            f"The row that begins in line {begun} cannot be read as CSV: {error}.",
            "Close every quote that is opened, and double a quote that stands inside a quoted cell.",
        ) from None
    if not rows:
        raise UnusableFileError("The file has a header but no customers.", "Add one line for each customer.")
    return pd.DataFrame(rows, columns=header, dtype=str)


def _check_separator(header: list[str]) -> None:
    if len(header) == 1:
        for separator, name in _OTHER_SEPARATORS.items():
            if separator in header[0]:
                raise UnusableFileError(f"The cells of the file are separated by {name}, not by commas.", _SAVE_AS_CSV)


def _normalise(name: str) -> str:
    without_unit = re.sub(r"\(.*?\)|\[.*?\]", " ", name)
    return "".join(re.findall(r"[a-z]", without_unit.lower()))


def _columns_by_role(header: list[str]) -> dict[str, int]:
    """Return the position of the column that has each role."""
    found = {role: [i for i, name in enumerate(header) if _normalise(name) in _NAMES_OF_ROLE[role]] for role in ROLES}
    for role, columns in found.items():
        if len(columns) > 1:
            names = " and ".join(f"'{header[i]}'" for i in columns)
            raise UnusableFileError(
                f"The columns {names} could each be {_WHAT_ROLE_IS[role]}.", "Rename or remove all but one of them."
            )
    missing = [_WHAT_ROLE_IS[role] for role, columns in found.items() if not columns]
    if missing:
        # Not for everybody: where a file has no header, these are the first customer's cells.
        names = ", ".join(f"'{name}'" for name in header)
        raise UnusableFileError(
            f"There is no column for {', nor for '.join(missing)}.",
            "Add what is missing, or rename the columns that hold it; the first line must name the columns.",
            f"The columns found are {names}.",
        )
    return {role: columns[0] for role, columns in found.items()}


def _check_usable(customers: Customers) -> None:
    """Refuse a file of which no row can be used, naming the column at fault and what stands in it."""
    if customers.usable.any():
        return
    unusable = np.isnan(customers.values)
    column = int(unusable.sum(axis=0).argmax())
    row = int(unusable[:, column].argmax())
    feature = customers.features[column]
    example = customers.cells[feature.label].iloc[row]
    raise UnusableFileError(
        f"No row can be used: {unusable[:, column].sum()} of {len(unusable)} have no value that can be read in "
        f"'{feature.label}'.",
        "Write numbers plainly, such as 54 or 15000.50, and fill the empty cells.",
        f"The first of those cells holds '{example}'.",
    )


def _numbers(text: pd.Series) -> npt.NDArray[np.float64]:
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float, copy=True)
    numbers[~(np.abs(numbers) <= _LARGEST_NUMBER)] = np.nan
    return numbers

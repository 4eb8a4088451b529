"""Every refusal of a file: its code, which is the name of its function, its reason and its remedy.

A code is for the log: it says what was wrong and never quotes the file. Texts name columns and lines, never a cell.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec

from segmentation.errors import UnusableFileError, shortened
from segmentation.rounding import plural

EXPORT_AS_CSV = "Export your customers as CSV from the program that holds them, and upload that file."
SAVE_AS_CSV = "Open it in your spreadsheet, choose 'Save as' and 'CSV UTF-8 (comma delimited)', and upload that file."
UNPACK = "Unpack it, and upload the CSV that is in it; of archives, only gzip (.csv.gz) is read."
_COMPRESS_AGAIN = "Compress the CSV again, or upload it as it is."
_CLOSE_QUOTES = "Close every quote that is opened, and double a quote that stands inside a quoted cell."
_LARGER_UPLOADS = "Split it into several files, or deploy with a larger max_upload_mb, and enough timeout_seconds."

Parts = ParamSpec("Parts")
# By code.
CATALOGUE: dict[str, Callable[..., UnusableFileError]] = {}


def refusal(texts: Callable[Parts, tuple[str, ...]], prefix: str = "") -> Callable[Parts, UnusableFileError]:
    """Enter a refusal into the catalogue.

    Parameters
    ----------
    texts : callable
        Returns the reason, the remedy and perhaps the detail of the refusal.
    prefix : str
        What its code has before the name of the function.
    """
    code = prefix + texts.__name__
    signature = inspect.signature(texts)

    @wraps(texts)
    def made(*parts: Parts.args, **named: Parts.kwargs) -> UnusableFileError:
        column = signature.bind(*parts, **named).arguments.get("column", "")
        return UnusableFileError(*texts(*parts, **named), code=code, column=column)

    CATALOGUE[code] = made
    return made


def _fixed(code: str, reason: str, remedy: str) -> Callable[[], UnusableFileError]:
    """Enter a refusal whose texts are always the same into the catalogue."""
    CATALOGUE[code] = lambda: UnusableFileError(reason, remedy, code=code)
    return CATALOGUE[code]


# --- what is no CSV ---


empty_file = _fixed(
    "empty_file", "The file is empty.", "Upload a CSV with a header line and one line for each customer."
)
binary_data = _fixed("binary_data", "The file holds binary data, not text.", EXPORT_AS_CSV)


@refusal
def other_kind_of_file(kind: str, remedy: str) -> tuple[str, ...]:
    """Refuse a picture, a workbook, an archive and the like."""
    return f"The file is {kind}, not a CSV.", remedy


unsure_encoding = _fixed(
    "unsure_encoding", "The file has letters in an encoding that cannot be told for sure.", SAVE_AS_CSV
)
archive_cut_short = _fixed("archive_cut_short", "The gzip archive ends before its content does.", _COMPRESS_AGAIN)
damaged_archive = _fixed("damaged_archive", "The gzip archive is damaged.", _COMPRESS_AGAIN)


# --- rows ---


@refusal
def unclosed_quote(line: int) -> tuple[str, ...]:
    """Refuse a quote after which no other comes."""
    return f"{_unreadable_row(line)} a quote is opened and never closed.", _CLOSE_QUOTES


@refusal
def misplaced_quote(line: int) -> tuple[str, ...]:
    """Refuse a quoted cell that goes on after its quote."""
    return f"{_unreadable_row(line)} a quote that opens a cell closes before its end.", _CLOSE_QUOTES


@refusal
def rows_in_a_quote(line: int) -> tuple[str, ...]:
    """Refuse a quoted cell that has swallowed others, as after a quote that means "as above"."""
    return (
        f"{_unreadable_row(line)} in a quoted cell of it stand cells of its own, or other customers.",
        "Close every quote that is opened; where a quote means the same as above, write that again.",
    )


@refusal
def overlong_line(line: int, most: int) -> tuple[str, ...]:
    """Refuse a line of too many characters."""
    return (
        f"Line {line} is longer than {most:,} characters.",
        "Check that the file is a CSV with one line for each customer.",
    )


only_overlong_rows = _fixed(
    "only_overlong_rows",
    "All lines have more cells than the header.",
    "Name every column in the header, and put cells that hold the separator in double quotes.",
)
no_customers = _fixed("no_customers", "The file has a header but no customers.", "Add one line for each customer.")


@refusal
def no_usable_row(missing: int, customers: int, column: str, line: int, words: Sequence[str] = ()) -> tuple[str, ...]:
    """Refuse a file of which every row is rejected; most of them for one column."""
    return (
        f"No row can be used: {missing} of {customers} have no value that can be read in "
        f"'{column}'; the first of them is in line {line}.",
        "Write numbers plainly, such as 54 or 15000.50, dates as 2026-01-31, and words in an order, such as your own "
        "levels, as 1, 2, 3; and fill the empty cells.",
        words_found(words),
    )


# --- columns ---


@refusal
def too_many_columns(columns: int, most: int) -> tuple[str, ...]:
    """Refuse a file that is too wide."""
    return (
        f"The file has {columns:,} columns; at most {most:,} are read.",
        "Keep the columns that describe the customers, and remove the others.",
    )


@refusal
def personal_column(column: str, kind: str) -> tuple[str, ...]:
    """Refuse e-mail addresses and the like as a feature."""
    return (
        f"The column '{column}' holds {kind}, which are never used as a feature.",
        "Choose another column, or give the right one this name.",
    )


@refusal
def no_numbers(header: Sequence[str]) -> tuple[str, ...]:
    """Refuse a file without two columns of numbers by which customers differ."""
    add = (
        "Add such columns; a line near the top must name them. Numbers that stand for something else can be used if "
        "settings.json names them."
    )
    separate = (
        "Separate the cells by commas, semicolons, tabs or bars, and put quotes around cells, not around whole lines."
    )
    return (
        "There are no two columns of numbers by which customers can be told apart, such as how much they spend, how "
        "often they buy, or when they last bought.",
        separate if len(header) == 1 else add,
        columns_found(header),
    )


@refusal
def too_many_categories(column: str, most: int) -> tuple[str, ...]:
    """Refuse a category that nearly every customer has one of their own of."""
    return (
        f"The column '{column}' holds more than {most} different values, too many for a category.",
        "Check that the right column bears this name, and that its values are spelled in one way.",
    )


# --- customers who make no segments ---


@refusal
def fewer_than_min_cell_count(customers: int, fewest: int) -> tuple[str, ...]:
    """Refuse a file of which the settings let nothing be published."""
    return (
        f"Of {plural(customers, 'customer')} nothing may be told: settings.json has a min_cell_count of {fewest:,}.",
        "Upload more customers, or set a smaller min_cell_count.",
    )


@refusal
def too_few_points(points: int, customers: int, features: Sequence[str], fewest: int) -> tuple[str, ...]:
    """Refuse customers who are too much alike, or too few, for as many segments as are tried."""
    what = "pairs" if len(features) == 2 else "combinations"
    return (
        f"Only {points} different {what} of {', '.join(features[:-1])} and {features[-1]} "
        f"could be read from {customers} usable rows; at least {fewest} are needed.",
        "Upload more customers, and check that the numbers are plain, such as 54 or 54.5.",
    )


@refusal
def feature_without_variation(column: str) -> tuple[str, ...]:
    """Refuse a feature in which all customers are alike."""
    return (
        f"Every customer has the same value in '{column}', so it cannot tell segments apart.",
        "Check that the export filled this column.",
    )


@refusal
def too_many_combinations(columns: Sequence[str], most: int) -> tuple[str, ...]:
    """Refuse categories that multiply to more points than there is room for."""
    labels = ", ".join(f"'{column}'" for column in columns)
    return (
        f"The categories of {labels} make more than {most:,} combinations.",
        "Name fewer of these columns in settings.json, or put rare values of theirs together.",
    )


# --- results of earlier runs ---


@refusal
def no_column_for_role(roles: Sequence[str], header: Sequence[str]) -> tuple[str, ...]:
    """Refuse a file that lacks what the segments of a model rest on."""
    return (
        f"There is no column for {', nor for '.join(roles)}.",
        "Add what is missing, or rename the columns that hold it; a line near the top must name the columns.",
        columns_found(header),
    )


@refusal
def not_a_result(file: str) -> tuple[str, ...]:
    """Refuse what was named as a `data.json` and is none."""
    return f"{file} is not the result of an earlier run.", "Name the data.json that an earlier run wrote."


@refusal
def members_of_another_result(file: str) -> tuple[str, ...]:
    """Refuse a `members.npz` of another run."""
    return f"{file} does not belong to the data.json beside it.", "Name a folder that one run has written."


model_of_another_version = _fixed(
    "model_of_another_version",
    "The model is no data.json of this version.",
    "Segment the customers anew, and use the data.json that this gives.",
)
model_that_places_nobody = _fixed(
    "model_that_places_nobody", "The model places nobody.", "Use a data.json as an earlier run wrote it."
)


@refusal
def unlike_units(known: str, found: str) -> tuple[str, ...]:
    """Refuse to score numbers that may be in another unit than the model's."""
    return (
        f"The model has '{known}', and the file has '{found}', which cannot be told to be in the same unit.",
        "Convert the column, and name its unit as the model does; or segment the customers anew.",
    )


# --- limits of the deployed function ---


out_of_time = _fixed(
    "out_of_time",
    "The file takes longer than the function may run.",
    "Split it into several files, or deploy with scale_out, or more timeout_seconds or memory_mb.",
)


@refusal
def too_large(size: int, most_megabytes: int) -> tuple[str, ...]:
    """Refuse an upload of too many bytes."""
    return (
        f"The file has {size / 10**6:,.0f} MB, more than the {most_megabytes:,} MB that are taken.",
        _LARGER_UPLOADS,
    )


@refusal
def too_large_unpacked(most_megabytes: int) -> tuple[str, ...]:
    """Refuse an archive that unpacks to too many bytes."""
    return f"The file unpacks to more than the {most_megabytes:,} MB that are taken.", _LARGER_UPLOADS


def _unreadable_row(line: int) -> str:
    return f"The row that begins in line {line} cannot be read as CSV:"


def columns_found(header: Sequence[str]) -> str:
    """Name the columns of a file, for the private detail of a refusal.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    """
    names = ", ".join(f"'{name}'" for name in header if name)
    return f"The columns found are {shortened(names)}." if names else "No line near the top names the columns."


def words_found(words: Sequence[str]) -> str:
    """Name the words of a column, for the private detail of a refusal.

    Parameters
    ----------
    words : sequence of str
        Words that many customers have.
    """
    return f"Among its words are {', '.join(repr(word) for word in words)}." if words else ""

"""Every refusal there is: its code, which is the name of its function, its reason and its remedy.

A code is for the log: it says what was wrong and never quotes the file. Texts name columns and lines, never a cell.
"""

from __future__ import annotations

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
_AS_IN_THE_FILE = "Write the header as it stands in the file, or remove that field."
_MEND_SETTINGS = (
    "Mend that in the settings, and upload them again; the README has examples under 'Other columns, other features'."
)
_LARGER_UPLOADS = "Split it into several files, or deploy with a larger max_upload_mb, and enough timeout_seconds."

Parts = ParamSpec("Parts")
# By code.
CATALOGUE: dict[str, Callable[..., UnusableFileError]] = {}


def _refusal(texts: Callable[Parts, tuple[str, ...]]) -> Callable[Parts, UnusableFileError]:
    """Enter into the catalogue what returns the reason, the remedy and perhaps the detail of a refusal."""
    code = texts.__name__

    @wraps(texts)
    def refusal(*parts: Parts.args, **named: Parts.kwargs) -> UnusableFileError:
        return UnusableFileError(*texts(*parts, **named), code=code)

    CATALOGUE[code] = refusal
    return refusal


# --- what is no CSV ---


@_refusal
def empty_file() -> tuple[str, ...]:
    """Refuse a file without a line that says anything."""
    return "The file is empty.", "Upload a CSV with a header line and one line for each customer."


@_refusal
def binary_data() -> tuple[str, ...]:
    """Refuse what is no text."""
    return "The file holds binary data, not text.", EXPORT_AS_CSV


@_refusal
def other_kind_of_file(kind: str, remedy: str) -> tuple[str, ...]:
    """Refuse a picture, a workbook, an archive and the like."""
    return f"The file is {kind}, not a CSV.", remedy


@_refusal
def unsure_encoding() -> tuple[str, ...]:
    """Refuse letters that could be others."""
    return "The file has letters in an encoding that cannot be told for sure.", SAVE_AS_CSV


@_refusal
def archive_cut_short() -> tuple[str, ...]:
    """Refuse an archive that lacks its end."""
    return "The gzip archive ends before its content does.", _COMPRESS_AGAIN


@_refusal
def damaged_archive() -> tuple[str, ...]:
    """Refuse an archive that cannot be unpacked."""
    return "The gzip archive is damaged.", _COMPRESS_AGAIN


# --- rows ---


@_refusal
def unclosed_quote(line: int) -> tuple[str, ...]:
    """Refuse a quote after which no other comes."""
    return f"{_unreadable_row(line)} a quote is opened and never closed.", _CLOSE_QUOTES


@_refusal
def misplaced_quote(line: int) -> tuple[str, ...]:
    """Refuse a quoted cell that goes on after its quote."""
    return f"{_unreadable_row(line)} a quote that opens a cell closes before its end.", _CLOSE_QUOTES


@_refusal
def rows_in_a_quote(line: int) -> tuple[str, ...]:
    """Refuse a quoted cell that has swallowed others, as after a quote that means "as above"."""
    return (
        f"{_unreadable_row(line)} in a quoted cell of it stand cells of its own, or other customers.",
        "Close every quote that is opened; where a quote means the same as above, write that again.",
    )


@_refusal
def overlong_line(line: int, most: int) -> tuple[str, ...]:
    """Refuse a line of too many characters."""
    return (
        f"Line {line} is longer than {most:,} characters.",
        "Check that the file is a CSV with one line for each customer.",
    )


@_refusal
def only_overlong_rows() -> tuple[str, ...]:
    """Refuse a file without a row that fits its header."""
    return (
        "All lines have more cells than the header.",
        "Name every column in the header, and put cells that hold the separator in double quotes.",
    )


@_refusal
def no_customers() -> tuple[str, ...]:
    """Refuse a header with nothing below."""
    return "The file has a header but no customers.", "Add one line for each customer."


@_refusal
def no_usable_row(missing: int, customers: int, column: str, line: int) -> tuple[str, ...]:
    """Refuse a file of which every row is rejected; most of them for one column."""
    return (
        f"No row can be used: {missing} of {customers} have no value that can be read in "
        f"'{column}'; the first of them is in line {line}.",
        "Write numbers plainly, such as 54 or 15000.50, and fill the empty cells.",
    )


# --- columns ---


@_refusal
def too_many_columns(columns: int, most: int) -> tuple[str, ...]:
    """Refuse a file that is too wide."""
    return (
        f"The file has {columns:,} columns; at most {most:,} are read.",
        "Keep the columns that describe the customers, and remove the others.",
    )


@_refusal
def personal_column(column: str, kind: str) -> tuple[str, ...]:
    """Refuse e-mail addresses and the like as a feature."""
    return (
        f"The column '{column}' holds {kind}, which are never used as a feature.",
        "Choose another column, or give the right one this name.",
    )


@_refusal
def no_column_for_role(roles: Sequence[str], header: Sequence[str]) -> tuple[str, ...]:
    """Refuse a file that lacks what every segmentation is made of."""
    add = (
        "Add what is missing, or rename the columns that hold it, or name them in settings.json; "
        "a line near the top must name the columns."
    )
    separate = (
        "Separate the cells by commas, semicolons, tabs or bars, and put quotes around cells, not around whole lines."
    )
    return (
        f"There is no column for {', nor for '.join(roles)}.",
        separate if len(header) == 1 else add,
        _columns_found(header),
    )


@_refusal
def columns_with_one_name(columns: Sequence[str], role: str) -> tuple[str, ...]:
    """Refuse columns of one name, any of which might be meant."""
    return _several_columns(columns, role), "Remove or rename all but one of them."


@_refusal
def columns_for_one_role(columns: Sequence[str], role: str) -> tuple[str, ...]:
    """Refuse columns of different names, any of which might be meant."""
    return (
        _several_columns(columns, role),
        'Rename or remove all but one of them, or name the right one in settings.json under "columns".',
    )


@_refusal
def too_many_categories(column: str, most: int) -> tuple[str, ...]:
    """Refuse a category that nearly every customer has one of their own of."""
    return (
        f"The column '{column}' holds more than {most} different values, too many for a category.",
        "Check that the right column bears this name, and that its values are spelled in one way.",
    )


# --- settings.json, by itself and beside a file ---


@_refusal
def settings_too_large(size: int, most: int) -> tuple[str, ...]:
    """Refuse settings of too many bytes."""
    return f"settings.json has {size:,} bytes, more than the {most:,} that are taken.", _MEND_SETTINGS


@_refusal
def settings_not_utf_8() -> tuple[str, ...]:
    """Refuse settings that are no text."""
    return "settings.json is not UTF-8 text.", _MEND_SETTINGS


@_refusal
def settings_not_json(where: str) -> tuple[str, ...]:
    """Refuse settings that are no JSON."""
    return f"settings.json is not JSON{where}.", _MEND_SETTINGS


@_refusal
def settings_not_as_the_schema(field: str, fault: str) -> tuple[str, ...]:
    """Refuse a field that the schema of the settings has otherwise, or not at all."""
    return f"settings.json: {f'{field}: ' if field else ''}{fault}.", _MEND_SETTINGS


@_refusal
def settings_role_beside_modes(role: str) -> tuple[str, ...]:
    """Refuse settings that say twice what the features are."""
    return f"settings.json: columns.{role}: where modes names the features, only id has a role.", _MEND_SETTINGS


@_refusal
def settings_bounds_crossed(column: str) -> tuple[str, ...]:
    """Refuse bounds between which no number lies."""
    return f"settings.json: the minimum of '{column}' is greater than its maximum.", _MEND_SETTINGS


@_refusal
def settings_name_twice(mode: str, name: str) -> tuple[str, ...]:
    """Refuse one name for two segments."""
    return f"settings.json: names.{mode}: two segments are called '{name}'.", _MEND_SETTINGS


@_refusal
def settings_column_missing(field: str, name: str, header: Sequence[str]) -> tuple[str, ...]:
    """Refuse settings that name a column that is not there."""
    return (
        f"settings.json: {field} names '{shortened(name)}', but no column of the file is called so.",
        _AS_IN_THE_FILE,
        _columns_found(header),
    )


@_refusal
def settings_column_ambiguous(field: str, name: str, header: Sequence[str]) -> tuple[str, ...]:
    """Refuse settings that name several columns at once."""
    return (
        f"settings.json: {field} names '{shortened(name)}', but several columns of the file are called so.",
        _AS_IN_THE_FILE,
        _columns_found(header),
    )


@_refusal
def settings_column_for_two_roles(role: str, other: str, column: str) -> tuple[str, ...]:
    """Refuse settings that give one column two roles."""
    return (
        f"settings.json: columns.{role} and columns.{other} name the same column, '{column}'.",
        "Name a column of its own for each.",
    )


@_refusal
def settings_feature_twice(field: str, column: str) -> tuple[str, ...]:
    """Refuse a mode that has one feature twice."""
    return f"settings.json: {field} names '{column}' for the second time.", "Name it once."


@_refusal
def settings_axis_not_numeric(field: str, column: str) -> tuple[str, ...]:
    """Refuse words as an axis of a chart."""
    return (
        f"settings.json: {field} names '{column}', whose values are no numbers.",
        "Choose two numeric columns for the bivariate mode.",
    )


# --- customers who make no segments ---


@_refusal
def fewer_than_min_cell_count(customers: int, fewest: int) -> tuple[str, ...]:
    """Refuse a file of which the settings let nothing be published."""
    return (
        f"Of {plural(customers, 'customer')} nothing may be told: settings.json has a min_cell_count of {fewest:,}.",
        "Upload more customers, or set a smaller min_cell_count.",
    )


@_refusal
def too_few_points(points: int, customers: int, features: Sequence[str], fewest: int) -> tuple[str, ...]:
    """Refuse customers who are too much alike, or too few, for as many segments as are tried."""
    what = "pairs" if len(features) == 2 else "combinations"
    return (
        f"Only {points} different {what} of {', '.join(features[:-1])} and {features[-1]} "
        f"could be read from {customers} usable rows; at least {fewest} are needed.",
        "Upload more customers, and check that the numbers are plain, such as 54 or 54.5.",
    )


@_refusal
def feature_without_variation(column: str) -> tuple[str, ...]:
    """Refuse a feature in which all customers are alike."""
    return (
        f"Every customer has the same value in '{column}', so it cannot tell segments apart.",
        "Check that the export filled this column.",
    )


@_refusal
def too_many_combinations(columns: Sequence[str], most: int) -> tuple[str, ...]:
    """Refuse categories that multiply to more points than there is room for."""
    labels = ", ".join(f"'{column}'" for column in columns)
    return (
        f"The categories of {labels} make more than {most:,} combinations.",
        "Name fewer of these columns in settings.json, or put rare values of theirs together.",
    )


# --- results of earlier runs ---


@_refusal
def not_a_result(file: str) -> tuple[str, ...]:
    """Refuse what was named as a `data.json` and is none."""
    return f"{file} is not the result of an earlier run.", "Name the data.json that an earlier run wrote."


@_refusal
def members_of_another_result(file: str) -> tuple[str, ...]:
    """Refuse a `members.npz` of another run."""
    return f"{file} does not belong to the data.json beside it.", "Name a folder that one run has written."


@_refusal
def model_of_another_version() -> tuple[str, ...]:
    """Refuse a model that other releases have written."""
    return (
        "The model is no data.json of this version.",
        "Segment the customers anew, and use the data.json that this gives.",
    )


@_refusal
def model_that_places_nobody() -> tuple[str, ...]:
    """Refuse a model that lacks what customers are placed by."""
    return "The model places nobody.", "Use a data.json as an earlier run wrote it."


@_refusal
def unlike_units(known: str, found: str) -> tuple[str, ...]:
    """Refuse to score numbers that may be in another unit than the model's."""
    return (
        f"The model has '{known}', and the file has '{found}', which cannot be told to be in the same unit.",
        "Convert the column, and name its unit as the model does; or segment the customers anew.",
    )


# --- limits of the deployed function ---


@_refusal
def out_of_time() -> tuple[str, ...]:
    """Refuse a file that takes too long."""
    return (
        "The file takes longer than the function may run.",
        "Split it into several files, or deploy with scale_out, or more timeout_seconds or memory_mb.",
    )


@_refusal
def too_large(size: int, most_megabytes: int) -> tuple[str, ...]:
    """Refuse an upload of too many bytes."""
    return (
        f"The file has {size / 10**6:,.0f} MB, more than the {most_megabytes:,} MB that are taken.",
        _LARGER_UPLOADS,
    )


@_refusal
def too_large_unpacked(most_megabytes: int) -> tuple[str, ...]:
    """Refuse an archive that unpacks to too many bytes."""
    return f"The file unpacks to more than the {most_megabytes:,} MB that are taken.", _LARGER_UPLOADS


def _unreadable_row(line: int) -> str:
    return f"The row that begins in line {line} cannot be read as CSV:"


def _several_columns(columns: Sequence[str], role: str) -> str:
    names = " and ".join(f"'{column}'" for column in columns)
    return f"The columns {names} could each be {role}."


def _columns_found(header: Sequence[str]) -> str:
    """Name the columns of a file, for the private detail of a refusal."""
    names = ", ".join(f"'{name}'" for name in header if name)
    return f"The columns found are {shortened(names)}." if names else "No line near the top names the columns."

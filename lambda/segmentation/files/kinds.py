"""Files that are not CSV: pictures, documents, archives, databases, web pages."""

from __future__ import annotations

import re

from segmentation import refusals
from segmentation.refusals import EXPORT_AS_CSV, SAVE_AS_CSV, UNPACK

_MAGIC = {
    b"\x89PNG": ("a PNG picture", EXPORT_AS_CSV),
    b"\xff\xd8\xff": ("a JPEG picture", EXPORT_AS_CSV),
    b"GIF8": ("a GIF picture", EXPORT_AS_CSV),
    b"RIFF": ("a WebP picture, a sound or a film", EXPORT_AS_CSV),
    b"II*\0": ("a TIFF picture", EXPORT_AS_CSV),
    b"MM\0*": ("a TIFF picture", EXPORT_AS_CSV),
    b"%PDF": ("a PDF document", EXPORT_AS_CSV),
    b"{\\rtf": ("a text document (RTF)", SAVE_AS_CSV),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", SAVE_AS_CSV),
    b"PAR1": ("a Parquet file", EXPORT_AS_CSV),
    b"SQLite format 3": ("an SQLite database", EXPORT_AS_CSV),
    b"BZh": ("a bzip2 archive", UNPACK),
    b"\xfd7zXZ": ("an xz archive", UNPACK),
    b"7z\xbc\xaf": ("a 7-Zip archive", UNPACK),
    b"Rar!": ("a RAR archive", UNPACK),
    b"\x28\xb5\x2f\xfd": ("a Zstandard archive", UNPACK),
    b"\x1f\x8b": ("a gzip archive in a gzip archive", "Unpack it once, and upload what is in it."),
}
_ZIP = b"PK\x03\x04"
# By what is named near the beginning of the archive.
_IN_ZIP = {
    b"xl/": ("an Excel workbook", SAVE_AS_CSV),
    b"opendocument.spreadsheet": ("a LibreOffice spreadsheet", SAVE_AS_CSV),
    b"Index/": (
        "an Apple Numbers spreadsheet",
        "Open it in Numbers, choose 'Export to' and 'CSV', and upload that file.",
    ),
    b"word/": ("a Word document", EXPORT_AS_CSV),
    b"[Content_Types].xml": ("an Excel workbook or another Office document", SAVE_AS_CSV),
}
_MARKUP = (
    (re.compile(r"<[!?a-zA-Z]"), "a web page or XML"),
    (re.compile(r"\[?\s*\{"), "JSON"),
)


def refuse_binary(text: bytes) -> None:
    """Refuse a text with a NUL byte.

    Parameters
    ----------
    text : bytes
        Text in UTF-8.

    Raises
    ------
    UnusableFileError
        If it has one.
    """
    if b"\0" in text:
        raise refusals.binary_data()


def check_markup(text: str) -> None:
    """Refuse web pages, XML and JSON.

    Parameters
    ----------
    text : str
        Beginning of the file.

    Raises
    ------
    UnusableFileError
        If it is one of these.
    """
    for sign, what in _MARKUP:
        if sign.match(text.lstrip()):
            raise refusals.other_kind_of_file(what, EXPORT_AS_CSV)


def refuse_other_kinds(head: bytes) -> None:
    """Refuse files whose first bytes are those of another format.

    Parameters
    ----------
    head : bytes
        Beginning of the file.

    Raises
    ------
    UnusableFileError
        If it is another kind of file.
    """
    for magic, (what, remedy) in _MAGIC.items():
        if head.startswith(magic):
            raise refusals.other_kind_of_file(what, remedy)
    if head.startswith(_ZIP):
        what, remedy = next((kind for sign, kind in _IN_ZIP.items() if sign in head), ("a zip archive", UNPACK))
        raise refusals.other_kind_of_file(what, remedy)

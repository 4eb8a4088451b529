"""Bytes to records of text: other kinds of files, encodings, quotes and line breaks. It knows no column."""

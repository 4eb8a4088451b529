"""Bytes to records of text: other kinds of files, encodings, quotes and line breaks. Independent of columns."""

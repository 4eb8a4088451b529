"""Tables such as people have: the headers of public customer files, generated rows, and the roles that are right.

Each file in `tables/` holds some tables, written like this::

    == gym
    @ separator=; encoding=cp1252
    Member No : id M-0001
    Sex : words F|M ; gender
    Mobile | E-mail : email
    Days since last visit : about 3 20 90 ; + recency
    Paid so far : about 900.00 120.00 400.00 as eu ; + money
    Cluster : code 0 1 2
    -> Days since last visit × Paid so far

A line names columns, what is in them (the methods of `_Rows`), and, behind a semicolon, what is right: their meaning,
`+` where the multivariate features must hold them, as they must a gender, `-` where they may never be a feature. What
is no number never may, unless there is a `?`. Each line with an arrow names the axes that a marketer would choose, with
alternatives between bars, in this order, or in any where the arrow has two heads.
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

_FOLDER = Path(__file__).parent / "tables"
_TODAY = date(2024, 6, 30)
# How far the customers of a group are from each other, as a share of what is usual in the group.
_NOISE = 0.35
_GROUPS = (0.3, 0.3, 0.25, 0.15)
# What numbers of a column may be features at all.
_NUMBERS = {"about", "between", "skewed", "sum", "times", "year", "date", "ago", "half"}
_SEPARATORS = {"tab": "\t", "space": " "}
_FIRST = "Ana Ben Chloé Dirk Elif Femke Giulia Hugo Ines Jonas Kenji Léa Marta Nils Olga Paul Rosa Sven Tomás Yuki"
_LAST = "Alves Becker Costa Dubois Ek Ferrari García Haas Ito Jansen Kaya Lind Moreau Novak Okafor Park Rossi"
_CITIES = "Lisbon Lyon Graz Turin Ghent Izmir Osaka Porto Cádiz Kiel Leeds Austin"
_PHRASES = "asks for the invoice|prefers to be called|wants the blue one|came back twice|moved last year|likes our shop"


@dataclass(frozen=True)
class Table:
    """A table of customers, and what is right for it.

    Parameters
    ----------
    name : str
        Its name.
    options : dict of str to str
        ``separator``, ``encoding`` and number of ``rows``.
    columns : dict of str to str
        By header, what its cells are.
    axes : list of (tuple of str, tuple of str)
        Pairs that a marketer would choose: the possible headers of the first axis, and those of the second.
    expected : set of str
        What the multivariate features must hold.
    never : set of str
        What may not be a feature.
    meanings : dict of str to str
        By header, what its values mean.
    """

    name: str
    options: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    axes: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    meanings: dict[str, str] = field(default_factory=dict)

    def accepts(self, x: str, y: str) -> bool:
        """Return whether a marketer would choose these axes."""
        return any(x in first and y in second for first, second in self.axes)

    def data(self) -> bytes:
        """Return the file, the same each time."""
        rows = _Rows(zlib.crc32(self.name.encode()), int(self.options.get("rows", "180")), self.columns)
        text = io.StringIO(newline="")
        separator = self.options.get("separator", ",")
        writer = csv.writer(text, delimiter=_SEPARATORS.get(separator, separator), lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows(zip(*(rows.cells(header) for header in self.columns), strict=True))
        return text.getvalue().encode(self.options.get("encoding", "utf-8"))


@cache
def public_tables(folder: Path = _FOLDER) -> dict[str, Table]:
    """Return all tables of a folder by their names."""
    found = [table for path in sorted(folder.glob("*.txt")) for table in _tables(path.read_text(encoding="utf-8"))]
    assert len({table.name for table in found}) == len(found), "two tables have one name"
    return {table.name: table for table in found}


def _tables(text: str) -> Iterator[Table]:
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        name, *lines = filter(None, map(str.strip, part.splitlines()))
        table = Table(name)
        for line in lines:
            _add(line, table)
        named = {header for pair in table.axes for headers in pair for header in headers}
        assert named <= {*table.columns}, f"{name}: {named - {*table.columns}}"
        assert table.axes, f"{name} says nothing of its axes"
        yield table


def _add(line: str, table: Table) -> None:
    if line.startswith("#"):
        return
    if line.startswith("@ "):
        table.options.update(option.split("=", 1) for option in line[2:].split())
    elif line.startswith(("-> ", "<-> ")):
        x, y = (tuple(map(str.strip, axis.split(" | "))) for axis in line.partition(" ")[2].split(" × "))
        table.axes.extend([(x, y), (y, x)] if line.startswith("<") else [(x, y)])
    else:
        names, what = line.split(" : ", 1)
        kind, _, right = what.partition(" ; ")
        for header in map(str.strip, names.split(" | ")):
            assert header not in table.columns, f"{table.name}: {header} twice"
            table.columns[header] = kind.strip()
            for word in right.split():
                if word not in ("+", "-", "?"):
                    table.meanings[header] = word
            if "-" in right or (kind.split()[0] not in _NUMBERS and right not in ("gender", "?")):
                table.never.add(header)
            if "+" in right or right == "gender":
                table.expected.add(header)


class _Rows:
    """Cells of a table, from seeded chance.

    Parameters
    ----------
    seed : int
        Determines all cells.
    n : int
        Number of customers.
    columns : dict of str to str
        By header, what its cells are: the name of a method, and its arguments.
    """

    def __init__(self, seed: int, n: int, columns: dict[str, str]) -> None:
        self._chance = np.random.default_rng(seed)
        self._n = n
        self._columns = columns
        self._group = self._chance.choice(len(_GROUPS), n, p=_GROUPS)
        self._numbers: dict[str, np.ndarray] = {}

    def cells(self, header: str) -> list[str]:
        """Return the cells of a column."""
        what, *modifiers = re.split(r" (?=(?:as|missing|decimals) \S+(?: |$))", self._columns[header])
        kind, _, arguments = what.partition(" ")
        told = dict(modifier.split() for modifier in modifiers)
        found = getattr(self, kind)(arguments)
        if isinstance(found, np.ndarray):
            self._numbers[header] = found
            decimals = int(told.get("decimals", _decimals(arguments)))
            style = _STYLES[told["as"]] if "as" in told else str
            found = [style(f"{value:.{decimals}f}") for value in found.round(decimals) + 0.0]
        if "missing" in told:
            missing = self._chance.random(self._n) < float(told["missing"]) / 100
            found = ["" if gone else cell for cell, gone in zip(found, missing, strict=True)]
        return found

    # --- numbers ---

    def about(self, centres: str) -> np.ndarray:
        """Return numbers around that of each customer's group, never below 0."""
        usual = np.array(list(map(float, centres.split())))
        own = usual[self._group % len(usual)]
        return np.maximum(own * (1 + _NOISE * self._chance.standard_normal(self._n)), 0.0)

    def between(self, ends: str) -> np.ndarray:
        """Return numbers from a range, each as likely."""
        low, high = map(float, ends.split())
        half = 0.5 * 10.0 ** -_decimals(ends)
        return self._chance.uniform(low - 0.99 * half, high + 0.99 * half, self._n)

    def year(self, ends: str) -> np.ndarray:
        """Return years from a range."""
        return self.between(ends)

    def skewed(self, median: str) -> np.ndarray:
        """Return numbers of which a few are far above the others."""
        return float(median) * np.exp(0.9 * self._chance.standard_normal(self._n))

    def half(self, ends: str) -> np.ndarray:
        """Return numbers from a range, but 0 for every other customer."""
        return self.between(ends) * self._chance.integers(0, 2, self._n)

    def sum(self, headers: str) -> np.ndarray:
        """Return the sum of columns before this one."""
        return np.sum([self._numbers[header] for header in headers.split(" | ")], axis=0)

    def times(self, arguments: str) -> np.ndarray:
        """Return nearly the numbers of a column before this one, times a factor."""
        factor, header = arguments.split(" ", 1)
        return self._numbers[header] * float(factor) * self._chance.uniform(0.98, 1.02, self._n)

    # --- days ---

    def date(self, arguments: str) -> list[str]:
        """Return days of some years."""
        first, last, *form = arguments.split(" ", 2)
        days = self._chance.integers(0, 365 * (int(last) - int(first) + 1), self._n)
        return [_written(date(int(first), 1, 1) + timedelta(int(day)), form) for day in days]

    def ago(self, arguments: str) -> list[str]:
        """Return days that are so long ago, by group."""
        days = re.match(r"[\d ]+", arguments).group()  # type: ignore[union-attr]
        form = arguments[len(days) :].strip()
        return [_written(_TODAY - timedelta(int(day)), [form] if form else []) for day in self.about(days)]

    # --- what identifies, or is for people to read ---

    def id(self, first: str) -> list[str]:
        """Return ids that count from the first one."""
        before, number, behind = re.fullmatch(r"(.*?)(\d+)(\D*)", first or "1").groups()  # type: ignore[union-attr]
        return [f"{before}{int(number) + i:0{len(number)}}{behind}" for i in range(self._n)]

    def row(self, first: str) -> list[str]:
        """Return the numbers of the rows."""
        return self.id(first or "0")

    def uuid(self, length: str) -> list[str]:
        """Return ids of hexadecimal digits."""
        digits = self._chance.integers(0, 16, (self._n, int(length or 32)))
        return ["".join(f"{digit:x}" for digit in row) for row in digits]

    def email(self, _: str) -> list[str]:
        return [f"{name.lower()}{i}@example.com" for i, name in enumerate(self._picked(_FIRST.split()))]

    def phone(self, _: str) -> list[str]:
        return [f"+49 30 {number}" for number in self._chance.integers(10**6, 10**7, self._n)]

    def name(self, _: str) -> list[str]:
        return [f"{first} {last}" for first, last in zip(self.first(""), self.last(""), strict=True)]

    def first(self, _: str) -> list[str]:
        return self._picked(_FIRST.split())

    def last(self, _: str) -> list[str]:
        return self._picked(_LAST.split())

    def address(self, _: str) -> list[str]:
        return [f"{number} {name} Street" for name, number in zip(self.last(""), self.id("1"), strict=True)]

    def zip(self, _: str) -> list[str]:
        return [f"{number}" for number in self._chance.integers(10**4, 10**5, self._n)]

    def city(self, _: str) -> list[str]:
        return self._picked(_CITIES.split())

    def text(self, _: str) -> list[str]:
        parts = self._picked(_PHRASES.split("|")), self._picked(_PHRASES.split("|")), self.id("1")
        return [f"{one}, {other} ({i})" for one, other, i in zip(*parts, strict=True)]

    # --- categories ---

    def words(self, words: str) -> list[str]:
        """Return one of these words each."""
        return self._picked(words.split("|"))

    def code(self, codes: str) -> list[str]:
        """Return one of these codes each."""
        return self._picked(codes.split())

    def flag(self, words: str) -> list[str]:
        """Return one of two words, 1 or 0 by default, the first for a third of the customers."""
        yes, no = (words or "1|0").split("|")
        return [yes if chance < 1 / 3 else no for chance in self._chance.random(self._n)]

    def answer(self, words: str) -> list[str]:
        """Return what an earlier analysis says: a word for each group."""
        told = words.split("|")
        return [told[group % len(told)] for group in self._group]

    def constant(self, value: str) -> list[str]:
        return [value] * self._n

    def empty(self, value: str) -> list[str]:
        """Return a value for a few customers, and nothing for the others."""
        return [value if chance < 0.02 else "" for chance in self._chance.random(self._n)]

    def _picked(self, words: list[str]) -> list[str]:
        return [words[i] for i in self._chance.integers(0, len(words), self._n)]


def _written(day: date, form: list[str]) -> str:
    return day.strftime(form[0] if form else "%Y-%m-%d")


def _decimals(numbers: str) -> int:
    """Return with how many decimals numbers are written."""
    found = re.match(r"\d+\.(\d+)", numbers)
    return len(found.group(1)) if found else 0


def _grouped(text: str) -> str:
    whole, point, decimals = text.partition(".")
    return f"{int(whole):,}{point}{decimals}"


def _spaced(text: str, space: str) -> str:
    return _grouped(text).replace(",", space).replace(".", ",")


def _swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


_STYLES: dict[str, Callable[[str], str]] = {
    "us": lambda text: f"${_grouped(text)}",
    "thousands": _grouped,
    "pound": lambda text: f"£{_grouped(text)}",
    "yen": lambda text: f"¥{_grouped(text)}",
    "rupiah": lambda text: f"Rp{_swapped(_grouped(text))}",
    "br": lambda text: f"R$ {_swapped(_grouped(text))}",
    "eu": lambda text: f"{_swapped(_grouped(text))} €",
    "euro": lambda text: f"€ {_swapped(_grouped(text))}",
    "fr": lambda text: f"{_spaced(text, chr(0x202F))} €",
    "zloty": lambda text: f"{_spaced(text, chr(0xA0))} zł",
    "comma": lambda text: text.replace(".", ","),
    "percent": lambda text: f"{text}%",
    "percent_comma": lambda text: f"{text.replace('.', ',')} %",
}

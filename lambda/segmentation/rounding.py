"""How numbers are rounded and formatted, in `data.json`, in sentences and by the page alike."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def significant(value: float) -> float:
    """Round to six significant digits, more than any chart shows.

    Parameters
    ----------
    value : float
        The number.
    """
    rounded = float(f"{value:.6g}")
    return int(rounded) if rounded.is_integer() else rounded


def readable(value: float) -> str:
    """Format a number with at least three digits: 0.791, 54.3, 77,769.

    Halves are rounded up, as in browsers; Python's own formatting rounds them to even.

    Parameters
    ----------
    value : float
        The number.

    Examples
    --------
    >>> readable(0.7913), readable(28.25), readable(-77769)
    ('0.791', '28.3', '-77,769')
    """
    return f"{_rounded(_decimal(value), _decimals(value)):,}"


def percent(share: float) -> str:
    """Format a share as a percentage, with a decimal unless that is 0: 40.5%, 56%.

    Parameters
    ----------
    share : float
        The share, 0 to 1.
    """
    return f"{_rounded(100 * _decimal(share), 1)}%".replace(".0%", "%")


def hundredths(value: float) -> int:
    """Return how many hundredths are shown of a measure: what is decided by it is then true as printed.

    Parameters
    ----------
    value : float
        The measure.

    Examples
    --------
    >>> hundredths(0.495), hundredths(0.4949)
    (50, 49)
    """
    return int(_rounded(100 * _decimal(value), 0))


def two_decimals(value: float) -> str:
    """Format a measure between -1 and 1: 0.55, −0.33.

    It has a true minus sign, as a hyphen may be left behind at the end of a line; zero has none.

    Parameters
    ----------
    value : float
        The measure.
    """
    return str(_rounded(_decimal(value), 2)).replace("-0.00", "0.00").replace("-", "−")


def _decimals(value: float) -> int:
    size = abs(value)
    if size >= 1000:
        return 0
    if size >= 10 or size == 0:
        return 1
    return 2 - math.floor(math.log10(size))


def _decimal(value: float) -> Decimal:
    """Return the number as it is printed, 0.145, not as it is stored, 0.14499999999999999."""
    return Decimal(str(significant(value)))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def in_words(n: int) -> str:
    """Return a number of up to ten as a word, a larger one in digits.

    Parameters
    ----------
    n : int
        The number.
    """
    return _WORDS[n] if n < len(_WORDS) else f"{n}"


def listed(words: Sequence[str], conjunction: str = "and") -> str:
    """Join words: ``a, b and c``.

    Parameters
    ----------
    words : sequence of str
        The words, at least one.
    conjunction : str
        What is before the last one.
    """
    return f" {conjunction} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def plural(n: int, noun: str) -> str:
    """Format a number of things: ``1 row``, ``1,200 rows``.

    Parameters
    ----------
    n : int
        The number.
    noun : str
        The noun in the singular.
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"

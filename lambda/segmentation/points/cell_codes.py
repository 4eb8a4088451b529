"""The cells of a point's features, packed into one code that sorts as they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

# The cells of this many features are packed into one integer; of more, into several.
FEATURES_A_WORD = 4
_WORD_BITS = 62

Integers = npt.NDArray[np.int64]


def bit_widths(cell_min: Sequence[int], cell_max: Sequence[int]) -> list[int]:
    """Return the number of bits that each feature's cell numbers need, in the order of the features.

    Parameters
    ----------
    cell_min, cell_max : sequence of int
        Number of the first and of the last cell of each feature.
    """
    return [(last - first).bit_length() for first, last in zip(cell_min, cell_max, strict=True)]


def fits_in_codes(cell_min: Sequence[int], cell_max: Sequence[int]) -> bool:
    """Return whether each word of a code has room for the cells of its features.

    Parameters
    ----------
    cell_min, cell_max : sequence of int
        Number of the first and of the last cell of each feature.
    """
    bits = bit_widths(cell_min, cell_max)
    return (
        all(sum(bits[i : i + FEATURES_A_WORD]) <= _WORD_BITS for i in range(0, len(bits), FEATURES_A_WORD))
        and max(map(abs, [*cell_min, *cell_max])) < 2**_WORD_BITS
    )


def bit_shifts(cell_min: Sequence[int], cell_max: Sequence[int]) -> list[int]:
    """Return the left shift of each feature within its word; the first is shifted furthest, so that codes sort.

    Parameters
    ----------
    cell_min, cell_max : sequence of int
        Number of the first and of the last cell of each feature.
    """
    bits = bit_widths(cell_min, cell_max)
    return [sum(bits[i + 1 : i - i % FEATURES_A_WORD + FEATURES_A_WORD]) for i in range(len(bits))]


def packed(cells: Sequence[Integers], cell_min: Sequence[int], cell_max: Sequence[int]) -> Integers:
    """Pack the cell numbers of each point into one code that sorts as they do: an integer, or the bytes of several.

    Parameters
    ----------
    cells : sequence of ndarray of int64, each of shape (n_points,)
        Cell numbers of each feature.
    cell_min, cell_max : sequence of int
        Number of the first and of the last cell of each feature.
    """
    words: list[Integers] = []
    for i, (column, first, shift) in enumerate(zip(cells, cell_min, bit_shifts(cell_min, cell_max), strict=True)):
        if i % FEATURES_A_WORD == 0:
            words.append(np.zeros(len(column), dtype=np.int64))
        words[-1] |= (column - first) << shift
    if len(words) == 1:
        return words[0]
    return np.column_stack(words).astype(">i8").view(f"S{8 * len(words)}").ravel()


def code_word(codes: Integers, feature: int) -> Integers:
    """Return the word of each code that holds the cell of a feature.

    Parameters
    ----------
    codes : ndarray of int64 or of bytes, shape (n_points,)
        Codes, see `packed`.
    feature : int
        Index of the feature.
    """
    if codes.dtype == np.int64:
        return codes
    words = codes.view(">i8").reshape(len(codes), -1)
    return words[:, feature // FEATURES_A_WORD].astype(np.int64)


def merged_codes(
    codes: Integers, counts: Integers, sums: Mapping[int, Integers]
) -> tuple[Integers, Integers, dict[int, Integers]]:
    """Sort points by their code, and add up the counts and sums of points with the same code.

    Parameters
    ----------
    codes : ndarray of int64 or of bytes, shape (n_points,)
        Codes, see `packed`.
    counts : ndarray of int64, shape (n_points,)
        Number of customers of each point.
    sums : mapping of int to ndarray of int64, each of shape (n_points,)
        By index of feature, offsets to add up.
    """
    # Two sorted runs, which is what mostly comes, are merged in one go by this kind of sorting.
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])) if len(codes) else order
    add = np.add.reduceat
    return codes[first], add(counts[order], first), {i: add(column[order], first) for i, column in sums.items()}

"""The one failure that is an answer: a file that cannot be segmented, with the reason and the remedy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


class UnusableFileError(Exception):
    """The upload cannot be used as it is; trying again would not help.

    Parameters
    ----------
    reason : str
        What is wrong with the file, in one sentence for the person who uploaded it.
    remedy : str
        What that person can do about it, in one sentence.
    detail : str, optional
        What the file calls its columns, and words that many customers share, for the uploader alone: the rest is shown
        to everybody. No cell that is one customer's is in any of the three.
    code : str, optional
        What `refusals` calls it, for the log.
    column : str, optional
        The column at fault, as the reason names it.
    settings : mapping, optional
        The content of a `settings.json` with which this file can be used. It names columns, so it is for the uploader
        alone.
    """

    def __init__(
        self,
        reason: str,
        remedy: str,
        detail: str = "",
        *,
        code: str = "",
        column: str = "",
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(" ".join(filter(None, (reason, remedy, detail))))
        self.reason = reason
        self.remedy = remedy
        self.detail = detail
        self.code = code
        self.column = column
        self.settings = settings

    def offering(self, settings: Mapping[str, Any] | None) -> UnusableFileError:
        """Return this refusal with settings that work.

        Parameters
        ----------
        settings : mapping or None
            The content of a `settings.json`.
        """
        self.settings = settings
        return self


def shortened(text: str, most: int = 2_000) -> str:
    """Return what a file holds, short enough for a message: so many letters, of which few take more than two bytes."""
    kept = text[:most]
    while _bytes(kept) > 2 * most:
        kept = kept[:-1]
    return text if kept == text else f"{kept[: most - 1]}…"


# What longer texts are abbreviated to, in bytes, where there are few of them, and where there are many.
_BOUNDS = (60, 40, 24, 18)


def abbreviated(texts: Iterable[str], most: int) -> dict[str, str]:
    """Return what texts are abbreviated to, so that all of them have so few bytes; different ones stay different.

    Each keeps its beginning, and gets a few digits that stand for the whole.

    Examples
    --------
    >>> [*abbreviated(["Female", "One whose customers have been with us for more than twenty years"], 1_000).values()]
    ['One whose customers have been with us for more t… e1ec2308']
    """
    different = {*texts}
    for bound in _BOUNDS:
        found = {text: _abbreviated(text, bound) for text in different}
        if sum(map(_bytes, found.values())) <= most:
            break
    return {text: short for text, short in found.items() if short != text}


def abbreviations(text: str) -> list[str]:
    """Return all that a text may have been abbreviated to, itself the first."""
    return [text, *(_abbreviated(text, bound) for bound in _BOUNDS)]


def _abbreviated(text: str, bound: int) -> str:
    if _bytes(text) <= bound:
        return text
    end = f"… {hashlib.blake2b(text.encode(), digest_size=4).hexdigest()}"
    kept = text[:bound]
    while _bytes(kept) > bound - _bytes(end):
        kept = kept[:-1]
    return kept.rstrip() + end


def _bytes(text: str) -> int:
    """Return how many bytes a text takes in a document."""
    return len(json.dumps(text, ensure_ascii=False, allow_nan=False).encode()) - 2

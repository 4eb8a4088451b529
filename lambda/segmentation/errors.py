"""The one failure that is an answer: a file that cannot be segmented, with the reason and the remedy."""


class UnusableFileError(Exception):
    """The upload cannot be used as it is; trying again would not help.

    Parameters
    ----------
    reason : str
        What is wrong with the file, in one sentence for the person who uploaded it.
    remedy : str
        What that person can do about it, in one sentence.
    detail : str, optional
        What the file calls its columns, for the uploader alone: the rest is shown to everybody. No cell of a customer
        is in any of the three.
    """

    def __init__(self, reason: str, remedy: str, detail: str = "") -> None:
        super().__init__(" ".join(filter(None, (reason, remedy, detail))))
        self.reason = reason
        self.remedy = remedy
        self.detail = detail


def shortened(text: str, most: int = 2_000) -> str:
    """Return what a file holds, short enough for a message."""
    return text if len(text) <= most else f"{text[: most - 1]}…"

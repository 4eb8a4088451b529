"""The one failure that is an answer: a file that cannot be segmented, with the reason and the remedy."""


class UnusableFileError(Exception):
    """The upload cannot be used as it is; trying again would not help.

    Parameters
    ----------
    reason : str
        What is wrong with the file, in one sentence for the person who uploaded it.
    remedy : str
        What that person can do about it, in one sentence.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy

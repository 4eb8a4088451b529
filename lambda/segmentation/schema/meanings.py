"""What the numbers of a column mean, as far as its name says so: money, visits, days since the last purchase."""

from __future__ import annotations

from segmentation.schema.columns import role_of

AGE, GENDER, INCOME = "age", "gender", "income"
# A score that somebody computed; how much a customer spends, in money; what a customer rates.
SPENDING, MONEY, RATING = "spending", "money", "rating"
# Time since the last purchase or visit, and since the first.
RECENCY, TENURE = "recency", "tenure"
# Number of orders or visits; money for each of them; number of anything else.
FREQUENCY, BASKET, COUNT = "frequency", "basket", "count"
RATE = "rate"

# Of these the sum over customers means something.
SUMMABLE = (MONEY, FREQUENCY, COUNT)
# Of these less is better.
BETTER_WHEN_LOW = (RECENCY,)


def meaning_of(name: str) -> str:
    """Return what a column means by its name; empty if its name does not say.

    Parameters
    ----------
    name : str
        Name of the column.

    Examples
    --------
    >>> [meaning_of(name) for name in ("Ingreso anual", "Total Spend", "V23")]
    ['income', 'money', '']
    """
    role = role_of(name)
    return role if role in (AGE, GENDER, INCOME, SPENDING) else ""

"""What two things that are known of customers suggest together: a name, and what to do, for each combination of levels.

A name or an action claims nothing but what its table reads. Money may be revenue as well as a balance, and recency may
be the last purchase as well as the last visit, so both are spoken of in words that are true of either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from segmentation.describing.words import AVERAGE, HIGH, LOW
from segmentation.schema.features import Feature
from segmentation.schema.meanings import AGE, FREQUENCY, INCOME, MONEY, RECENCY, SPENDING, TENURE

# The level of money and frequency together that is high by frequency alone.
OFTEN = "often"


@dataclass(frozen=True)
class Persona:
    """What a combination of levels suggests.

    Parameters
    ----------
    name : str
        Name of the segment.
    action : str
        What to do about it.
    """

    name: str
    action: str


@dataclass(frozen=True)
class PersonaTable:
    """Personas by two levels.

    Parameters
    ----------
    axes : pair of tuple of str
        The meanings that each of the two levels rests on; of money and frequency, the mean of their positions counts.
    cells : mapping of (str, str) to Persona
        By both levels, the persona; that of money and frequency may be `OFTEN`.
    """

    axes: tuple[tuple[str, ...], tuple[str, ...]]
    cells: Mapping[tuple[str, str], Persona]

    def read(self, features: Sequence[Feature]) -> tuple[tuple[Feature, ...], tuple[Feature, ...]] | None:
        """Return the features that each level rests on; None where one is missing.

        Parameters
        ----------
        features : sequence of Feature
            The features of the mode, each meaning once.
        """
        numeric = {feature.meaning: feature for feature in features if not feature.categorical}
        if not {meaning for axis in self.axes for meaning in axis} <= {*numeric}:
            return None
        first, second = (tuple(numeric[meaning] for meaning in axis) for axis in self.axes)
        return first, second


TRY_HERE = "Test here first: typical customers show what works before it goes to everyone."

_INCOME_SPENDING = {
    (HIGH, HIGH): Persona(
        "Premium Enthusiasts", "Keep them: early access, a personal contact and a loyalty tier worth belonging to."
    ),
    (HIGH, AVERAGE): Persona(
        "Comfortable Regulars", "Raise the basket: better lines, bundles and service rather than discounts."
    ),
    (HIGH, LOW): Persona(
        "Careful Affluents", "Win them over: they can spend but do not. Ask why, and lead with quality and proof."
    ),
    (AVERAGE, HIGH): Persona(
        "Keen Shoppers", "Reward the habit: points for each purchase, and first pick of what is new."
    ),
    (AVERAGE, AVERAGE): Persona("Balanced Mainstream", TRY_HERE),
    (AVERAGE, LOW): Persona(
        "Reluctant Spenders", "Give a reason to spend: a first offer that is easy to try, then one that builds on it."
    ),
    (LOW, HIGH): Persona(
        "Budget Enthusiasts", "Keep it affordable: small treats, trends and instalments, with no push to overspend."
    ),
    (LOW, AVERAGE): Persona(
        "Everyday Value Seekers", "Offer clear value: multi-buys and essentials at a price that can be relied on."
    ),
    (LOW, LOW): Persona(
        "Thrifty Minimalists", "Spend little to reach them: automated offers, clearance and low-cost channels."
    ),
}

# By money and time since the last purchase: a low level of the latter is the good one.
_MONEY_RECENCY = {
    (HIGH, LOW): Persona(
        "Champions", "Keep them close: early access, a personal contact, and thanks before discounts."
    ),
    (HIGH, AVERAGE): Persona(
        "High-Value Customers", "Bring them back sooner: a personal reminder, with something new in it."
    ),
    (HIGH, HIGH): Persona(
        "Can’t-Lose Customers",
        "Win them back first: ask in person why they stay away, and make an offer worth a return.",
    ),
    (AVERAGE, LOW): Persona(
        "Potential Champions", "Raise their value while they are near: better lines, bundles and advice."
    ),
    (AVERAGE, AVERAGE): Persona("Core Customers", TRY_HERE),
    (AVERAGE, HIGH): Persona(
        "At-Risk Customers", "Call them back: remind them of what they had, with an offer that ends soon."
    ),
    (LOW, LOW): Persona(
        "Promising Customers", "Build on a fresh contact: help, ideas, and an easy step to something better."
    ),
    (LOW, AVERAGE): Persona(
        "About-to-Sleep Customers", "Wake them at little cost: automated reminders of what sells best."
    ),
    (LOW, HIGH): Persona(
        "Hibernating Customers", "Spend little to reach them: one automated offer to return, then let them rest."
    ),
}

# The same where it is also known how often customers come: their value is that of both, and no more than their money.
_VALUE_RECENCY = {
    **_MONEY_RECENCY,
    (HIGH, LOW): Persona(
        "Champions", "Keep them close: early access, a personal contact and a loyalty tier worth belonging to."
    ),
    (AVERAGE, LOW): Persona(
        "Potential Loyalists", "Make it a habit: points that add up, and a reason to come again soon."
    ),
    (OFTEN, LOW): Persona("Loyal Customers", "Raise the basket: bundles and better lines, where they come so often."),
    (OFTEN, AVERAGE): Persona(
        "Frequent Customers", "Keep the habit and raise the basket: points for larger orders, and bundles."
    ),
    (OFTEN, HIGH): Persona(
        "Lapsed Regulars", "Win back the habit: remind them of what they used to come for, with an easy first step."
    ),
}

# The same by a spending score.
_SPENDING_RECENCY = {**_MONEY_RECENCY, (HIGH, AVERAGE): replace(_MONEY_RECENCY[HIGH, AVERAGE], name="Big Spenders")}

_MONEY_FREQUENCY = {
    (HIGH, HIGH): Persona(
        "Loyal High-Value Customers",
        "Keep them: early access, a personal contact and a loyalty tier worth belonging to.",
    ),
    (HIGH, AVERAGE): Persona(
        "High-Value Customers", "Bring them in more often: a personal invitation to what is new and to what is best."
    ),
    (HIGH, LOW): Persona(
        "Rare High-Value Customers",
        "Give reasons to come again: services and additions that go with what they already have.",
    ),
    (AVERAGE, HIGH): Persona(
        "Regulars", "Raise the basket: bundles and better lines, where they come so often anyway."
    ),
    (AVERAGE, AVERAGE): Persona("Core Customers", TRY_HERE),
    (AVERAGE, LOW): Persona(
        "Occasional Customers", "Shorten the pause: a reminder in time, and a reward for coming twice in a season."
    ),
    (LOW, HIGH): Persona(
        "Low-Value Regulars", "Raise the basket: multi-buys, and free delivery above an amount in reach."
    ),
    (LOW, AVERAGE): Persona(
        "Low-Value Customers",
        "Offer clear value: essentials at a price that can be relied on, and one step up from it.",
    ),
    (LOW, LOW): Persona(
        "Rare Low-Value Customers", "Spend little to reach them: automated offers and low-cost channels."
    ),
}

_MONEY_TENURE = {
    (HIGH, LOW): Persona(
        "New High-Value Customers", "Make a strong start last: a personal welcome, and a contact who knows them."
    ),
    (HIGH, AVERAGE): Persona(
        "Established High-Value Customers", "Keep them: early access, a personal contact and service without waiting."
    ),
    (HIGH, HIGH): Persona(
        "Long-Standing High-Value Customers",
        "Thank them: privileges for their years with you, and no offer that only newcomers get.",
    ),
    (AVERAGE, LOW): Persona(
        "New Mid-Value Customers", "Show them round: introduce the rest of the range, one offer at a time."
    ),
    (AVERAGE, AVERAGE): Persona("Established Mid-Value Customers", TRY_HERE),
    (AVERAGE, HIGH): Persona(
        "Long-Standing Mid-Value Customers", "Show them what is new: better lines beside those they have long known."
    ),
    (LOW, LOW): Persona("New Low-Value Customers", "Win the next step: help, ideas, and a small offer that leads on."),
    (LOW, AVERAGE): Persona(
        "Established Low-Value Customers", "Find out what is missing: ask some of them, then offer clear value."
    ),
    (LOW, HIGH): Persona(
        "Long-Standing Low-Value Customers", "Keep them at little cost: automated offers, and thanks for their years."
    ),
}

_INCOME_MONEY = {
    (HIGH, HIGH): Persona(
        "Premium Customers", "Keep them: early access, a personal contact and the best of the range."
    ),
    (HIGH, AVERAGE): Persona(
        "Comfortable Customers", "Raise their value: better lines, bundles and service rather than discounts."
    ),
    (HIGH, LOW): Persona(
        "Untapped Affluents", "Win them over: they could afford more. Ask why, and lead with quality and proof."
    ),
    (AVERAGE, HIGH): Persona(
        "High-Value Middle Earners", "Reward them: points that add up, and first pick of what is new."
    ),
    (AVERAGE, AVERAGE): Persona("Balanced Mainstream", TRY_HERE),
    (AVERAGE, LOW): Persona(
        "Low-Value Middle Earners", "Give a reason for more: an offer that is easy to try, then one that builds on it."
    ),
    (LOW, HIGH): Persona(
        "High-Value Budget Customers", "Keep it affordable: small treats and instalments, with no push to overspend."
    ),
    (LOW, AVERAGE): Persona(
        "Everyday Budget Customers", "Offer clear value: multi-buys and essentials at a price that can be relied on."
    ),
    (LOW, LOW): Persona(
        "Low-Value Budget Customers", "Spend little to reach them: automated offers, clearance and low-cost channels."
    ),
}

_INCOME_AGE = {
    (HIGH, LOW): Persona("Younger High Earners", "Grow with them: quality first, and new lines before anyone else."),
    (HIGH, AVERAGE): Persona("High Earners", "Lead with quality: the better line, with service that saves time."),
    (HIGH, HIGH): Persona("Older High Earners", "Lead with quality and comfort: take time to advise, in person."),
    (AVERAGE, LOW): Persona(
        "Younger Middle Earners", "Leave room to trade up: good entry lines, and the next one in view."
    ),
    (AVERAGE, AVERAGE): Persona("Middle Earners", TRY_HERE),
    (AVERAGE, HIGH): Persona("Older Middle Earners", "Be reliable: proven lines, fair prices and clear advice."),
    (LOW, LOW): Persona(
        "Younger Low Earners", "Keep it affordable: entry lines and instalments, with no push to overspend."
    ),
    (LOW, AVERAGE): Persona("Low Earners", "Offer clear value: multi-buys and essentials at a price to rely on."),
    (LOW, HIGH): Persona(
        "Older Low Earners", "Keep it simple: essentials at steady prices, and help that is easy to reach."
    ),
}

_MONEY_AGE = {
    (HIGH, LOW): Persona(
        "Younger High-Value Customers", "Grow with them: early access, and new lines before anyone else."
    ),
    (HIGH, AVERAGE): Persona("High-Value Customers", "Keep them: early access and a personal contact."),
    (HIGH, HIGH): Persona("Older High-Value Customers", "Keep them: a personal contact who takes time to advise."),
    (AVERAGE, LOW): Persona(
        "Younger Mid-Value Customers", "Leave room to trade up: good entry lines, and the next one in view."
    ),
    (AVERAGE, AVERAGE): Persona("Mid-Value Customers", TRY_HERE),
    (AVERAGE, HIGH): Persona("Older Mid-Value Customers", "Be reliable: proven lines and clear advice."),
    (LOW, LOW): Persona("Younger Low-Value Customers", "Win the next step: ideas, and a small offer that leads on."),
    (LOW, AVERAGE): Persona(
        "Low-Value Customers", "Find out what is missing: ask some of them, then offer clear value."
    ),
    (LOW, HIGH): Persona(
        "Older Low-Value Customers", "Spend little to reach them: simple offers, and help that is easy to reach."
    ),
}

# The first that a mode has all features for names its segments: in the order in which axes are chosen.
TABLES = (
    PersonaTable(((INCOME,), (SPENDING,)), _INCOME_SPENDING),
    PersonaTable(((MONEY, FREQUENCY), (RECENCY,)), _VALUE_RECENCY),
    PersonaTable(((MONEY,), (RECENCY,)), _MONEY_RECENCY),
    PersonaTable(((SPENDING, FREQUENCY), (RECENCY,)), _VALUE_RECENCY),
    PersonaTable(((SPENDING,), (RECENCY,)), _SPENDING_RECENCY),
    PersonaTable(((MONEY,), (FREQUENCY,)), _MONEY_FREQUENCY),
    PersonaTable(((INCOME,), (MONEY,)), _INCOME_MONEY),
    PersonaTable(((MONEY,), (TENURE,)), _MONEY_TENURE),
    PersonaTable(((INCOME,), (AGE,)), _INCOME_AGE),
    PersonaTable(((MONEY,), (AGE,)), _MONEY_AGE),
)

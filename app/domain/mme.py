"""Daily morphine milligram equivalents by the CDC 2022 factors: information only, never a target.

Source and limits: app/content/tables/mme.json. What cannot be counted is named with the reason, never guessed and
never left out in silence. Nothing here turns one opioid into another: the CDC forbids using the factors for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.content.medicine_tables import Factor, mme_table


@dataclass(frozen=True, slots=True)
class Dose:
    """An opioid by its name in the table; `per_dose` in the table's unit (mg; mcg an hour for the patch).

    `per_day`: doses in 24 hours; for the patch 1, with `per_dose` of all patches worn together.
    """

    opioid: str
    per_dose: Decimal
    per_day: Decimal


@dataclass(frozen=True, slots=True)
class Counted:
    """One medicine's share. `amount` is the daily dose in `unit` before the factor."""

    name: str
    opioid: str
    amount: Decimal
    unit: str
    factor: Decimal

    @property
    def mme(self) -> Decimal:
        return self.amount * self.factor


@dataclass(frozen=True, slots=True)
class Uncounted:
    """An opioid that is in no total, and the sentence why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class MmeSum:
    """`total` is None when nothing could be counted; with anything `uncounted` it is a part ("at least")."""

    counted: tuple[Counted, ...] = ()
    uncounted: tuple[Uncounted, ...] = ()

    @property
    def total(self) -> Decimal | None:
        return sum((one.mme for one in self.counted), Decimal(0)) if self.counted else None

    @property
    def is_whole(self) -> bool:
        return bool(self.counted) and not self.uncounted

    @property
    def is_empty(self) -> bool:
        """No opioid at all."""
        return not self.counted and not self.uncounted


def count(name: str, factor: Factor, amount: Decimal) -> Counted:
    """A daily amount in the factor's unit. Raises ValueError for an amount that is none."""
    if not amount.is_finite() or amount < 0:
        raise ValueError("an amount is 0 or more")
    return Counted(name, factor.opioid, amount, factor.unit, factor.factor)


def not_counted(name: str, reason: str) -> Uncounted:
    """`reason` is one of the table's reasons."""
    return Uncounted(name, mme_table().reasons[reason])


def find_factor(opioid: str) -> Factor | None:
    """By the table's own name; None for an opioid without a factor (buprenorphine) and for anything else."""
    return next((one for one in mme_table().factors if one.opioid == opioid), None)


def daily_mme(doses: Iterable[Dose]) -> MmeSum:
    """Add doses up. An opioid without a factor is named in `uncounted`. Raises ValueError for a negative dose."""
    counted: list[Counted] = []
    uncounted: list[Uncounted] = []
    for dose in doses:
        factor = find_factor(dose.opioid)
        if factor is None:
            uncounted.append(Uncounted(dose.opioid, refusal(dose.opioid)))
        else:
            counted.append(count(dose.opioid, factor, dose.per_dose * dose.per_day))
    return MmeSum(tuple(counted), tuple(uncounted))


def refusal(opioid: str) -> str:
    """Why this opioid is not converted, as a sentence."""
    table = mme_table()
    named = [one.why for one in table.not_converted if opioid in one.names]
    if opioid == table.patch.names[0]:
        return table.other_fentanyl
    return named[0] if named else table.not_converted[-1].why


def tidy(number: Decimal) -> Decimal:
    """At most three decimals and no trailing zeros, never with an exponent: 4E+1 → 40, 3.3333… → 3.333."""
    return Decimal(f"{number.quantize(Decimal('0.001'), ROUND_HALF_UP).normalize():f}")


def shown(number: Decimal) -> str:
    """A number as it is read: at most one decimal, no trailing zero. 78.0 → 78, 40.54 → 40.5."""
    rounded = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:f}".removesuffix(".0")

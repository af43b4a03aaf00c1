"""The most that an order allows in 24 hours, from its numbers only."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from app.content.medicine_tables import mme_table
from app.domain.dosing import Amount, Instruction
from app.domain.medicine_names import Opioid, find_opioid
from app.domain.patient import Medicine, fold

_MG = {"mg": Decimal(1), "mcg": Decimal("0.001"), "ug": Decimal("0.001"), "g": Decimal(1000)}
_PIECES = frozenset(
    {
        *("tablet", "tablets", "tab", "tabs", "tbl", "capsule", "capsules", "cap", "caps", "caplet"),
        *("caplets", "each", "unit", "film", "films", "patch", "patches", "system"),
    }
)
MOST_PIECES = 4
"""A count without a unit is read as tablets up to here; "15" without a unit may as well be milligrams."""


class Unclear(Exception):
    """The order's numbers do not give a daily amount; `reason` is one of the table's reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def opioid_of(medicine: Medicine) -> Opioid | None:
    """The opioid in this order, with an injected one marked as not converted."""
    found = find_opioid((medicine.text, *medicine.names), medicine.rxnorm)
    if found is None or found.factor is None:
        return found
    routes = {route for line in medicine.dosing for route in line.routes}
    if routes & mme_table().route_codes:
        why = mme_table().routes[0].why
        return Opioid(found.name, None, why, found.strength, found.combined, found.solid)
    return found


def in_factor_unit(opioid: Opioid, amount: Amount) -> Decimal:
    """One dose in the factor's unit: mg, or mcg an hour for the patch. Raises Unclear."""
    unit = fold(amount.unit or "").strip("{}[]() ").rstrip(".").removesuffix("(s)")
    patch = opioid.factor is mme_table().patch
    if patch and unit in ("mcg/h", "ug/h", "mcg/hr", "ug/hr"):
        return amount.value
    if unit in _MG and not patch:
        mg = amount.value * _MG[unit]
        return _checked(opioid, mg) if opioid.combined else mg
    strength = opioid.strength
    pieces = unit in _PIECES or (
        unit in ("", "1") and (opioid.solid or patch) and amount.value <= MOST_PIECES
    )
    if unit in ("ml", "milliliter", "milliliters") or pieces:
        if strength is None:
            raise Unclear("no-strength")
        if strength.of != ("h" if patch else "unit" if pieces else "ml"):
            raise Unclear("unit")
        return amount.value * strength.mg * (1000 if patch else 1)
    raise Unclear("unit")


def _checked(opioid: Opioid, mg: Decimal) -> Decimal:
    """Milligrams of a combination are believed only as half or whole tablets of the opioid's own strength."""
    if opioid.strength is None or opioid.strength.of != "unit":
        raise Unclear("combination")
    tablets = mg / opioid.strength.mg
    if tablets * 2 != int(tablets * 2) or not 0 < tablets <= MOST_PIECES:
        raise Unclear("combination")
    return mg


def _most(opioid: Opioid, line: Instruction) -> Decimal:
    patch = opioid.factor is mme_table().patch
    limit = None
    if line.most_a_day is not None and not patch:
        limit = in_factor_unit(opioid, line.most_a_day)
    high = line.hourly if patch and line.hourly is not None else line.high
    if high is None:
        if limit is not None:
            return limit
        raise Unclear("text-only")
    each = in_factor_unit(opioid, high)
    if patch:
        return each  # worn all the time: the rate counts, not how often it is changed
    if line.times_high is None:
        if limit is not None:
            return limit
        raise Unclear("as-needed" if line.as_needed else "text-only")
    return each * line.times_high if limit is None else min(limit, each * line.times_high)


def most_a_day(opioid: Opioid, dosing: tuple[Instruction, ...]) -> Decimal:
    """In the factor's unit. Lines that run together are added, of lines one after another the largest counts.

    Raises Unclear when a line does not say it in numbers.
    """
    if not dosing:
        raise Unclear("text-only")
    steps: dict[int | None, Decimal] = defaultdict(Decimal)
    for line in dosing:
        steps[line.sequence] += _most(opioid, line)
    together = steps.pop(None, Decimal(0))
    return together + max(steps.values(), default=Decimal(0))


def regular_dose(opioid: Opioid, medicine: Medicine) -> tuple[Decimal | None, Decimal | None]:
    """(one dose in the factor's unit, doses a day) where the order is one line that leaves no choice; None for what
    it does not say. An as-needed order gives its dose and no number of doses.
    """
    if len(medicine.dosing) != 1 or opioid.factor is None:
        return None, None
    (line,) = medicine.dosing
    patch = opioid.factor is mme_table().patch
    each = line.hourly if patch and line.hourly is not None else line.high
    if each is None or (line.low != line.high and each is line.high):
        return None, None
    try:
        dose = in_factor_unit(opioid, each)
    except Unclear:
        return None, None
    return dose, line.times_high if line.is_fixed and not patch else None

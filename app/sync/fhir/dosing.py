"""The numbers of a Dosage: amounts, how often, limits. Only what is structured; text stays text.

Timing codes: HL7 v3 GTSAbbreviation as FHIR R4 binds it (value set "timing-abbreviation").
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.domain.dosing import Amount, Instruction
from app.sync.fhir import read

_DAYS = {
    "s": Decimal(1) / 86_400,
    "min": Decimal(1) / 1440,
    "h": Decimal(1) / 24,
    "d": Decimal(1),
    "wk": Decimal(7),
    "mo": Decimal(30),
}
_TIMES_BY_CODE = {
    "QD": 1,
    "BID": 2,
    "TID": 3,
    "QID": 4,
    "AM": 1,
    "PM": 1,
    "BED": 1,
    "Q1H": 24,
    "Q2H": 12,
    "Q3H": 8,
    "Q4H": 6,
    "Q6H": 4,
    "Q8H": 3,
}
_MOST = Decimal(10) ** 6
"""Larger numbers are mistakes of a system, not doses."""


def number(value: Any, *path: str | int) -> Decimal | None:
    """A decimal or whole number above 0 and of a size that can be meant."""
    found = read.find(value, *path)
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        return None
    decimal = Decimal(found)
    return decimal if decimal.is_finite() and 0 < decimal <= _MOST else None


def amount(quantity: Any) -> Amount | None:
    value = number(quantity, "value")
    if value is None or read.text(quantity, "comparator") is not None:
        return None
    return Amount(value, read.text(quantity, "unit") or read.text(quantity, "code"))


def _hourly(rate: Any) -> Amount | None:
    """An hourly rate, as a quantity "25 ug/h" or a ratio "25 ug : 1 h"."""
    found = amount(read.find(rate, "rateQuantity"))
    if found is not None:
        return found
    top = amount(read.find(rate, "rateRatio", "numerator"))
    below = amount(read.find(rate, "rateRatio", "denominator"))
    if top is None or below is None or (below.unit or "") not in ("h", "hr", "hour"):
        return None
    return Amount(top.value / below.value, f"{top.unit or ''}/h")


def _times(dosage: Any) -> tuple[Decimal | None, Decimal | None]:
    """(fewest, most) doses a day."""
    repeat = read.find(dosage, "timing", "repeat")
    period, unit = number(repeat, "period"), _DAYS.get(read.text(repeat, "periodUnit") or "")
    if period is not None and unit is not None:
        often = number(repeat, "frequency") or Decimal(1)
        most = max(often, number(repeat, "frequencyMax") or often)
        longest = max(period, number(repeat, "periodMax") or period)
        return often / (longest * unit), most / (period * unit)
    for name in ("timeOfDay", "when"):
        listed = read.find(repeat, name)
        if isinstance(listed, list) and listed:
            return Decimal(len(listed)), Decimal(len(listed))
    for _, code in read.codes(read.find(dosage, "timing", "code")):
        if code in _TIMES_BY_CODE:
            times = Decimal(_TIMES_BY_CODE[code])
            return times, times
    return None, None


def _limit(dosage: Any) -> Amount | None:
    """The most in 24 hours that the order itself sets."""
    ratio = read.find(dosage, "maxDosePerPeriod")
    top, below = amount(read.find(ratio, "numerator")), read.find(ratio, "denominator")
    days = _DAYS.get(read.text(below, "code") or read.text(below, "unit") or "")
    length = number(below, "value")
    if top is None or days is None or length is None:
        return None
    return Amount(top.value / (length * days), top.unit)


def decode_dosing(dosages: Any) -> tuple[Instruction, ...]:
    """The numbers of `dosageInstruction`, a line each; () when none of its lines holds any number."""
    lines = tuple(_line(dosage) for dosage in dosages)
    said = (one.high or one.hourly or one.most_a_day for one in lines)
    return lines if any(said) else ()


def _line(dosage: Any) -> Instruction:
    rate = next(read.items(dosage, "doseAndRate"), None)
    each = amount(read.find(rate, "doseQuantity"))
    low = each or amount(read.find(rate, "doseRange", "low"))
    high = each or amount(read.find(rate, "doseRange", "high"))
    fewest, most = _times(dosage)
    as_needed = bool(read.flag(dosage, "asNeededBoolean"))
    return Instruction(
        low=low,
        high=high,
        hourly=_hourly(rate),
        times_low=fewest,
        times_high=most,
        as_needed=as_needed or read.find(dosage, "asNeededCodeableConcept") is not None,
        most_a_day=_limit(dosage),
        sequence=read.whole(dosage, "sequence"),
        routes=frozenset(code for _, code in read.codes(read.find(dosage, "route"))),
    )

"""Coverage → line of business and member number. Only what is active today counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from app.sync.fhir import read
from app.sync.fhir.person import may_show

_LINES = (
    ("Dual eligible (D-SNP)", ("d-snp", "dsnp", "dual eligible", "dual special needs", "cal mediconnect")),
    ("Medicare Advantage", ("medicare advantage", "ma-pd", "mapd", "part c")),
    ("Medicaid", ("medicaid", "medi-cal", "medical assistance")),
    ("Medicare", ("medicare",)),
    ("Marketplace", ("marketplace", "aca ", "exchange", "qhp", "qualified health plan")),
    ("Employer", ("employer", "commercial", "group plan", "egwp", "private")),
)


def _active(coverage: Any, today: date | None) -> bool:
    if read.text(coverage, "status") != "active":
        return False
    start, end = read.day(coverage, "period", "start"), read.day(coverage, "period", "end")
    return today is None or ((start is None or start <= today) and (end is None or today <= end))


def _said(coverage: Any) -> list[str]:
    said = [read.text(coverage, "type", "text")]
    said += [read.text(c, "display") for c in read.items(coverage, "type", "coding")]
    said += [read.text(c, "name") or read.text(c, "value") for c in read.items(coverage, "class")]
    said += [read.text(payor, "display") for payor in read.items(coverage, "payor")]
    return [words for words in said if words is not None]


def _line(coverage: Any) -> str | None:
    said = _said(coverage)
    # "Supplemental Medicare" and the like are bought beside Medicare and are no plan of it.
    folded = [words.casefold() + " " for words in said if "supplement" not in words.casefold()]
    for name, marks in _LINES:
        if any(mark in words for words in folded for mark in marks):
            return name
    return said[0] if said else None


def line_of_business(coverages: Iterable[Any], today: date | None) -> str | None:
    """What the active coverages say, each once, joined by " + "; None when none is active."""
    found = [line for coverage in coverages if _active(coverage, today) and (line := _line(coverage))]
    return " + ".join(dict.fromkeys(sorted(found))) or None


def subscriber_of(coverages: Iterable[Any], today: date | None) -> str | None:
    """The member number that the plan printed on the card, from the active coverage."""
    for coverage in coverages:
        if _active(coverage, today):
            numbers = [read.text(i, "value") for i in read.items(coverage, "identifier") if may_show(i)]
            value = read.text(coverage, "subscriberId") or next((n for n in numbers if n), None)
            if value is not None:
                return value
    return None

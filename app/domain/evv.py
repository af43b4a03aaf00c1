"""What electronic visit verification asks of a visit, and where a visit does not give it plainly. Pure.

The six elements are those of the 21st Century Cures Act (42 U.S.C. 1396b(l)): type of service, who received it, the
date, where, who gave it, and when it began and ended. A palliative visit of a plan may or may not have to be verified;
nothing here claims that it is certified for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.visit import Modality, Setting

ADDRESS = "frame-address"
"""Whether the visit was at the address on record."""
ADDRESS_OTHER = "frame-address-other"
LINE_OF_BUSINESS = "frame-line-of-business"
"""The hidden item that holds the line of business as it was when the visit was signed (ADR 0048)."""
ORGANISATION = "prog-organisation"
"""The provider organization that the nurse named in the visit."""
ON_RECORD, ELSEWHERE = "on-record", "elsewhere"

CLOCK_MAY_BE_OFF = timedelta(minutes=5)
"""A tablet that differs from the plan's clock by this much or more is an exception (own rule)."""
SIGNED_WITHIN = timedelta(hours=24)
"""A visit that is signed later than this after its end is an exception (own rule)."""


class Exceptional(StrEnum):
    """Why a visit cannot be taken as verified at a glance. Facts, not faults."""

    TIMES_BY_HAND = "times-by-hand"
    CLOCK_OFF = "clock-off"
    CLOCK_NOT_COMPARED = "clock-not-compared"
    ELSEWHERE = "elsewhere"
    PLACE_NOT_SAID = "place-not-said"
    SIGNED_LATE = "signed-late"
    NURSE_NOT_NAMED = "nurse-not-named"


@dataclass(frozen=True, slots=True)
class Verified:
    """What of a visit is looked at. `clock_offset_ms` is the plan's time minus the tablet's, None: never compared."""

    nurse_name: str
    left_at: datetime | None
    signed_at: datetime | None
    clock_offset_ms: int | None
    written_afterwards: bool
    address: str | None
    """What was answered about the address, None for nothing."""


def find_exceptions(visit: Verified) -> tuple[Exceptional, ...]:
    """In the order in which a person would ask about them; () for none. Only for a visit in person that took place."""
    found: list[Exceptional] = []
    if visit.written_afterwards:
        found.append(Exceptional.TIMES_BY_HAND)
    if visit.clock_offset_ms is None:
        found.append(Exceptional.CLOCK_NOT_COMPARED)
    elif abs(visit.clock_offset_ms) >= CLOCK_MAY_BE_OFF / timedelta(milliseconds=1):
        found.append(Exceptional.CLOCK_OFF)
    if visit.address == ELSEWHERE:
        found.append(Exceptional.ELSEWHERE)
    elif visit.address != ON_RECORD:
        found.append(Exceptional.PLACE_NOT_SAID)
    ended = visit.left_at
    if visit.signed_at is not None and ended is not None and visit.signed_at - ended > SIGNED_WITHIN:
        found.append(Exceptional.SIGNED_LATE)
    if not visit.nurse_name:
        found.append(Exceptional.NURSE_NOT_NAMED)
    return tuple(found)


def plan_time(at: datetime, clock_offset_ms: int | None) -> datetime | None:
    """The plan's clock when the tablet showed `at`; None where the two were never compared."""
    return None if clock_offset_ms is None else at + timedelta(milliseconds=clock_offset_ms)


PLACES = {
    Setting.HOME: "12",
    Setting.ASSISTED_LIVING: "13",
    Setting.NURSING_HOME_SHORT: "31",
    Setting.NURSING_HOME_LONG: "32",
    Setting.OFFICE: "11",
    Setting.HOSPITAL: "21",
}
"""CMS place of service codes of visits in person."""
AT_HOME_BY_SCREEN, ELSEWHERE_BY_SCREEN = "10", "02"
"""Place of service of a contact by telephone or video, with the person at home or elsewhere."""


def place_of_service(modality: Modality, setting: Setting) -> str:
    """The CMS place of service code (list of 2024-05-02). Telephone and video have codes of their own."""
    if modality is Modality.IN_PERSON:
        return PLACES[setting]
    return AT_HOME_BY_SCREEN if setting is Setting.HOME else ELSEWHERE_BY_SCREEN


def pairs_of_place(code: str) -> tuple[tuple[Modality, Setting], ...]:
    """How and where that have this place of service; () for a code that none has."""
    every = ((modality, setting) for modality in Modality for setting in Setting)
    return tuple(pair for pair in every if place_of_service(*pair) == code)

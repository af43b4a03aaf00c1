"""Stays in a hospital or nursing facility, and the 48-hour clock that a discharge home starts.

Sources: the home visit within 48 hours of a resident's transition back home is asked for by the palliative toolkit
(step 3); that hours are counted and not days, that only a visit in person at home closes it, that assisted living is a
home, and that an unknown time counts from 00:00 are our reading (OWN, the plan's medical director confirms).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.domain.safety.numbers import rule_hours
from app.domain.visit import Modality, Setting

RULE, WITHIN, SOON_AFTER = "TRANSITION_48H", "breach_hours", "soon_after_hours"
"""The safety rule that holds the hours, and their names: in which the visit is due, after which it grows urgent."""
SAME_STAY = timedelta(hours=24)
"""Two records of one kind of place whose beginnings or ends lie no further apart are taken for one stay."""


class Place(StrEnum):
    """Kind of place, in the plan's words of `PlanSettings.clock_starters`."""

    HOSPITAL = "hospital"
    SKILLED = "skilled-nursing"
    LONG_TERM = "long-term-nursing"
    ASSISTED_LIVING = "assisted-living"


_SETTINGS = {
    Place.HOSPITAL: Setting.HOSPITAL,
    Place.SKILLED: Setting.NURSING_HOME_SHORT,
    Place.LONG_TERM: Setting.NURSING_HOME_LONG,
    Place.ASSISTED_LIVING: Setting.ASSISTED_LIVING,
}
"""Where a visit to somebody in such a place is made."""


class Outcome(StrEnum):
    """Why no visit came within the 48 hours."""

    DIED = "died"
    READMITTED = "readmitted"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay. `reference` is its record (`Encounter/…`); `others` are records of the same stay joined to it.

    `time_known` is False where only the day of the discharge is known: `left_at` is then that day's 00:00.
    """

    reference: str
    patient_id: str
    place: Place
    name: str
    began_at: datetime | None
    left_at: datetime | None
    time_known: bool = True
    to_home: bool = True
    by_hand: bool = False
    others: tuple[str, ...] = ()
    outcome: Outcome | None = None
    outcome_words: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """What the clock needs of a visit."""

    id: str
    modality: Modality
    setting: Setting
    began_at: datetime


class ClockState(StrEnum):
    RUNNING = "running"
    SOON = "soon"
    """36 hours or more have gone (the hours are the rule's, `soon_after_hours`)."""
    MET = "met"
    LATE = "late"
    """A visit came, after the 48 hours."""
    OVERDUE = "overdue"
    """No visit yet."""
    CLOSED = "closed"
    """No visit, with a reason."""


@dataclass(frozen=True, slots=True)
class Clock:
    stay: Stay
    due_at: datetime
    state: ClockState
    left: timedelta
    """Until it is due; negative once overdue."""
    visit_id: str | None = None


def join(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    """One stay for what the plan and a nurse recorded of the same one, newest first.

    The plan's record leads; what was entered by hand lends what the plan's does not say (an end, an outcome).
    """
    found: list[Stay] = []
    for stay in sorted(stays, key=lambda one: (one.by_hand, _start(one))):
        at = next((i for i, other in enumerate(found) if _same(stay, other)), None)
        if at is None:
            found.append(stay)
        else:
            found[at] = _merge(found[at], stay)
    return tuple(sorted(found, key=_start, reverse=True))


def _start(stay: Stay) -> datetime:
    return stay.began_at or stay.left_at or datetime.min.replace(tzinfo=UTC)


def _near(one: datetime | None, other: datetime | None) -> bool | None:
    return None if one is None or other is None else abs(one - other) <= SAME_STAY


def _same(by_hand: Stay, other: Stay) -> bool:
    if by_hand.patient_id != other.patient_id or by_hand.place != other.place:
        return False
    if not by_hand.by_hand or other.by_hand:
        return False  # two records of the plan, or two of hands, are two stays: a person decides
    ends = _near(by_hand.left_at, other.left_at)
    begins = _near(by_hand.began_at, other.began_at)
    return ends is True or (begins is True and ends is not False)


def _merge(plan: Stay, hand: Stay) -> Stay:
    end = plan if plan.left_at is not None else hand
    return replace(
        plan,
        name=plan.name or hand.name,
        began_at=plan.began_at or hand.began_at,
        left_at=end.left_at,
        time_known=end.time_known,
        to_home=end.to_home,
        others=(*plan.others, hand.reference),
        outcome=plan.outcome or hand.outcome,
        outcome_words=plan.outcome_words or hand.outcome_words,
    )


def current_stay(stays: Sequence[Stay]) -> Stay | None:
    """The stay the person is in now, at home in assisted living too: begun and not left; the newest where records
    disagree.
    """
    open_stays = [stay for stay in stays if stay.left_at is None and stay.began_at is not None]
    newest = max(open_stays, key=_start, default=None)
    if newest is None:
        return None
    later_end = any(stay.left_at is not None and stay.left_at > _start(newest) for stay in stays)
    return None if later_end else newest


def away_from_home(stays: Sequence[Stay]) -> Stay | None:
    """The stay that keeps the person from home now: no 48-hour clock waits meanwhile. None in assisted living, which is
    a home to which she can be discharged and where her visit counts (`make_clock`).
    """
    stay = current_stay(stays)
    return None if stay is None or stay.place is Place.ASSISTED_LIVING else stay


def assisted_home(stays: Sequence[Stay]) -> Stay | None:
    """The assisted living that the person moved into and did not leave, also while she is in hospital: it is her home,
    to which she comes back. None once a later stay ended somewhere else.
    """
    open_stays = [stay for stay in stays if stay.place is Place.ASSISTED_LIVING and stay.left_at is None]
    home = max((stay for stay in open_stays if stay.began_at is not None), key=_start, default=None)
    if home is None:
        return None
    moved = any(
        stay.left_at is not None and stay.left_at > _start(home) and not stay.to_home for stay in stays
    )
    return None if moved else home


def likely_setting(stays: Sequence[Stay], seen: tuple[Setting, datetime] | None) -> Setting:
    """Where the person most likely is: the stay that the record knows of, else the assisted living that is her home,
    else where she was `seen` last if she has not come home since then, else home.

    A visit in a clinic or hospital says nothing about the next one.
    """
    inside = current_stay(stays) or assisted_home(stays)
    if inside is not None:
        return _SETTINGS[inside.place]
    if seen is None or seen[0] in (Setting.OFFICE, Setting.HOSPITAL):
        return Setting.HOME
    setting, at = seen
    came_home = any(stay.to_home and stay.left_at is not None and stay.left_at > at for stay in stays)
    return Setting.HOME if came_home else setting


def due_at(stay: Stay, within: timedelta | None = None) -> datetime | None:
    """48 hours of clock time after the discharge, right across a change of the clocks; None before it.

    `within`: other hours that a plan has set; None: those of the safety rule as it ships.
    """
    hours = rule_hours(RULE, WITHIN) if within is None else within
    return None if stay.left_at is None else stay.left_at.astimezone(UTC) + hours


def make_clock(
    stay: Stay,
    contacts: Iterable[Contact],
    *,
    now: datetime,
    starters: frozenset[str],
    within: timedelta | None = None,
    soon_after: timedelta | None = None,
) -> Clock | None:
    """The clock of one discharge, None where this stay starts none (not left, not to home, not a starting place).

    Only a visit in person at home counts, begun at or after the discharge; a telephone or video visit never does.
    Assisted living is a home too: who came back there is visited there. `within` and `soon_after` are what a plan has
    set; None: the safety rule's hours as it ships.
    """
    due = due_at(stay, within)
    if due is None or stay.left_at is None or not stay.to_home or stay.place.value not in starters:
        return None
    began = stay.left_at
    at_home = (Setting.HOME, Setting.ASSISTED_LIVING)
    counted = [
        c
        for c in contacts
        if c.modality is Modality.IN_PERSON and c.setting in at_home and c.began_at >= began
    ]
    first = min(counted, key=lambda contact: contact.began_at, default=None)
    left = due - now
    if first is not None and (first.began_at <= due or stay.outcome is None):
        state = ClockState.MET if first.began_at <= due else ClockState.LATE
        return Clock(stay, due, state, left, first.id)
    if stay.outcome is not None:
        return Clock(stay, due, ClockState.CLOSED, left)
    if now >= due:
        return Clock(stay, due, ClockState.OVERDUE, left)
    # In UTC: two times with one time zone object would be subtracted by the clock on the wall.
    gone = now.astimezone(UTC) - began.astimezone(UTC)
    soon = rule_hours(RULE, SOON_AFTER) if soon_after is None else soon_after
    return Clock(stay, due, ClockState.SOON if gone >= soon else ClockState.RUNNING, left)

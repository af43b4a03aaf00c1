"""What the supervisor's log can be asked for, and the SQL of each filter. Every filter is one condition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.content.rules import Level
from app.domain import evv
from app.domain.visit import Modality, Setting
from app.domain.visit_kind import KIND, NOT_SEEN_WHY, VisitKind
from app.store import tables
from app.store.alerts import STANDING
from app.store.answer_rows import answer_table
from app.store.patient_words import match_name
from app.store.times import to_text
from app.store.values import encode_value
from app.store.visit_rows import visit_table

NOT_SAID = "-"
"""Asks for visits that do not say their line of business, or their provider organization."""
_v = visit_table.c
_a = answer_table.c
_alert = tables.table_of(tables.Alert).c
_patient = tables.table_of(tables.Patient).c


class Flag(StrEnum):
    """What a list of visits can be narrowed to; several together: all of them."""

    ACT_NOW = "act-now"
    ALERT_OPEN = "alert-open"
    NOT_SEEN = "not-seen"
    EVV = "evv"
    """Something about times, clock or place that somebody may ask about."""


class Arrival(StrEnum):
    """Whether the plan holds all of it, as far as this device knows."""

    WHOLE = "whole"
    ARRIVING = "arriving"


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What the visit log is asked for; None means any. `from_at` inclusive, `to_at` exclusive, both of the start."""

    nurse_name: str | None = None
    patient_text: str | None = None
    setting: Setting | None = None
    modality: Modality | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    minimum_score: int | None = None
    place: str | None = None
    """CMS place of service code."""
    line: str | None = None
    """Line of business when it was signed; `NOT_SAID` for visits without."""
    organisation: str | None = None
    """Provider organization as the visit names it; `NOT_SAID` for visits without."""
    arrival: Arrival | None = None
    flags: frozenset[Flag] = frozenset()
    among: frozenset[str] | None = None
    """Only these visits, by id."""
    but: frozenset[str] = frozenset()
    """All but these."""
    in_person_only: bool = False
    """Visits in person that took place: those to which visit verification can apply."""
    may_leave: bool = False
    """Only of people who are on this user's list now, by membership and not by an emergency."""


def conditions(query: LogQuery) -> list[ColumnElement[bool]]:
    """One for each filter that is set."""
    found: list[ColumnElement[bool]] = []
    if query.nurse_name is not None:
        found.append(_v.nurse_name == query.nurse_name)
    if query.setting is not None:
        found.append(_v.setting == query.setting.value)
    if query.modality is not None:
        found.append(_v.modality == query.modality.value)
    if query.from_at is not None:
        found.append(_v.began_at >= to_text(query.from_at))
    if query.to_at is not None:
        found.append(_v.began_at < to_text(query.to_at))
    if query.minimum_score is not None:
        found.append(_v.highest_score >= query.minimum_score)
    if query.place is not None:
        found.append(_has_place(query.place))
    if query.line is not None:
        found.append(_says(evv.LINE_OF_BUSINESS, query.line))
    if query.organisation is not None:
        found.append(_says(evv.ORGANISATION, query.organisation))
    if query.arrival is not None:
        found.append(_v.arriving.is_(query.arrival is Arrival.ARRIVING))
    found += [_FLAGS[flag]() for flag in sorted(query.flags)]
    if query.among is not None:
        found.append(_v.id.in_(_listed(query.among)))
    if query.but:
        found.append(_v.id.not_in(_listed(query.but)))
    if query.in_person_only:
        found += [_v.modality == Modality.IN_PERSON.value, ~not_met()]
    if query.may_leave:
        on_list = select(_patient.id).where(_patient.active_member, _patient.access_until.is_(None))
        found.append(_v.patient_id.in_(on_list.correlate(None)))
    if query.patient_text is not None:
        found += match_name(_v.patient_id, query.patient_text)
    return found


def not_met() -> ColumnElement[bool]:
    """SQL of `app.domain.visit_kind.is_met`, turned round."""
    not_seen = (_a.link_id == KIND) & (_a.value == encode_value(VisitKind.NOT_SEEN.value))
    says_so = (_a.link_id == NOT_SEEN_WHY) | not_seen
    return exists(select(_a.visit_id).where(_a.visit_id == _v.id, _a.entry == "", says_so))


def has_exception() -> ColumnElement[bool]:
    """SQL of `app.domain.evv.find_exceptions`, for a visit in person that took place."""
    off = evv.CLOCK_MAY_BE_OFF.total_seconds() * 1000
    on_record = _answered(evv.ADDRESS, _a.value == encode_value(evv.ON_RECORD))
    days = evv.SIGNED_WITHIN.total_seconds() / 86_400
    late = func.julianday(_v.signed_at) - func.julianday(_v.left_at) > days
    return and_(
        _v.modality == Modality.IN_PERSON.value,
        ~not_met(),
        or_(
            _v.written_afterwards,
            _v.clock_offset_ms.is_(None),
            func.abs(_v.clock_offset_ms) >= off,
            ~on_record,
            late,
            _v.nurse_name == "",
        ),
    )


def _listed(ids: frozenset[str]) -> Select[tuple[str]]:
    """As one value however many there are: a statement takes only so many."""
    return select(func.json_each(json.dumps(sorted(ids))).table_valued("value").c.value)


def _has_place(code: str) -> ColumnElement[bool]:
    pairs = evv.pairs_of_place(code)
    return or_(
        _v.id.is_(None), *(and_(_v.modality == how.value, _v.setting == where.value) for how, where in pairs)
    )


def _says(link_id: str, wanted: str) -> ColumnElement[bool]:
    if wanted == NOT_SAID:
        return ~_answered(link_id, _a.value.is_not(None))
    return _answered(link_id, _a.value == encode_value(wanted))


def _answered(link_id: str, how: ColumnElement[bool]) -> ColumnElement[bool]:
    asked = (_a.visit_id == _v.id, _a.entry == "", _a.link_id == link_id)
    return exists(select(_a.visit_id).where(*asked, how))


def _has_alert(how: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(_alert.id).where(_alert.visit_id == _v.id, how))


_FLAGS = {
    Flag.ACT_NOW: lambda: _has_alert(_alert.level == Level.ACT_NOW.value),
    Flag.ALERT_OPEN: lambda: _has_alert(_alert.state.in_(STANDING)),
    Flag.NOT_SEEN: not_met,
    Flag.EVV: has_exception,
}

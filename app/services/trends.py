"""How a person's symptoms went, from the visits and records that are on the device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.content.model import Item
from app.domain.alert import Alert, AlertState
from app.domain.instruments import get_instrument, number_of, score_visit
from app.domain.medicines import Taken
from app.domain.trends import MedicineChange, Point, Series, Trends, compose
from app.domain.visit import Again, Answer
from app.services.medicines import MedicinesPart
from app.services.safety_context import NEWER
from app.store import alerts
from app.store.trend_rows import Given, list_given

SYMPTOMS, FUNCTION = "esas-r", "akps"
TOTALS = ("painad",)
"""Scales whose total is shown: what the nurse sees where the person cannot say."""
MOST_FUNCTION = 100


def read_trends(connection: Connection, patient_id: str, medicines: MedicinesPart) -> Trends:
    """Of the newest visits. Alerts that were corrected are left out, and so are private ones."""
    items = {item.link_id: item for name in (SYMPTOMS, FUNCTION) for item in get_instrument(name).items}
    inner = {item.link_id: name for name in TOTALS for item in get_instrument(name).items}
    given = list_given(connection, patient_id, {*items, *inner})
    if not given:
        return Trends()
    raised = _raised(connection, patient_id, min(one.at for one in given))
    series = [one for item in items.values() for one in _series(item, given, raised)]
    series += [_total(name, given, inner, raised) for name in TOTALS]
    return compose(series, list_changes(medicines))


def _raised(connection: Connection, patient_id: str, since: datetime) -> Mapping[tuple[str | None, str], str]:
    """What alerts said, by visit and subject."""
    held = alerts.list_since(connection, patient_id, since)
    return {(one.visit_id, one.subject): one.finding for one in held if _counts(one)}


def _counts(alert: Alert) -> bool:
    corrected = alert.state is AlertState.CLOSED and alert.closed_reason != NEWER
    return not (alert.private or corrected)


def _series(item: Item, given: Iterable[Given], raised: Mapping[tuple[str | None, str], str]) -> list[Series]:
    """One series; of what the person names herself one for each name."""
    points: dict[str, list[Point]] = {}
    names: dict[str, str] = {}
    for one in given:
        if one.link_id != item.link_id:
            continue
        name = (one.answer.name or item.name) if item.named else item.name
        key = f"{item.link_id} {name.casefold()}" if item.named else item.link_id
        names.setdefault(key, name)
        alert = raised.get((one.visit_id, item.link_id), "")
        points.setdefault(key, []).extend(_points(item, one, alert))
    function = item.link_id == FUNCTION
    most = MOST_FUNCTION if function else item.maximum
    return [
        Series(key, names[key], most, tuple(sorted(held, key=lambda one: one.at)), more_is_better=function)
        for key, held in points.items()
    ]


def _points(item: Item, one: Given, alert: str) -> list[Point]:
    """The first measurement, which is what rules look at, and the later ones at their own times."""
    later = [
        _point(item, again, one.at if one.afterwards else again.at, one.visit_id)
        for again in one.answer.again
    ]
    return [_point(item, one.answer, one.at, one.visit_id, alert), *later]


def _point(item: Item, said: Answer | Again, at: datetime, visit_id: str, alert: str = "") -> Point:
    return Point(at, _number(item, said), said.absent, visit_id, alert)


def _number(item: Item, said: Answer | Again) -> int | None:
    """None too for a value of newer content that no option or range here has."""
    try:
        return None if said.value is None else number_of(item, said.value)
    except ValueError:
        return None


def _total(
    name: str,
    given: Iterable[Given],
    inner: Mapping[str, str],
    raised: Mapping[tuple[str | None, str], str],
) -> Series:
    """The scale's total of each visit in which it is whole."""
    instrument = get_instrument(name)
    visits: dict[str, list[Given]] = {}
    for one in given:
        if inner.get(one.link_id) == name:
            visits.setdefault(one.visit_id, []).append(one)
    points = []
    for visit_id, held in visits.items():
        score = score_visit({one.link_id: one.answer for one in held}).get(name)
        if score is not None and score.total is not None:
            at, alert = max(one.at for one in held), raised.get((visit_id, name), "")
            points.append(Point(at, int(score.total), None, visit_id, alert))
    most = sum(max((option.score or 0 for option in item.options), default=0) for item in instrument.items)
    return Series(name, instrument.short_name, most, tuple(sorted(points, key=lambda one: one.at)))


def list_changes(medicines: MedicinesPart) -> list[MedicineChange]:
    """When the orders on the list began, and what the last visits found other than it says."""
    found = [
        MedicineChange(one.authored_on, one.text, "ordered")
        for one in medicines.listed
        if one.authored_on is not None
    ]
    last = medicines.last
    for line in last.lines if last is not None else ():
        at = last.said_at.get(line.entry.id) if last is not None and line.entry is not None else None
        if at is not None and line.taken not in (None, Taken.AS_LISTED):
            found.append(MedicineChange(at.astimezone().date(), line.name, line.taken.value))
    return found

"""Clocks that run while nobody documents: the home visit within 48 hours of coming home."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.alert import Alert, AlertState
from app.domain.safety import Facts, SafetyContext, Transition, evaluate
from app.domain.stays import ClockState
from app.domain.visit import Modality, PersonRef
from app.services import alert_writes
from app.services.plan_settings import read_settings
from app.services.safety import TRANSITION, VISITED, closed
from app.services.stays import read_stays
from app.store import alerts, day_rows, death_rows, patients
from app.store.visit_rows import OWN
from app.sync.fhir import codes

_WAITS = (ClockState.RUNNING, ClockState.SOON, ClockState.OVERDUE)


def check_clocks(connection: Connection, now: datetime, me: PersonRef) -> bool:
    """Open, raise or close the alerts of all clocks on this device, and try refused ones again; whether anything
    was written.
    """
    renewed = alert_writes.renew_refused(connection, me, now)
    wrote = [check_clock(connection, one, now, me) for one in _list_concerned(connection)]
    return renewed or any(wrote)


def _list_concerned(connection: Connection) -> list[str]:
    """Who ever was in a facility, or has an alert of such a clock: a tap waits while everybody else is read too."""
    inside = day_rows.list_people_with_stays(connection, codes.VISIT_IDENTIFIER, "")
    alerted = {one.patient_id for one in alerts.list_standing(connection) if one.subject == TRANSITION}
    return sorted({*inside, *(alerted & patients.list_ids(connection))})


def check_clock(connection: Connection, patient_id: str, now: datetime, me: PersonRef) -> bool:
    """The same for one person. Of somebody who has died nothing is raised or closed: undone, it goes on."""
    if death_rows.find_dead(connection, [patient_id]):
        return False
    part = read_stays(connection, patient_id)
    clocks = [one for one in part.clocks(now) if one.stay.left_at is not None]
    newest = clocks[0] if clocks else None
    held = [one for one in alerts.list_for_patient(connection, patient_id) if one.subject == TRANSITION]
    own = [one for one in held if one.origin == OWN]
    waits = newest is not None and newest.state in _WAITS
    if newest is None or newest.stay.left_at is None or not waits:
        for alert in own:
            alert_writes.write(connection, closed(alert, VISITED, now), me, now)
        return bool(own)
    if part.away is not None:  # no clock waits meanwhile; what stands stays, as the record may be mistaken
        return False
    home = Transition(newest.stay.left_at, key=newest.stay.reference)
    wanted = _wanted(connection, patient_id, home, now, me)
    others = [one for one in held if one.origin != OWN]
    if wanted is None or others:
        return False
    before = alerts.find(connection, wanted.id)
    if before is None:
        alert_writes.write(connection, wanted, me, now)
        return True
    if before.detail == wanted.detail if before.state.stands else _is_settled(before, wanted, now):
        return False
    state = before.state if before.state.stands and not _is_late(wanted, now) else AlertState.OPEN
    alert_writes.write(connection, replace(wanted, fired_at=before.fired_at, state=state), me, now)
    return True


def _is_late(wanted: Alert, now: datetime) -> bool:
    return wanted.due_at is not None and wanted.due_at <= now


def _is_settled(before: Alert, wanted: Alert, now: datetime) -> bool:
    """Whether what was said to be done, or closed by somebody else, still holds.

    Not once the hours are over and it was said before that; nor where a home visit closed it that is none any more.
    """
    if before.state is AlertState.CLOSED and before.closed_reason == VISITED:
        return False
    due = wanted.due_at
    return due is None or now < due or (before.closed_at is not None and before.closed_at >= due)


def _wanted(
    connection: Connection, patient_id: str, home: Transition, now: datetime, me: PersonRef
) -> Alert | None:
    # By telephone: nothing in this look may count as the visit that the clock waits for.
    context = SafetyContext(
        now=now,
        modality=Modality.TELEPHONE,
        facts=Facts(transition=home),
        settings=read_settings(connection),
    )
    for finding in evaluate(context):
        if finding.subject == TRANSITION:
            alert_id = alert_writes.clock_alert_id(patient_id, home.key, me.reference)
            return alert_writes.make_alert(finding, alert_id, patient_id, None, now)
    return None

"""Safety rules on the device: looked at after every change of a draft, in the same transaction, offline.

Nothing here blocks anything: an alert is a record beside the visit, and leaves before the visit is signed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.domain.safety import Finding
from app.domain.visit import PersonRef, VisitDraft
from app.errors import HearthsideError
from app.services import alert_writes
from app.services.safety_context import NEWER, find_in, stamp_of
from app.store import alerts, meta, visits
from app.store.quick import savepoint
from app.store.visit_rows import OWN

TRANSITION = "transition"
"""The one subject whose clock runs outside of visits too."""
CORRECTED = "The answer was corrected"
QUIETED = "Usual for this person"
NO_TASK = "No task is needed any more"
VISITED = "The home visit has begun, or it is written down why not"

log = logging.getLogger("app.services.safety")


def check(
    connection: Connection, visit_id: str, now: datetime, me: PersonRef, *, fully: bool = False
) -> bool:
    """Open, update or close the alerts of this draft; whether anything was written.

    Cheap while nothing that a rule reads has changed (a stamp lies in the store, and goes back with the transaction).
    `fully`: look at everything once more, before signing; the stamp is then no longer needed.
    """
    stamp = stamp_of(connection, visit_id, now)
    key = f"safety/{visit_id}"
    if stamp is None or (not fully and meta.find(connection, key) == stamp):
        return False
    try:
        with savepoint(connection):
            return _look(connection, visit_id, now, me, key, None if fully else stamp)
    except (SQLAlchemyError, HearthsideError):
        raise
    except Exception as error:  # noqa: BLE001 - a fault in a rule must not keep an answer from being saved
        # The page says that the rules could not be worked out: `app.services.alerts.lines_for_visit`.
        log.error("the safety rules failed: %s", type(error).__name__)
        return False


def _look(
    connection: Connection, visit_id: str, now: datetime, me: PersonRef, key: str, stamp: str | None
) -> bool:
    draft = visits.read_draft(connection, visit_id)
    wrote = _settle(connection, draft, find_in(connection, draft, now), now, me)
    if stamp is None:
        wrote = _close_older(connection, draft, now, me) or wrote
        meta.remove(connection, key)
    else:
        meta.put(connection, key, stamp)
    return wrote


def _settle(
    connection: Connection, draft: VisitDraft, findings: Iterable[Finding], now: datetime, me: PersonRef
) -> bool:
    """Make the alerts on record say what the rules find now."""
    held = {one.subject: one for one in alerts.list_for_visit(connection, draft.id) if one.origin == OWN}
    wrote = False
    why: dict[str, str] = {}
    for finding in findings:
        if finding.subject == TRANSITION:
            continue
        if not finding.task:
            why[finding.subject] = QUIETED if finding.quieted else NO_TASK
            continue
        before = held.pop(finding.subject, None)
        wanted = find_wanted(finding, before, draft, now)
        if wanted is not None:
            alert_writes.write(connection, wanted, me, now)
            wrote = True
    for alert in held.values():
        if alert.state.stands:
            reason = why.get(alert.subject, CORRECTED)
            alert_writes.write(connection, closed(alert, reason, now), me, now)
            wrote = True
    return wrote


def find_wanted(finding: Finding, before: Alert | None, draft: VisitDraft, now: datetime) -> Alert | None:
    """The alert as it should be, None when it is so already."""
    fresh = alert_writes.make_alert(
        finding, alert_writes.alert_id(draft.root, finding.subject), draft.patient_id, draft.id, now
    )
    if before is None or before.state is AlertState.CLOSED:
        return fresh
    risen = fresh.level.urgency > before.level.urgency or _asks_more(fresh, before)
    if before.state is AlertState.DONE and not risen:
        return None
    state = AlertState.OPEN if risen else before.state
    same_clock = before.rule == fresh.rule and before.level is fresh.level
    now_so = replace(
        fresh,
        state=state,
        fired_at=before.fired_at,
        due_at=before.due_at if same_clock else fresh.due_at,
        origin=before.origin,
    )
    return None if now_so == before else now_so


def _asks_more(fresh: Alert, before: Alert) -> bool:
    """A finished alert that must be heard again: as urgent as before, and now about something else to be done."""
    urgent = fresh.level.urgency >= Level.TODAY.urgency and fresh.level is before.level
    return before.state is AlertState.DONE and urgent and _title(fresh) != _title(before)


def _title(alert: Alert) -> str:
    """The first line of its detail: what it is about."""
    return alert.detail.partition("\n")[0]


def _close_older(connection: Connection, draft: VisitDraft, now: datetime, me: PersonRef) -> bool:
    """One alert a symptom: what earlier visits of this nurse left open about the same gives way to what is signed now.

    Only then: an answer of a draft may be a slip of the finger. What somebody has taken stays with whoever took it.
    What nobody took is due no later for having been found again: the newer one keeps the older one's time.
    """
    newer = {
        one.subject: one
        for one in alerts.list_for_visit(connection, draft.id)
        if one.origin == OWN and one.state.stands
    }
    wrote = False
    for alert in alerts.list_for_patient(connection, draft.patient_id):
        by = newer.get(alert.subject)
        if by is not None and _gives_way(alert, by):
            alert_writes.write(connection, closed(alert, NEWER, now), me, now)
            if alert.due_at is not None and (by.due_at is None or alert.due_at < by.due_at):
                newer[alert.subject] = by = replace(by, due_at=alert.due_at)
                alert_writes.write(connection, by, me, now)
            wrote = True
    return wrote


def _gives_way(alert: Alert, newer: Alert) -> bool:
    older = alert.visit_id != newer.visit_id and alert.fired_at < newer.fired_at
    ours = alert.origin == OWN and alert.state is AlertState.OPEN
    return older and ours and alert.level.urgency <= newer.level.urgency


def closed(alert: Alert, reason: str, now: datetime) -> Alert:
    """No longer true; kept, with the reason."""
    return replace(alert, state=AlertState.CLOSED, closed_at=now, closed_reason=reason)

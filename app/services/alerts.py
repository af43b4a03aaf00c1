"""Alerts as lists show them, and what a person does with one: take it, finish it, open a private one."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.domain.alert import Alert, AlertState
from app.domain.safety import Finding
from app.domain.settings import PlanSettings
from app.domain.typed import clean_line
from app.domain.visit import PersonRef
from app.errors import HearthsideError, NotFound, RecordError
from app.language import tr
from app.services import alert_writes
from app.services.alert_lines import (
    failed_line,
    list_lines,
    of_finding,
    private_of_alert,
    private_of_finding,
    to_lines,
)
from app.services.alert_models import AlertLine, PrivateDetail
from app.services.clock import Clock
from app.services.plan_settings import read_settings
from app.services.safety import TRANSITION
from app.services.safety_clocks import check_clocks
from app.services.safety_context import LOOK_BACK, find_remembered
from app.store import alerts, audit, visits
from app.store.changes import Topic
from app.store.engine import Store

LONGEST_REASON = 500
SAID_TAKEN, SAID_DONE = "Taken", "Done"
"""What the note says that tells everybody who has looked at an alert."""
log = logging.getLogger("app.services.alerts")


def lines_for_visit(connection: Connection, visit_id: str, now: datetime) -> tuple[AlertLine, ...]:
    """What the rules find in a draft now, with what became of it; of a signed visit its alerts as they stand.

    The most urgent first, closed ones last.
    """
    settings = read_settings(connection)
    held = alerts.list_for_visit(connection, visit_id)
    try:
        draft = visits.read_draft(connection, visit_id)
    except NotFound:
        return to_lines(connection, held, settings)
    rows = _by_subject(connection, held, settings)
    try:
        findings = find_remembered(connection, draft, now)
    except (SQLAlchemyError, HearthsideError):
        raise
    except Exception as error:  # noqa: BLE001 - a fault in a rule must not keep the page from opening
        log.error("the safety rules failed: %s", type(error).__name__)
        return (failed_line(visit_id, draft.patient_id, settings, now), *rows.values())
    clocks = _clock_rows(connection, draft.patient_id, findings, settings, now)
    name = alerts.read_names(connection, [draft.patient_id]).get(draft.patient_id, "")
    visit = (visit_id, draft.patient_id, name)
    # Of one urgency first what somebody is asked to do: of a closed strip only the first one is read.
    found = sorted(findings, key=lambda one: (-one.level.urgency, not one.task))
    shown = [
        of_finding(
            one,
            rows.pop(one.subject, None) or clocks.get(one.subject),
            alert_writes.alert_id(draft.root, one.subject),
            visit,
            settings,
            now,
        )
        for one in found
    ]
    return (*shown, *rows.values())


def _clock_rows(
    connection: Connection,
    patient_id: str,
    findings: Iterable[Finding],
    settings: PlanSettings,
    now: datetime,
) -> dict[str, AlertLine]:
    """What became of the alert of the clock that runs outside of visits, where a finding is about that same clock."""
    due = next((one.due_at for one in findings if one.subject == TRANSITION), None)
    if due is None:
        return {}
    held = alerts.list_since(connection, patient_id, now - LOOK_BACK)
    same = [one for one in held if one.subject == TRANSITION and one.visit_id is None and one.due_at == due]
    return _by_subject(connection, same[:1], settings)


def _by_subject(
    connection: Connection, held: Sequence[Alert], settings: PlanSettings
) -> dict[str, AlertLine]:
    """Lines by what their alerts are about; the line of a private one does not say it."""
    lines = to_lines(connection, held, settings)
    return {alert.subject: line for alert, line in zip(held, lines, strict=True)}


class Alerts:
    """All methods return after the commit. `verify` raises unless the secret is this user's own."""

    def __init__(
        self, store: Store, me: PersonRef, clock: Clock, verify: Callable[[str], Awaitable[None]]
    ) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._verify = verify

    async def check_clocks(self) -> None:
        """Look at what runs while nobody documents."""
        now = self._clock.now()
        await self._store.write(
            lambda connection: check_clocks(connection, now, self._me),
            more=lambda wrote: (Topic.ALERTS, Topic.OUTBOX) if wrote else (),
        )

    async def list_open(self) -> tuple[AlertLine, ...]:
        """Everything that stands, of everybody on this device, the most urgent first."""
        return await self._store.read(list_lines)

    async def find_received(self, ids: Collection[str]) -> frozenset[str]:
        """Which of these the plan has just as they are."""
        unsent = await self._store.read(lambda connection: alerts.find_unsent(connection, ids))
        return frozenset(ids).difference(unsent)

    async def acknowledge(self, alert_id: str) -> None:
        """Somebody has taken it. Raises NotFound."""
        await self._change(alert_id, lambda one, now: replace(one, state=AlertState.ACKNOWLEDGED))

    async def finish(self, alert_id: str, reason: str) -> None:
        """Handled; `reason` says how, in a few words. Raises RecordError without one, NotFound."""
        words = clean_line(reason)
        if not words:
            raise RecordError("Please say in a few words what was done.")
        if len(words) > LONGEST_REASON:
            raise RecordError(tr("Please keep it under {number} letters.", number=LONGEST_REASON))

        def done(one: Alert, now: datetime) -> Alert:
            return replace(one, state=AlertState.DONE, closed_at=now, closed_reason=words)

        await self._change(alert_id, done)

    async def open_private(self, alert_id: str, secret: str, visit_id: str | None = None) -> PrivateDetail:
        """What a private alert is about. Asks for the PIN or the words first; written to the audit log.

        `visit_id`: the draft that it is shown in, for one that opened no task. Raises NotFound, WrongPin.
        """
        await self._verify(secret)
        now = self._clock.now()
        detail = await self._store.read(lambda connection: _read_private(connection, alert_id, visit_id, now))
        await audit.note_reading(
            self._store,
            at=now,
            actor=self._me.reference,
            action="read",
            subject=f"Task/{alert_id}",
        )
        return detail

    async def _change(self, alert_id: str, change: Callable[[Alert, datetime], Alert]) -> None:
        now = self._clock.now()

        def run(connection: Connection) -> None:
            alert = alerts.get(connection, alert_id)
            if not alert.state.stands:
                return
            changed = change(alert, now)
            said = SAID_TAKEN if changed.state is AlertState.ACKNOWLEDGED else SAID_DONE
            alert_writes.write(connection, changed, self._me, now, said)
            audit.append(
                connection, at=now, actor=self._me.reference, action="write", subject=f"Task/{alert_id}"
            )

        await self._store.write(run, Topic.ALERTS, Topic.VISITS, Topic.OUTBOX)


def _read_private(
    connection: Connection, alert_id: str, visit_id: str | None, now: datetime
) -> PrivateDetail:
    alert = alerts.find(connection, alert_id)
    if alert is not None:
        return private_of_alert(connection, alert)
    if visit_id is None:
        raise NotFound(detail="no such alert")
    draft = visits.read_draft(connection, visit_id)
    for found in find_remembered(connection, draft, now):
        if alert_writes.alert_id(draft.root, found.subject) == alert_id:
            return private_of_finding(connection, found)
    raise NotFound(detail="no such alert")

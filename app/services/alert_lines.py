"""From alerts and findings to the lines that screens show. A private one shows nothing but that it is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from app.content.rules import Level, load_rules
from app.domain.alert import PRIVATE_TEXT, Alert, AlertState
from app.domain.safety import Finding
from app.domain.safety.wording import phone_of
from app.domain.settings import PlanSettings
from app.domain.visit import Setting
from app.services.alert_models import AlertLine
from app.services.plan_settings import read_settings
from app.store import alerts

FALLBACK = ("on-call", "supervisor")
"""Whom to call where the plan set no number for a purpose."""


def list_lines(connection: Connection, patient_id: str | None = None) -> tuple[AlertLine, ...]:
    """Alerts that stand, of one person or of everybody here; of each subject only the most urgent and newest."""
    held = (
        alerts.list_standing(connection)
        if patient_id is None
        else alerts.list_for_patient(connection, patient_id)
    )
    first: dict[tuple[str, str], Alert] = {}
    for one in held:
        first.setdefault((one.patient_id, one.subject), one)
    return to_lines(connection, first.values(), read_settings(connection))


def read_open(connection: Connection, patient_id: str) -> tuple[AlertLine, ...]:
    """Alerts about one person that stand, for her page."""
    return list_lines(connection, patient_id)


def split_detail(alert: Alert) -> tuple[str, str, tuple[str, ...]]:
    """(title, full finding, what to do) out of the stored lines; a Task of another app may hold fewer."""
    lines = [line for line in alert.detail.splitlines() if line.strip()]
    title = lines[0] if lines else alert.finding
    return title, lines[1] if len(lines) > 1 else alert.finding, tuple(lines[2:])


def find_phone(settings: PlanSettings, purpose: str) -> str | None:
    """The number for a purpose, else that of who is on call."""
    return next((n for one in (purpose, *FALLBACK) if (n := settings.phones.get(one))), None)


def to_lines(connection: Connection, held: Iterable[Alert], settings: PlanSettings) -> tuple[AlertLine, ...]:
    found = tuple(held)
    names = alerts.read_names(connection, {one.patient_id for one in found})
    places = alerts.read_settings_of(connection, {one.visit_id for one in found if one.visit_id})
    unsent = alerts.find_unsent(connection, [one.id for one in found])
    return tuple(
        _of_alert(
            one,
            names.get(one.patient_id, ""),
            one.id not in unsent,
            settings,
            _purpose(one.rule, places.get(one.visit_id or "")),
        )
        for one in found
    )


def _of_alert(alert: Alert, name: str, received: bool, settings: PlanSettings, purpose: str) -> AlertLine:
    title, finding, actions = split_detail(alert)
    return AlertLine(
        id=alert.id,
        patient_id=alert.patient_id,
        patient_name=name,
        visit_id=alert.visit_id,
        rule="" if alert.private else alert.rule,
        subject=alert.subject,
        level=alert.level.value,
        state=alert.state.value,
        finding=PRIVATE_TEXT if alert.private else finding,
        detail="" if alert.private else alert.detail,
        private=alert.private,
        owner=alert.owner,
        fired_at=alert.fired_at.astimezone(),
        due_at=None if alert.due_at is None else alert.due_at.astimezone(),
        received=received,
        phone=find_phone(settings, purpose),
        closed_at=None if alert.closed_at is None else alert.closed_at.astimezone(),
        closed_reason=alert.closed_reason,
        title=PRIVATE_TEXT if alert.private else title,
        actions=() if alert.private else actions,
        phone_for=purpose,
    )


def of_finding(
    finding: Finding,
    row: AlertLine | None,
    alert_id: str,
    visit: tuple[str, str, str],
    settings: PlanSettings,
    now: datetime,
) -> AlertLine:
    """A finding with the state of its alert, where it has one. `visit`: its id, the person's id and name."""
    private = finding.private
    visit_id, patient_id, name = visit
    return AlertLine(
        id=row.id if row is not None else alert_id,
        patient_id=patient_id,
        patient_name=name,
        visit_id=visit_id,
        rule="" if private else finding.rule,
        subject=finding.subject,
        level=finding.level.value,
        state=row.state if row is not None else AlertState.OPEN.value,
        finding=PRIVATE_TEXT if private else finding.finding,
        detail="",
        private=private,
        owner=finding.owner,
        fired_at=row.fired_at if row is not None else now,
        due_at=row.due_at if row is not None else finding.due_at,
        received=row.received if row is not None else not finding.task,
        phone=find_phone(settings, finding.phone),
        closed_at=row.closed_at if row is not None else None,
        closed_reason=row.closed_reason if row is not None else None,
        title=PRIVATE_TEXT if private else finding.title,
        actions=() if private else finding.actions,
        due=finding.due,
        task=finding.task,
        source=finding.source,
        score=finding.score,
        quieted=finding.quieted,
        asks=finding.asks,
        phone_for=finding.phone,
    )


def failed_line(visit_id: str, patient_id: str, settings: PlanSettings, now: datetime) -> AlertLine:
    """What the page says where the rules could not be worked out: never a silent screen."""
    return AlertLine(
        id=f"rules-{visit_id}",
        patient_id=patient_id,
        patient_name="",
        visit_id=visit_id,
        rule="",
        subject="rules",
        level=Level.TODAY.value,
        state=AlertState.OPEN.value,
        finding="The safety rules could not be worked out for this visit.",
        detail="",
        private=False,
        owner="nurse",
        fired_at=now,
        due_at=None,
        received=True,
        phone=find_phone(settings, FALLBACK[0]),
        title="Look at the answers yourself",
        actions=("What you record is saved as always.", "Phone whoever is on call if anything worries you."),
        task=False,
        phone_for=FALLBACK[0],
    )


def _purpose(rule_id: str, setting: Setting | None) -> str:
    """Whom to call about an alert on record; a rule of a newer app goes to whoever is on call."""
    rule = next((one for one in load_rules().rules if one.id == rule_id), None)
    return FALLBACK[0] if rule is None else phone_of(rule, None, setting or Setting.HOME)

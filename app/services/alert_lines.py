"""From alerts and findings to the lines that screens show. A private one shows nothing but that it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.content.rules import Level, load_rules
from app.domain.alert import PRIVATE_TEXT, Alert, AlertState
from app.domain.death import stands_after
from app.domain.safety import Finding
from app.domain.safety.wording import phone_on_record
from app.domain.settings import PlanSettings
from app.domain.stays import RULE as CLOCK
from app.domain.stays import Stay
from app.domain.visit import Setting
from app.services.alert_models import AlertLine, PrivateDetail
from app.services.alert_shown import pick_shown
from app.services.alert_told import find_received, find_taken, find_taking_waits, find_told, with_told
from app.services.corrected_answers import read_corrected
from app.services.plan_settings import read_settings
from app.services.stays import read_stays
from app.store import alerts, death_rows
from app.store.visit_rows import OWN
from app.sync.leaves import read_covered

SUPERVISOR = "supervisor"
HOME_VISIT = (CLOCK, "DISCHARGE_NURSE_OFF")
"""Rules, the plan's own too, whose alerts wait for a visit at the person's home."""
FALLBACK = ("on-call", SUPERVISOR)
"""Whom to call where the plan set no number for a purpose."""


def list_lines(
    connection: Connection,
    patient_id: str | None = None,
    among: Callable[[Alert], bool] = lambda _: True,
) -> tuple[AlertLine, ...]:
    """Alerts that stand, of one person or of everybody here, of each subject as `pick_shown` says. `among`: only these
    are looked at, so that no other hides one of them.
    """
    held = (
        alerts.list_standing(connection)
        if patient_id is None
        else alerts.list_for_patient(connection, patient_id)
    )
    held = _still_asked(connection, tuple(filter(among, held)))
    unsent = alerts.find_unsent(connection, [one.id for one in held if one.origin == OWN])
    drafts = alerts.find_drafts(connection, {one.visit_id for one in held if one.visit_id})
    return to_lines(connection, pick_shown(held, unsent, drafts), read_settings(connection))


def _still_asked(connection: Connection, held: tuple[Alert, ...]) -> tuple[Alert, ...]:
    """Without those that ask for the care of somebody who has died; they stay on record as they are."""
    dead = death_rows.find_dead(connection, {one.patient_id for one in held})
    return tuple(
        one for one in held if one.patient_id not in dead or stands_after(one.rule, private=one.private)
    )


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
    lines = (
        _of_alert(
            one,
            names.get(one.patient_id, ""),
            one.id not in unsent,
            settings,
            _purpose(one, places.get(one.visit_id or "")),
        )
        for one in found
    )
    told = find_told(connection, [one.id for one in found])
    at = find_received(connection, [one for one in found if one.id not in unsent])
    taken = find_taken(connection, found)
    taking = find_taking_waits(connection, [one for one in found if one.id in taken and one.id in unsent])
    covered = read_covered(connection) if found else {}
    corrected = read_corrected(connection, found)
    away = _find_away(connection, found)
    return tuple(
        with_told(
            replace(
                _as_away(line, away.get(line.patient_id)) if line.rule in HOME_VISIT else line,
                covers=covered.get(line.patient_id, ""),
                received_at=at.get(line.id),
                taken_at=taken.get(line.id),
                taking_waits=line.id in taking,
                corrected=corrected.get(line.id, ()),
            ),
            *told.get(line.id, (None, None, False)),
        )
        for line in lines
    )


def _find_away(connection: Connection, found: Iterable[Alert]) -> dict[str, Stay]:
    """By person the stay that keeps whom a home visit waits for from home again."""
    people = {one.patient_id for one in found if one.rule in HOME_VISIT and one.state.stands}
    stays = {who: read_stays(connection, who).away for who in people}
    return {who: stay for who, stay in stays.items() if stay is not None}


def _as_away(line: AlertLine, stay: Stay | None) -> AlertLine:
    """Nobody is late for a visit at a home where the person is not: no clock waits meanwhile, here or on the board."""
    if stay is None:
        return line
    return replace(line, away=stay, level=Level.WATCH.value, actions=(), due="", due_at=None)


def _of_alert(alert: Alert, name: str, received: bool, settings: PlanSettings, purpose: str) -> AlertLine:
    title, finding, actions = split_detail(alert)
    line = AlertLine(
        id=alert.id,
        patient_id=alert.patient_id,
        patient_name=name,
        visit_id=alert.visit_id,
        rule=alert.rule,
        subject=alert.subject,
        level=alert.level.value,
        state=alert.state.value,
        finding=finding,
        detail=alert.detail,
        private=alert.private,
        owner=alert.owner,
        fired_at=alert.fired_at.astimezone(),
        due_at=None if alert.due_at is None else alert.due_at.astimezone(),
        received=received,
        phone=find_phone(settings, purpose),
        closed_at=None if alert.closed_at is None else alert.closed_at.astimezone(),
        closed_reason=alert.closed_reason,
        title=title,
        actions=actions,
        phone_for=purpose,
    )
    return _masked(line, settings) if alert.private else line


def of_finding(
    finding: Finding,
    row: AlertLine | None,
    alert_id: str,
    visit: tuple[str, str, str],
    settings: PlanSettings,
    now: datetime,
) -> AlertLine:
    """A finding with the state of its alert, where it has one. `visit`: its id, the person's id and name."""
    visit_id, patient_id, name = visit
    line = AlertLine(
        id=row.id if row is not None else alert_id,
        patient_id=patient_id,
        patient_name=name,
        visit_id=visit_id,
        rule=finding.rule,
        subject=finding.subject,
        level=finding.level.value,
        state=row.state if row is not None else AlertState.OPEN.value,
        finding=finding.finding,
        detail="",
        private=finding.private,
        owner=finding.owner,
        fired_at=row.fired_at if row is not None else now,
        due_at=row.due_at if row is not None else finding.due_at,
        received=row.received if row is not None else not finding.task,
        phone=find_phone(settings, finding.phone),
        closed_at=row.closed_at if row is not None else None,
        closed_reason=row.closed_reason if row is not None else None,
        title=finding.title,
        actions=finding.actions,
        due=finding.due,
        task=finding.task,
        source=finding.source,
        score=finding.score,
        quieted=finding.quieted,
        asks=finding.asks,
        phone_for=finding.phone,
    )
    if row is not None:
        line = replace(
            line,
            received_at=row.received_at,
            seen_by=row.seen_by,
            seen_at=row.seen_at,
            gone_to=row.gone_to,
            gone_at=row.gone_at,
            taken_at=row.taken_at,
            taking_waits=row.taking_waits,
        )
    return _masked(line, settings) if finding.private else line


def _masked(line: AlertLine, settings: PlanSettings) -> AlertLine:
    """A private one, the same whatever its rule is; its level is kept only because lists are ordered by it."""
    return replace(
        line,
        rule="",
        subject="",
        finding=PRIVATE_TEXT,
        detail="",
        owner="",
        due_at=None,
        phone=settings.phones.get(SUPERVISOR),
        closed_reason=None,
        title=PRIVATE_TEXT,
        actions=(),
        due="",
        source=None,
        score=None,
        quieted=False,
        asks=None,
        phone_for=SUPERVISOR,
    )


def private_of_alert(connection: Connection, alert: Alert) -> PrivateDetail:
    """What an alert on record is about, for whoever has opened it."""
    places = alerts.read_settings_of(connection, [alert.visit_id] if alert.visit_id else [])
    purpose = _purpose(alert, places.get(alert.visit_id or ""))
    return PrivateDetail(
        *split_detail(alert),
        due_at=None if alert.due_at is None else alert.due_at.astimezone(),
        phone=find_phone(read_settings(connection), purpose),
        closed_reason=alert.closed_reason,
    )


def private_of_finding(connection: Connection, found: Finding) -> PrivateDetail:
    """The same of what a draft holds without a task."""
    phone = find_phone(read_settings(connection), found.phone)
    return PrivateDetail(found.title, found.finding, found.actions, found.due_at, phone)


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


def _purpose(alert: Alert, setting: Setting | None) -> str:
    """Whom to call about an alert on record; a rule of a newer app goes to whoever is on call."""
    rule = next((one for one in load_rules().rules if one.id == alert.rule), None)
    if rule is None:
        return FALLBACK[0]
    return phone_on_record(rule, alert.owner, alert.level, setting or Setting.HOME)

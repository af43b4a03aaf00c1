"""What every unlock will run, run once ahead while the lock screen waits: on an empty store, for nobody."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from sqlalchemy import Connection

from app.content import CONTENT_VERSION
from app.domain.patient import PatientRow
from app.domain.visit import Modality, PersonRef, Setting, VisitDraft
from app.services.caseload import read_today
from app.services.day import read_contact, read_day
from app.services.going_in import read_going_in
from app.services.patient_parts import read_parts
from app.services.plan_settings import read_settings
from app.services.stays import read_stays
from app.services.summaries import summarise
from app.store import audit, day_rows, emergencies, outbox, passes, patients, sessions, visits
from app.store.outbox_others import list_others
from app.store.warm import compile_ahead
from app.sync.lines import make_http

NOBODY = PatientRow("nobody", "Nobody", "Nobody", None, None, None, None)
PLANS = ("https://plan.invalid", "http://127.0.0.1")
"""A plan elsewhere, and one on this machine, whose authorities are not asked of the surroundings."""
ME = PersonRef("Practitioner/nobody", "Nobody")
WARM_AFTER = 1.0
"""Seconds after the start: until then the first screen needs the processor."""
log = logging.getLogger("app.services.warming")


def warm_soon() -> None:
    """Once the lock screen stands, in a thread beside it."""
    loop = asyncio.get_running_loop()
    loop.call_later(WARM_AFTER, lambda: loop.run_in_executor(None, warm_up))


def warm_up() -> None:
    """Takes some tenths of a second of computing. A fault is logged and keeps nobody out."""
    try:
        compile_ahead(_run)
        for plan in PLANS:
            make_http(plan)  # reads the list of authorities; connects to nobody
    except Exception as error:  # noqa: BLE001 - the first unlock is slower then, and says what is wrong itself
        log.warning("nothing was compiled ahead: %s", type(error).__name__)


def _run(connection: Connection) -> None:
    now = datetime.now(UTC)
    patients.upsert(connection, NOBODY)
    draft = VisitDraft(
        id="no-visit",
        patient_id=NOBODY.id,
        nurse=ME,
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=now,
    )
    visits.begin(connection, draft, CONTENT_VERSION)
    sessions.find(connection)
    emergencies.list_open(connection)
    read_settings(connection)
    audit.append(connection, at=now, actor=ME.reference, action="unlock")
    outbox.count(connection)
    list_others(connection)
    passes.find_last_success(connection)
    summarise(connection, visits.list_drafts(connection))
    read_today(connection, ME.name, now)
    read_day(connection, ME, now)
    day_rows.list_contacts(connection, [NOBODY.id], now)
    read_contact(connection, NOBODY.id)
    read_stays(connection, NOBODY.id)
    read_going_in(connection, NOBODY.id)
    read_parts(connection, NOBODY.id)

"""What a store to practise in is filled with: one person who does not exist, and a visit of last week."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.content import help_pages
from app.content.spoken import load_practice
from app.domain.visit import (
    Answer,
    AnsweredBy,
    Modality,
    PersonRef,
    Setting,
    VisitDraft,
    sign,
)
from app.services.plan_settings import META_KEY
from app.store import meta
from app.sync.fhir import json_text
from app.sync.fhir.visit import encode_visit
from app.sync.inbound import Inbound, store_inbound

PRACTICE_TAG = "urn:hearthside:practice"
"""System of the tag that every record of the practice person carries."""
DEMO_TAG = "urn:hearthside:demo"
"""System of the tag of people of a demo panel, who do not exist either."""
_DAY = re.compile(r"\{day-(\d+)\}")


def practice_person() -> str:
    """Her id. No plan can give it to anybody: it is no UUID."""
    return help_pages.load_practice().person


def fill(connection: Connection, now: datetime, settings: str | None) -> None:
    """Put the practice person into an empty store; `settings` are the plan's as they lie in the nurse's own store."""
    if settings:
        meta.put(connection, META_KEY, settings)
    data = load_practice()
    resources = [_dated(one, now) for one in data.resources]
    resources += [json_text.loads(one.body) for one in encode_visit(_last_visit(now))]
    stamp = (now - timedelta(days=1)).isoformat()
    for one in resources:
        one["meta"] = one.get("meta", {}) | {"versionId": "1", "lastUpdated": stamp}
    store_inbound(connection, [Inbound(resources)], frozenset({data.person}), None)


def _dated(value: Any, now: datetime) -> Any:
    """A copy with days counted back from today in place of `{day-7}`."""
    if isinstance(value, str):
        return _DAY.sub(lambda found: (now - timedelta(days=int(found[1]))).date().isoformat(), value)
    if isinstance(value, list | tuple):
        return [_dated(one, now) for one in value]
    if isinstance(value, dict):
        return {name: _dated(one, now) for name, one in value.items()}
    return value


def _last_visit(now: datetime) -> Any:
    data = load_practice()
    said = data.visit
    began = now - timedelta(days=said["days_ago"])
    left = began + timedelta(minutes=said["minutes"])
    draft = VisitDraft(
        id=str(uuid.uuid4()),
        patient_id=data.person,
        nurse=PersonRef("Practitioner/practice", said["nurse"]),
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=began,
        left_at=left,
        answered_by=AnsweredBy.PATIENT,
        note=said["words"],
        answers={
            name: Answer(began + timedelta(minutes=5 + number), value)
            for number, (name, value) in enumerate(said["answers"].items())
        },
    )
    return sign(draft, left, None)

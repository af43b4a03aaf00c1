"""Whom this nurse sees today, asked of the plan before anything of a first load is here."""

from __future__ import annotations

import logging
from datetime import timedelta

from app.errors import PlanError
from app.store import drafts_elsewhere, meta
from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.fhir import json_text, read
from app.sync.fhir.drafts import decode_list
from app.sync.fhir.write import time_text
from app.sync.panel import matches
from app.sync.transport import FhirClient

FIRST = "first"
"""Scope of the cursors of that load; nothing of it stays."""
MOST = 25
BEFORE, AFTER = timedelta(hours=12), timedelta(hours=18)
"""What counts as today, around now: no clock of the tablet's is asked."""
KIND = "Appointment"
_log = logging.getLogger("app.sync")


async def find_todays_people(
    store: Store, client: FhirClient, capabilities: Capabilities, panel: frozenset[str]
) -> list[str]:
    """Those of the panel with a draft on another tablet, then those with a planned visit, in order of its time.

    Empty where the plan does not say; raises no PlanError: the load goes on as ever then.
    """
    text = await store.read(lambda c: meta.find(c, drafts_elsewhere.LIST))
    found = [one.patient_id for one in decode_list(json_text.find_object(text))] if text else []
    now = client.server_at
    if now is not None and capabilities.searches(KIND, "date"):
        days = [("date", f"ge{time_text(now - BEFORE)}"), ("date", f"le{time_text(now + AFTER)}")]
        try:
            answer = await client.search(KIND, [*days, ("_count", "200")])
            planned = matches(answer.get(), KIND)
        except PlanError as error:
            _log.info("today's visits were not asked for: %s %s", type(error).__name__, error.detail)
            planned = []
        planned.sort(key=lambda one: read.text(one, "start") or "")
        for one in planned:
            actors = (read.reference(each, "actor") for each in read.items(one, "participant"))
            found += [actor[1] for actor in actors if actor is not None and actor[0] == "Patient"]
    return [one for one in dict.fromkeys(found) if one in panel][:MOST]

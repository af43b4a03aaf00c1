"""Access in an emergency, between device and plan: asking for it, and keeping in step with what the plan lets stand."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.emergency import EmergencyAsk
from app.errors import PlanError
from app.language import N_
from app.store import emergencies
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.fhir import json_text, read
from app.sync.transport import FHIR_JSON, FhirClient, utc_now

OPERATION = "$hearthside-emergency"
NOT_OFFERED = (404, 405, 501)
_log = logging.getLogger("app.sync")


class EmergencyRefused(PlanError):
    """The plan opened nothing; the sentence says why."""

    may_have_arrived = False
    sentence = N_("The plan did not open this record.")


_WHY = {
    403: "The plan does not open records in an emergency for this sign-in.",
    404: "Nobody has exactly this name and this birth date. Check the spelling, or call your supervisor.",
    409: "This person is on your list already. Look for the name there.",
    422: "The whole name, the birth date and a reason of at least 10 letters are needed.",
    429: "The plan opens no more records today. Call your supervisor.",
}


async def ask_for_access(client: FhirClient, ask: EmergencyAsk) -> tuple[str, datetime]:
    """Open one record. Returns the patient's id and until when, by the plan's clock.

    Raises EmergencyRefused, and what `FhirClient.send` raises. Asked again after a lost answer it costs nothing more.
    """
    if client.capabilities is not None and not client.capabilities.emergency:
        raise EmergencyRefused(
            "This plan opens no records in an emergency. Call your supervisor.", detail="not offered"
        )
    said = {"given": ask.given, "family": ask.family, "reason": ask.reason}
    parameters: list[dict[str, str]] = [{"name": name, "valueString": value} for name, value in said.items()]
    parameters.append({"name": "birthDate", "valueDate": ask.born_on.isoformat()})
    body = json_text.dumps({"resourceType": "Parameters", "parameter": parameters})
    answer = await client.send("POST", OPERATION, body.encode(), {"Content-Type": FHIR_JSON})
    if answer.ok:
        for patient_id, until in decode_open(answer.resource).items():
            return patient_id, until
        raise EmergencyRefused(detail="no record in the answer")
    if answer.status in _WHY:
        raise EmergencyRefused(_WHY[answer.status], detail=f"HTTP {answer.status}")
    raise answer.error()


def decode_open(parameters: Any) -> Mapping[str, datetime]:
    """Until when, by patient id, as the plan tells it."""
    found: dict[str, datetime] = {}
    for one in read.items(parameters, "parameter"):
        parts = {read.text(part, "name"): part for part in read.items(one, "part")}
        whose = read.reference(parts.get("patient"), "valueReference")
        until = read.instant(parts.get("until"), "valueInstant")
        if read.text(one, "name") != "open" or whose is None or until is None:
            continue
        if whose[0] == "Patient":
            found[whose[1]] = until
    return found


async def keep_in_step(store: Store, client: FhirClient, panel: frozenset[str]) -> frozenset[str]:
    """The people whose records stand open in an emergency, by the plan's word; the others' leave this device.

    Costs a request only while something stands open. Raises PlanError when the plan could not be asked.
    """
    standing = await store.read(emergencies.list_open)
    if not standing:
        return frozenset()
    if joined := standing.keys() & panel:
        await store.write(lambda connection: emergencies.make_ordinary(connection, joined), Topic.PATIENTS)
    wanted = standing.keys() - panel
    if not wanted:
        return frozenset()
    answer = await client.send("GET", OPERATION)
    if answer.ok:
        told = decode_open(answer.resource)
    elif answer.status == 403 or answer.status in NOT_OFFERED:
        told = {}  # this sign-in opens nothing any more
    else:
        raise answer.error()
    now = client.server_at or utc_now()
    kept = {one: told[one] for one in wanted & told.keys() if told[one] > now}
    await store.write(lambda connection: emergencies.set_until(connection, kept))
    if over := wanted - kept.keys():
        await close(store, tuple(sorted(over)), now)
    return frozenset(kept)


async def close(store: Store, people: tuple[str, ...], now: datetime) -> None:
    """Take these off the device."""
    await store.write(
        lambda connection: emergencies.close(connection, people, now),
        Topic.PATIENTS,
        Topic.VISITS,
        Topic.ALERTS,
    )
    _log.info("access in an emergency is over: %d records left this device", len(people))

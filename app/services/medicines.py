"""The plan's medicine list beside what visits found, and the calls to prescribers, from what is on the device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.domain.patient import Medicine
from app.domain.prescriber import PrescriberCall
from app.domain.reconciliation import SAW, SAW_NONE, Reconciliation, find_heads, latest
from app.domain.visit import Answer
from app.store.current import list_current
from app.sync.fhir.json_text import loads
from app.sync.fhir.medicine_use import decode_use
from app.sync.fhir.medicines import decode_medicines
from app.sync.fhir.prescriber import decode_calls


@dataclass(frozen=True, slots=True)
class MedicinesPart:
    """`listed`: active orders. `last`: the last word of signed visits on each, None when none was ever gone through."""

    listed: tuple[Medicine, ...] = ()
    last: Reconciliation | None = None


def read_medicines(connection: Connection, patient_id: str) -> MedicinesPart:
    orders = [loads(one.body) for one in list_current(connection, patient_id, "MedicationRequest")]
    listed = decode_medicines(orders)
    statements = list_current(connection, patient_id, "MedicationStatement")
    uses = [decode_use(loads(one.body), pending=one.pending) for one in statements]
    return MedicinesPart(listed, latest([use for use in uses if use is not None], listed))


def name_words_seen(
    connection: Connection, patient_id: str, order: str, now: datetime
) -> Mapping[str, Answer]:
    """The hidden answer of a new entry about an order: the words on it that its author has before her now."""
    held = list_current(connection, patient_id, "MedicationStatement")
    uses = [decode_use(loads(one.body)) for one in held if f'"{order}"' in one.body]
    heads = find_heads(use for use in uses if use is not None and use.entry.about == order)
    named = " ".join(f"MedicationStatement/{use.id}" for use in heads)
    return {SAW: Answer(at=now, value=named or SAW_NONE)}


def read_calls(connection: Connection, patient_id: str) -> tuple[PrescriberCall, ...]:
    """The newest first."""
    records = list_current(connection, patient_id, "Communication", "Task")
    bodies = [(one, loads(one.body)) for one in records]
    return decode_calls(
        [body for one, body in bodies if one.type == "Communication"],
        [body for one, body in bodies if one.type == "Task"],
        pending=[one.id for one in records if one.pending],
    )

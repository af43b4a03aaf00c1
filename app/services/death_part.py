"""What is on record of one person's death."""

from __future__ import annotations

from sqlalchemy import Connection

from app.services.death_models import DeathPart
from app.services.family_calls import read_calls
from app.store import patients
from app.sync.deaths import read_death, read_plans_word


def read_part(connection: Connection, patient_id: str) -> DeathPart:
    """What a person's page says of her death; empty for somebody who lives."""
    row = patients.find(connection, patient_id)
    if row is None or not row.deceased:
        return DeathPart()
    by_plan, plan_on = read_plans_word(connection, patient_id)
    return DeathPart(read_death(connection, patient_id), by_plan, plan_on, read_calls(connection, patient_id))

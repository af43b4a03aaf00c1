"""What stands behind a mentor's link now: exactly what was seen before it was sent, or nothing."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from plan.sharing.mentor_reading import compose_reading
from plan.sharing.model import Summary
from plan.sharing.tables import MentorVisit

MENTOR = "mentor"
"""The audience of such a sharing."""
MENTOR_VISIT = MentorVisit.metadata.tables["mentor_visit"]


def find_told(connection: Connection, row: Any) -> Summary | None:
    """The reading of this row of `shared_record`; None where the record says anything else than it did, or is kept
    apart since, or a passage may not leave any more. Asked at every opening.
    """
    mine = select(MENTOR_VISIT).where(MENTOR_VISIT.c.share_id == row.id)
    held = connection.execute(mine).first()
    if held is None:
        return None
    reading = compose_reading(connection, row.patient_id, held.visit_id)
    if reading is None or reading.digest != held.digest:
        return None
    try:
        return reading.as_told(json.loads(held.passages))
    except KeyError:
        return None

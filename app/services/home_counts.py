"""What was last counted in a person's home, from signed visits on this device."""

from __future__ import annotations

from sqlalchemy import Connection

from app.domain.home_count import GROUP, WITH, LastCount, last_count_of, newest_of_each
from app.store.count_rows import list_counted


def read_counts(connection: Connection, patient_id: str) -> tuple[LastCount, ...]:
    """The newest count of each medicine, by name. What was left after it was destroyed is in it with 0."""
    made = []
    for one in list_counted(connection, patient_id, GROUP, (WITH,)):
        who = one.beside.get(WITH)
        made.append(
            last_count_of(
                one.answers,
                by=one.by,
                together_with=who.value if who is not None and isinstance(who.value, str) else "",
                visit_id=one.visit_id,
                about=one.about,
            )
        )
    return newest_of_each(found for found in made if found is not None)

"""A no as the app sends it, put into a member's record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from app.domain.declines import Decline, Scope, Voice
from app.domain.visit import PersonRef
from app.services.declines import title_of
from app.sync.fhir.declines import encode_decline
from plan.people import derive_id
from tests.support.roster import Person

ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
BEFORE = timedelta(days=10)
"""How long before its day a no is said here."""


def decline(
    person: Person,
    scope: Scope,
    about: str,
    voice: Voice,
    until: date,
    *,
    replaces: Sequence[str] = (),
    holds: bool = True,
) -> str:
    """Not wanted until that day, said ten days before; returns the record's reference."""
    own_id = derive_id("roster-test", person.key, "Consent", f"{scope} {about} {voice} {holds}")
    said = Decline(scope, about, voice, datetime.combine(until, time(12), UTC) - BEFORE, until)
    title = title_of(scope, about)
    body = encode_decline(own_id, person.patient_id, said, title, ANA, replaces=replaces, holds=holds)
    person.resources[f"Consent/{own_id}"] = body
    return f"Consent/{own_id}"

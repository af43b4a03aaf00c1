"""Which resource types an export can hold."""

from __future__ import annotations

from plan.fhir.types import TYPES

GROUP = "Group"
SHARED = ("Organization", "Practitioner", "PractitionerRole", "Location", "Questionnaire")
"""About no patient and open to everybody: what the records point at."""
_NEVER = ("Binary", "AuditEvent")
"""Files are read one by one under their own rights; who looked at what is asked for elsewhere."""

OF_PATIENTS = tuple(
    name for name, kind in TYPES.items() if kind.patient_paths or name in ("Patient", "Provenance")
)
EXPORTED = tuple(name for name in (GROUP, *SHARED, *sorted({"Patient", *OF_PATIENTS})) if name not in _NEVER)
"""In the order in which they are gathered: what others point at comes first."""

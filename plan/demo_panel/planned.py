"""Visits that the plan's scheduling has planned, counted from the day of loading. None of these people exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from plan.demo_panel.model import Member
from plan.demo_panel.records import TERMINOLOGY, Resource, concept, patient_id, resource, time_text
from plan.people import derive_id
from plan.users import User

VISIT_KIND = "urn:hearthside:visit-kind"
_KINDS = {
    "routine": "Routine visit",
    "first": "First visit",
    "cannot-speak": "Visit, cannot speak",
    "from-facility": "Visit after coming home",
    "telephone": "Telephone check",
}


@dataclass(frozen=True)
class PlannedVisit:
    """`hours` from the full hour of loading, negative: it should have been. `minutes`: how long it is to take."""

    member: str
    nurse: str
    kind: str
    hours: float
    minutes: int = 60
    status: str = "booked"


PLANNED = (
    PlannedVisit("odowd", "ana.ruiz", "routine", 1),
    PlannedVisit("villasenor", "ana.ruiz", "from-facility", 3, 90),
    PlannedVisit("sondergaard", "ana.ruiz", "cannot-speak", 4.5),
    PlannedVisit("quinones", "ana.ruiz", "telephone", 6, 20),
    PlannedVisit("freeman", "ana.ruiz", "routine", 2, status="cancelled"),
    PlannedVisit("dangelo", "ana.ruiz", "routine", -26),
    PlannedVisit("chan", "ana.ruiz", "routine", 27),
    PlannedVisit("venkataraman", "ana.ruiz", "from-facility", 24, 90),
    PlannedVisit("nguyen", "ben.cole", "routine", 1),
    PlannedVisit("iniguez", "ben.cole", "routine", 3),
    PlannedVisit("faleolo", "ben.cole", "telephone", 5, 20),
    PlannedVisit("odowd", "ben.cole", "telephone", 48, 20),
)

BEFORE_YOU_GO_IN = "urn:hearthside:before-you-go-in"
FACTS = (
    ("odowd", "dog", "Dog: stays in the kitchen when asked"),
    ("sondergaard", "parking", "Parking: only on the street side"),
    ("dangelo", "stairs", "Stairs"),
)
"""What whoever goes should know at the door: member, code, words; noted by Ben Cole."""
_NOTED_DAYS_AGO = 12


def planned_resources(member: Member, users: Mapping[str, User], now: datetime) -> list[Resource]:
    """One member's Appointments, and what is worth knowing at the door."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    found = []
    for number, visit in enumerate(PLANNED):
        if visit.member != member.key:
            continue
        start = hour + timedelta(hours=visit.hours)
        nurse = users[visit.nurse]
        who = {"reference": f"Practitioner/{nurse.practitioner_id}", "display": nurse.display_name}
        kind = {"coding": [{"system": VISIT_KIND, "code": visit.kind, "display": _KINDS[visit.kind]}]}
        content: Resource = {
            "status": visit.status,
            "serviceType": [kind | {"text": _KINDS[visit.kind]}],
            "start": time_text(start),
            "end": time_text(start + timedelta(minutes=visit.minutes)),
            "created": time_text(now - timedelta(days=6)),
            "participant": [
                {"actor": {"reference": f"Patient/{patient_id(member)}"}, "required": "required",
                 "status": "accepted"},
                {"actor": who, "required": "required", "status": "accepted"},
            ],
        }  # fmt: skip
        found.append(
            resource("Appointment", derive_id("demo", member.key, "Appointment", str(number)), content)
        )
    ben = users["ben.cole"]
    for key, code, words in FACTS:
        if key == member.key:
            coding = {"system": BEFORE_YOU_GO_IN, "code": code, "display": words.partition(":")[0]}
            flag: Resource = {
                "status": "active",
                "category": [concept("Safety", (f"{TERMINOLOGY}/flag-category", ("safety", "Safety")))],
                "code": {"coding": [coding], "text": words},
                "subject": {"reference": f"Patient/{patient_id(member)}"},
                "period": {"start": time_text(now - timedelta(days=_NOTED_DAYS_AGO))},
                "author": {"reference": f"Practitioner/{ben.practitioner_id}", "display": ben.display_name},
            }
            found.append(resource("Flag", derive_id("demo", member.key, "Flag", code), flag))
    return found

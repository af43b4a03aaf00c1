"""What a person's page shows beside her visits: one part for each subject, each read by one function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from app.domain.care_plan import PlanOfCare
from app.domain.code_status import Statement
from app.domain.comfort import ComfortLevel
from app.domain.declines import Decline
from app.domain.going_in import GoingIn
from app.domain.home_count import LastCount
from app.domain.hospice import Enrolment
from app.domain.people import PeopleOnRecord
from app.domain.prescriber import PrescriberCall
from app.domain.promise import Promise
from app.domain.referrals import Referral
from app.domain.settings import PlanSettings
from app.services.alert_lines import read_open
from app.services.alert_models import AlertLine
from app.services.at_door import AtDoor, read_at_door
from app.services.comfort import read_comfort
from app.services.conflict_models import ConflictLine
from app.services.conflicts import list_for_patient
from app.services.death_models import DeathPart
from app.services.death_part import read_part as read_death
from app.services.declines import read_declines
from app.services.goals_of_care import ConversationPart, read_code_status, read_conversation, read_people
from app.services.going_in import read_going_in
from app.services.home_counts import read_counts
from app.services.hospice import read_hospice
from app.services.medicines import MedicinesPart, read_calls, read_medicines
from app.services.plan_settings import read_settings
from app.services.planning import read_plan, read_referrals
from app.services.promises import read_promises
from app.services.stays import StaysPart, read_stays
from app.store import bases
from app.sync.fhir import json_text
from app.sync.fhir.person import called_of

Reader = Callable[[Connection, str], Any]
"""Reads one part of one person (`patient_id`) from the store, offline; None or an empty tuple: nothing on record."""


@dataclass(frozen=True, slots=True)
class PatientParts:
    """Everything current about one person, composed from pulled records and our own that are not sent yet.

    Every field has an empty default, so that a page can be drawn before its part can be read.
    """

    code_status: tuple[Statement, ...] = ()
    """Every statement on record; `app.domain.code_status.compose` makes the line that is always shown."""
    people: PeopleOnRecord = field(default_factory=PeopleOnRecord)
    conversation: ConversationPart = field(default_factory=ConversationPart)
    medicines: MedicinesPart = field(default_factory=MedicinesPart)
    calls: tuple[PrescriberCall, ...] = ()
    """To prescribers, the newest first."""
    settings: PlanSettings = field(default_factory=PlanSettings)
    """The plan's switches and telephone numbers."""
    alerts: tuple[AlertLine, ...] = ()
    """That stand, the most urgent first."""
    stays: StaysPart = field(default_factory=StaysPart)
    """In hospitals and facilities, with what their 48-hour clocks need."""
    hospice: Enrolment = field(default_factory=Enrolment)
    """As the plan's record says."""
    plan: PlanOfCare = field(default_factory=PlanOfCare)
    """The plan of care, and a care manager's plan beside it."""
    referrals: tuple[Referral, ...] = ()
    """The newest first, with where their loops stand."""
    going_in: tuple[GoingIn, ...] = ()
    """What to know before going in."""
    conflicts: tuple[ConflictLine, ...] = ()
    """Where two people wrote different things about this person, for somebody to choose."""
    promises: tuple[Promise, ...] = ()
    """Made to this person, answered ones too."""
    comfort: tuple[ComfortLevel, ...] = ()
    """The numbers that are all right for her, in the order of the scale."""
    counts: tuple[LastCount, ...] = ()
    """What was last counted in the home, by name."""
    declines: tuple[Decline, ...] = ()
    """What is not wanted for a time, by whom; those whose time is over too."""
    death: DeathPart = field(default_factory=DeathPart)
    """Empty for somebody who lives."""
    called: str = ""
    """What she likes to be called, as the plan's record says; a visit may know better."""
    at_door: AtDoor = field(default_factory=AtDoor)
    """What must be known before anything is said or given."""


def _called(connection: Connection, patient_id: str) -> str:
    base = bases.find(connection, "Patient", patient_id)
    return called_of(json_text.find_object(base.body) if base is not None else None) or ""


def _settings(connection: Connection, _: str) -> PlanSettings:
    return read_settings(connection)


SECTIONS: tuple[tuple[str, Reader], ...] = (
    ("code_status", read_code_status),
    ("people", read_people),
    ("conversation", read_conversation),
    ("medicines", read_medicines),
    ("calls", read_calls),
    ("settings", _settings),
    ("alerts", read_open),
    ("stays", read_stays),
    ("hospice", read_hospice),
    ("plan", read_plan),
    ("referrals", read_referrals),
    ("going_in", read_going_in),
    ("conflicts", list_for_patient),
    ("promises", read_promises),
    ("comfort", read_comfort),
    ("counts", read_counts),
    ("declines", read_declines),
    ("death", read_death),
    ("called", _called),
    ("at_door", read_at_door),
)
"""(field of `PatientParts`, the function that fills it), in the order of the page."""


def read_parts(connection: Connection, patient_id: str) -> PatientParts:
    """All parts of one person."""
    return PatientParts(**{name: read(connection, patient_id) for name, read in SECTIONS})

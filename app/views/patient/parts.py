"""The parts of a person's page that are subjects of their own: each is one component, registered here in order.

A component is called `(env, page)` and draws a whole part with its title, or nothing at all when there is nothing to
say and nothing to do. Nothing is what is not visible: an empty box would still have the page's spacing around it.
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.models import PatientPage
from app.views.alerts.lists import PatientAlerts
from app.views.conflicts.lists import PatientConflicts
from app.views.conversation.part import ConversationRecord
from app.views.counts.part import CountsPart
from app.views.death.part import DeathRecord, RecordADeath
from app.views.declines.part import DeclinesPart
from app.views.env import Env
from app.views.medicines.part import MedicinesPart
from app.views.paper.part import PapersPart
from app.views.patient.matters import MattersPart
from app.views.patient.promises import PromisesPart
from app.views.patient.trends import TrendsPart
from app.views.people.part import PeoplePart
from app.views.planning.plan import PlanPart
from app.views.planning.referrals import ReferralsPart
from app.views.sharing.part import SharingPart
from app.views.stays.part import StaysPart, StayStrip
from app.views.today.facts import GoingInStrip as GoingInStrip

Component = Callable[[Env, PatientPage], ft.Control]

URGENT: tuple[Component, ...] = (GoingInStrip, PatientAlerts, PatientConflicts, StayStrip)
"""One line each, close together; nothing at all on a quiet day.

Plain functions, so that the page knows whether any of them shows.
"""

FIRST: tuple[Component, ...] = (DeathRecord, MattersPart, PromisesPart, TrendsPart)
"""What one looks for before the door, in this order."""

STORY: tuple[Component, ...] = (
    ConversationRecord,
    PlanPart,
    ReferralsPart,
    StaysPart,
    DeclinesPart,
    RecordADeath,
)
"""What is going on: below the first ones."""

SHEET: tuple[Component, ...] = (MedicinesPart, CountsPart, PeoplePart, PapersPart, SharingPart)
"""To look up: the second column of a wide window, with problems and facts."""

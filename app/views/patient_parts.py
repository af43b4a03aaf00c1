"""The parts of a person's page that are subjects of their own: each is one component, registered here in order.

A component is called `(env, page)` and draws a whole part with its title, or nothing at all (an empty container) when
there is nothing to say and nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.models import PatientPage
from app.views.alerts.lists import PatientAlerts
from app.views.conflicts.lists import PatientConflicts
from app.views.conversation.part import ConversationRecord
from app.views.conversation.strip import CodeStatusStrip
from app.views.env import Env
from app.views.medicines.part import MedicinesPart
from app.views.people.part import PeoplePart
from app.views.planning.plan import PlanPart
from app.views.planning.referrals import ReferralsPart
from app.views.stays.part import StaysPart, StayStrip

Component = Callable[[Env, PatientPage], ft.Control]

ALWAYS: tuple[Component, ...] = (
    PatientAlerts,
    PatientConflicts,
    CodeStatusStrip,
    StayStrip,
)
"""In sight before anything else, one line each: under the name, above problems and medicines."""

BODY: tuple[Component, ...] = (
    ConversationRecord,
    PeoplePart,
    MedicinesPart,
    PlanPart,
    ReferralsPart,
    StaysPart,
)
"""Below medicines, above the facts and the visits."""

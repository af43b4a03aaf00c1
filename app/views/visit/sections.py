"""Sections that draw themselves in their own way; every other one is drawn by the forms that stand in it.

A component gets (env, page, saving) and draws the inside of its section only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.code_status import GROUP as STATEMENTS
from app.domain.home_count import GROUP as COUNT
from app.domain.medicines import GROUP as MEDICINES
from app.domain.referrals import GROUP as REFERRALS
from app.services.models import VisitPage
from app.services.safety_facts import READS as FACTS
from app.views.alerts.private import SafetySection
from app.views.call.section import CallSection
from app.views.conversation.section import ConversationSection
from app.views.counts.section import HomeCountSection
from app.views.counts.section import state as count_state
from app.views.medicines.section import MedicinesSection
from app.views.medicines.section import state as medicines_state
from app.views.people.section import PeopleSection
from app.views.people.section import state as people_state
from app.views.planning.plan import PlanSection
from app.views.planning.plan import state as plan_state
from app.views.planning.referrals import ReferralsSection
from app.views.planning.referrals import state as referrals_state
from app.views.prescriber.section import PrescriberSection
from app.views.stays.section import state as transition_state
from app.views.visit.next_steps import ASKED_NEXT, NextSection
from app.views.visit.not_seen import NotSeenSection
from app.views.visit.slots import Part

CUSTOM: Mapping[str, Part] = {
    "conversation": ConversationSection,
    "people": PeopleSection,
    "call": CallSection,
    "plan": PlanSection,
    "referrals": ReferralsSection,
    "medicines": MedicinesSection,
    "home-count": HomeCountSection,
    "safety": SafetySection,
    "prescriber": PrescriberSection,
    "not-seen": NotSeenSection,
    "next": NextSection,
}
"""By section id."""
READS: Mapping[str, frozenset[str]] = {
    "medicines": FACTS | {COUNT, REFERRALS, STATEMENTS},
    "home-count": frozenset({MEDICINES}),
    "next": ASKED_NEXT,
}
"""By section id: link ids of what it reads beside the questions of its own forms."""
STATES: Mapping[str, Callable[[VisitPage], str | None]] = {
    "people": people_state,
    "plan": plan_state,
    "referrals": referrals_state,
    "medicines": medicines_state,
    "home-count": count_state,
    "transition": transition_state,
}
"""The state line of a closed section in its own words, by section id; None or "" leaves it to "3 answered"."""

"""A whole panel at the plan: people with their plans, orders and past visits, as a device of theirs would hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from benchmarks.people import make_people
from benchmarks.sync_plan import Nurse, SyncPlan


def fill_panel(plan: SyncPlan, nurse: Nurse, people: int, visits: int) -> list[dict[str, Any]]:
    """`people` with `visits` past visits in all; returns what is about them, without their CareTeams."""
    members = list(make_people(people, visits, datetime.now(UTC)))
    made = [one for member in members for one in member.resources]
    patients = [one for one in made if one["resourceType"] == "Patient"]
    plan.add_people(nurse, patients)
    rest = [one for one in made if one["resourceType"] not in ("Patient", "CareTeam")]
    plan.put(rest)
    return [*patients, *rest]

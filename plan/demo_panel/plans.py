"""The care manager's plans of care, and how she answered the nurses' referrals. None of these people exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlanOfCare:
    """One CarePlan with its Goals."""

    member: str
    days_ago: int
    title: str
    goals: tuple[str, ...]
    actions: tuple[str, ...]
    note: str


PLANS = (
    PlanOfCare(
        "villasenor",
        35,
        "Complex care: staying out of the hospital",
        ("Not be in the hospital again this winter", "Guadalupe gets one free afternoon a week"),
        (
            "Call every Tuesday about weight and salt",
            "Respite hours applied for under community supports",
            "Cardiology visit with transport, interpreter booked",
        ),
        "Daughter is the one to call. Prefers Spanish, mornings.",
    ),
    PlanOfCare(
        "odowd",
        28,
        "Complex care: pain and support at home",
        ("Be at home with Maureen", "Pain that lets him sleep"),
        ("Equipment: hospital bed ordered", "Counseling for Maureen offered, she is thinking about it"),
        "Do not call after 19:00.",
    ),
    PlanOfCare(
        "quinones",
        15,
        "Enhanced care management: food, light and a doctor",
        ("Keep the room and keep the power on", "See the liver clinic"),
        (
            "Utility assistance form sent",
            "Meals delivered from Monday",
            "Ride to the liver clinic on the 20th",
        ),
        "Housing is month to month.",
    ),
)

STATES = {
    "accepted": ("accepted", "Accepted", "accepted"),
    "started": ("started", "Started", "in-progress"),
    "no-capacity": ("no-capacity", "No capacity", "rejected"),
}
"""Of the referral loop: code, words, Task status."""

ANSWERS = (
    ("odowd", "social-work", "accepted", 8, "Accepted: first call to Maureen on Friday"),
    ("odowd", "respite", "no-capacity", 7, "No capacity: waiting list until spring"),
    ("quinones", "ecm", "started", 14, "Started: first visit done"),
)
"""Member, target of the referral, state, days ago, words."""

"""What stands on the page of a file of visits."""

from __future__ import annotations

from datetime import datetime

TITLE = "Hearthside: visits"
REASON = {
    "verify": "Taken out for visit verification.",
    "audit": "Taken out for an audit or a survey.",
    "quality": "Taken out for quality work.",
    "payment": "Taken out for payment.",
    "person": "Taken out because the person, or who speaks for her, asked.",
    "law": "Taken out because a court or an agency asked.",
}
HOW_TO_OPEN = (
    "The list is attached to this page. In Adobe Acrobat Reader or Firefox open the attachments (a paper clip) "
    "and save it. What you save is no longer locked: keep it where only those who need it can read it."
)


def made(at: datetime, by: str) -> str:
    return f"Made on {at:%Y-%m-%d} at {at:%H:%M} by {by}."


def inside(visits: int, people: int) -> str:
    if visits == 1:
        return "1 visit."
    if people == 1:
        return f"{visits} visits of 1 person."
    return f"{visits} visits of {people} people."

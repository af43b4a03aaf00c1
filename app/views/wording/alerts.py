"""Words of alerts, of "I am worried" and of private concerns."""

from __future__ import annotations

from datetime import datetime

from app.services.alert_models import AlertLine
from app.views import say

LEVEL = {"act-now": "Act now", "today": "Today", "watch": "Keep an eye on", "info": "For information"}
ALERTS = "Alerts"
SHOW, HIDE = "Show what to do", "Hide"
CLOSED = "No longer open"
NOBODY = "Nobody has seen this yet."
NO_NUMBER = "Your plan has set no number: phone your supervisor the way you always do."
SEEN = "The plan has it."
TAKEN = "Somebody has taken it."
PHONE = {
    "supervisor": "your supervisor",
    "on-call": "the clinician on call",
    "prescriber": "the prescriber",
    "transition": "your supervisor",
}
OWNER = {
    "nurse": "For you",
    "supervisor": "For the supervisor",
    "prescriber": "For the prescriber or clinician on call",
    "palliative-physician": "For the palliative physician",
    "social-work": "For social work or care navigation",
}
USUAL = "Usual for this person"
LOUD = "No longer usual"
USUAL_NOW = "Usual for this person. It speaks up again when it rises by 2, or after 14 days."
USUAL_PAIN = "Usual for this person. Your supervisor is told all the same."
ASK_BREATH = "Is this new or worse, or usual for this person?"
TAKE = "I take this"
FINISH = "It is done"
HOW_DONE = "What was done, in a few words"
KEEP = "Keep this"
CANCEL = "Cancel"
OPEN_VISIT = "Open the visit"

WORRIED = "I am worried"
WORRIED_HELP = "When you fear that this person may not want to live. Also when no scale says so."
CONCERN = "What did you find out?"
CONCERN_HELP = "Ask plainly: do you think of ending your life? You can always say that you could not ask."
CONCERN_BELOW = "Say what you found out: below, before you sign, or here."

PRIVATE = "Private"
PRIVATE_TASK = "Private task, open it"
PRIVATE_OPEN = "Open with your PIN or words"
PRIVATE_SECRET = "PIN or words"  # noqa: S105 - a label
WAS_DONE = "What was done"
PRIVATE_CLOSE = "Close it again"
REPORT = "How to report"
REPORT_PHONE = "Number for this setting"

ON_THE_PAGE = "Open the person's page to see what it is about"
NONE_OPEN = "No open alerts."


def level(line: AlertLine) -> str:
    """How soon, in words; a private one says nothing of that. An unknown level is said as "Today"."""
    return PRIVATE if line.private else LEVEL.get(line.level, LEVEL["today"])


def unsent(line: AlertLine) -> str:
    """ "Nobody has seen this yet. Phone your supervisor: 555 0100" with the number for the setting."""
    if line.phone is None:
        return f"{NOBODY} {NO_NUMBER}"
    who = PHONE.get(line.phone_for, "")
    return f"{NOBODY} Phone {who}: {line.phone}." if who else f"{NOBODY} Phone {line.phone}."


def due(line: AlertLine, now: datetime) -> str:
    """Until when, in words and as a time."""
    if line.due_at is None or line.level == "act-now":
        return line.due
    until = f"by {say.moment(line.due_at, now)}"
    if line.due_at < now:
        until = f"due since {say.moment(line.due_at, now)}"
    return f"{line.due}, {until}" if line.due else until[0].upper() + until[1:]


def until(due_at: datetime, now: datetime) -> str:
    """`By 4:30 PM` or `Due since …`."""
    return f"{'Due since' if due_at < now else 'By'} {say.moment(due_at, now)}"


def head(line: AlertLine, others: int = 0) -> str:
    """`Severe symptom: Pain 8 of 10, and 2 more`."""
    said = PRIVATE_TASK if line.private else line.finding.rstrip(".")
    if not line.private and said != line.title.rstrip("."):
        said = f"{line.title}: {said}"
    return f"{said}, and {others} more" if others > 0 else said


def closed(line: AlertLine) -> str:
    reason = line.closed_reason or CLOSED
    return f"{line.finding.rstrip('.')}: {reason[0].lower()}{reason[1:]}"


def seen_by(line: AlertLine, now: datetime) -> str:
    """ "Seen by Dr. Ortiz 14:10" where the record says so, else that somebody has taken it, else ""."""
    if line.seen_by and line.seen_at is not None:
        return f"Seen by {line.seen_by} {say.moment(line.seen_at, now)}"
    return TAKEN if line.state == "acknowledged" else ""


def people(number: int) -> str:
    return say.count(number, "open alert", "open alerts")

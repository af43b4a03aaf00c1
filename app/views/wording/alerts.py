"""Words of alerts, of "I am worried" and of private concerns."""

from __future__ import annotations

from datetime import datetime

from app.language import N_, tr, trn
from app.services.alert_models import AlertLine
from app.views import say
from app.views.wording import stored

LEVEL = {
    "act-now": N_("Act now"),
    "today": N_("Today"),
    "watch": N_("Keep an eye on"),
    "info": N_("For information"),
}
ALERTS = N_("Alerts")
SHOW, HIDE = N_("Show what to do"), N_("Hide")
CLOSED = N_("No longer open")
NOBODY = N_("Nobody has seen this yet.")
NO_NUMBER = N_("Your plan has set no number: phone your supervisor the way you always do.")
SEEN = N_("The plan has it.")
TAKEN = N_("Somebody has taken it.")
PHONE = {
    "supervisor": N_("your supervisor"),
    "on-call": N_("the clinician on call"),
    "prescriber": N_("the prescriber"),
    "transition": N_("your supervisor"),
}
OWNER = {
    "nurse": N_("For you"),
    "supervisor": N_("For the supervisor"),
    "prescriber": N_("For the prescriber or clinician on call"),
    "palliative-physician": N_("For the palliative physician"),
    "social-work": N_("For social work or care navigation"),
}
USUAL = N_("Usual for this person")
LOUD = N_("No longer usual")
USUAL_NOW = N_("Usual for this person. It speaks up again when it rises by 2, or after 14 days.")
USUAL_PAIN = N_("Usual for this person. Your supervisor is told all the same.")
ASK_BREATH = N_("Is this new or worse, or usual for this person?")
TAKE = N_("I take this")
FINISH = N_("It is done")
HOW_DONE = N_("What was done, in a few words")
KEEP = N_("Keep this")
CANCEL = N_("Cancel")
OPEN_VISIT = N_("Open the visit")

WORRIED = N_("I am worried")
WORRIED_HELP = N_("When you fear that this person may not want to live. Also when no scale says so.")
CONCERN = N_("What did you find out?")
CONCERN_HELP = N_("Ask plainly: do you think of ending your life? You can always say that you could not ask.")
CONCERN_BELOW = N_("Say what you found out: below, before you sign, or here.")

PRIVATE = N_("Private")
PRIVATE_TASK = N_("Private task, open it")
PRIVATE_OPEN = N_("Open with your PIN or words")
PRIVATE_SECRET = N_("PIN or words")
WAS_DONE = N_("What was done")
PRIVATE_CLOSE = N_("Close it again")
REPORT = N_("How to report")
REPORT_PHONE = N_("Number for this setting")

ON_THE_PAGE = N_("Open the person's page to see what it is about")
TAP_TO_SEE = N_("Tap to see what it is about")
STILL_OPEN = N_("Alerts that still stand")
UNTAKEN = N_("Nobody has taken it yet.")
NONE_OPEN = N_("No open alerts.")


def level(line: AlertLine) -> str:
    """How soon, in words; a private one says nothing of that. An unknown level is said as "Today"."""
    return tr(PRIVATE) if line.private else tr(LEVEL.get(line.level, LEVEL["today"]))


def unsent(line: AlertLine) -> str:
    """ "Nobody has seen this yet. Phone your supervisor: 555 0100" with the number for the setting."""
    if line.phone is None:
        return f"{tr(NOBODY)} {tr(NO_NUMBER)}"
    who = tr(PHONE.get(line.phone_for, ""))
    return (
        tr("{nobody} Phone {who}: {phone}.", nobody=tr(NOBODY), who=who, phone=line.phone)
        if who
        else tr("{nobody} Phone {phone}.", nobody=tr(NOBODY), phone=line.phone)
    )


def due(line: AlertLine, now: datetime) -> str:
    """Until when, in words and as a time."""
    if line.due_at is None or line.level == "act-now":
        return stored.say(line.due)
    until = tr("by {when}", when=say.moment(line.due_at, now))
    if line.due_at < now:
        until = tr("overdue since {when}", when=say.moment(line.due_at, now))
    return f"{stored.say(line.due)}, {until}" if line.due else until[0].upper() + until[1:]


def until(due_at: datetime, now: datetime) -> str:
    """`By 4:30 PM` or `Overdue since …`."""
    return (
        tr("Overdue since {when}", when=say.moment(due_at, now))
        if due_at < now
        else tr("By {when}", when=say.moment(due_at, now))
    )


def head(line: AlertLine, others: int = 0) -> str:
    """`Severe symptom: Pain 8 of 10, and 2 more`; one colon in a line, so `Help needed at home · Needs named: food`."""
    said = tr(PRIVATE_TASK) if line.private else finding(line)
    if not line.private and line.finding.rstrip(".") != line.title.rstrip("."):
        called = stored.say(line.title)
        said = f"{called} · {said}" if ": " in called + said else f"{called}: {said}"
    return tr("{said}, and {others} more", said=said, others=others) if others > 0 else said


def title(line: AlertLine) -> str:
    """What it is called; of a private one only that it is there."""
    return tr(PRIVATE) if line.private else stored.say(line.title)


def closed(line: AlertLine) -> str:
    reason = stored.say(line.closed_reason or "") or tr(CLOSED)
    return f"{finding(line)}: {reason[0].lower()}{reason[1:]}"


def finding(line: AlertLine) -> str:
    """What was found, to stand within a sentence."""
    return stored.say(line.finding).rstrip(".")


def seen_by(line: AlertLine, now: datetime) -> str:
    """ "Seen by Dr. Ortiz 14:10" where the record says so, else that somebody has taken it, else ""."""
    if line.seen_by and line.seen_at is not None:
        return tr("Seen by {seen_by} {when}", seen_by=line.seen_by, when=say.moment(line.seen_at, now))
    return tr(TAKEN) if line.state == "acknowledged" else ""


def unanswered(line: AlertLine, now: datetime) -> str:
    """ "Received by the plan 09:59; nobody has seen it yet." of one that was raised here, else ""."""
    if line.received_at is None or line.seen_by or line.gone_to or line.state != "open":
        return ""
    return tr("Received by the plan {when}; nobody has seen it yet.", when=say.moment(line.received_at, now))


def untaken(line: AlertLine) -> str:
    """Of one that somebody else raised, where the record says nothing of anybody who has seen it."""
    return tr(UNTAKEN) if line.state == "open" else ""


def gone_to(line: AlertLine, now: datetime) -> str:
    """ "Not seen in time: it went to Ben Cole, RN 14:40" where the plan passed it on, else ""."""
    if not line.gone_to or line.gone_at is None:
        return ""
    return tr(
        "Not seen in time: it went to {name} {when}", name=line.gone_to, when=say.moment(line.gone_at, now)
    )


def people(number: int) -> str:
    return trn("{number} open alert", "{number} open alerts", number)

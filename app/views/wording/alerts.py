"""Words of alerts, of "I am worried" and of private concerns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.handover import Watch
from app.domain.safety import wording as safety
from app.domain.settings import PlanSettings
from app.domain.visit import Setting
from app.language import N_, NC_, tr, trc, trn
from app.services.alert_discretion import ON_THE_PAGE as ON_THE_PAGE
from app.services.alert_models import AlertLine
from app.views import say
from app.views.wording import stored
from app.views.wording.corrected import said_of

LEVEL = {
    "act-now": N_("Act now"),
    "today": N_("Today"),
    "watch": N_("Keep an eye on"),
    "info": N_("For information"),
}
OVERDUE = N_("Overdue")
ALERTS = N_("Alerts")
CLOSED = N_("No longer open")
NOBODY = N_("Nobody has seen this yet.")
NOBODY_ELSE = N_("Nobody else has seen this yet.")
PLEASE_PHONE = N_("please phone")
NO_NUMBER = N_("Your plan has set no number: phone your supervisor the way you always do.")
TAKEN = N_("Somebody has taken it.")
TO_PHONE = "phoning"
PHONE = {
    "supervisor": NC_("phoning", "Your supervisor"),
    "on-call": NC_("phoning", "The clinician on call"),
    "prescriber": NC_("phoning", "The prescriber"),
    "transition": NC_("phoning", "Your supervisor"),
}
"""Each begins its own sentence: within one, other languages would need another form of it."""
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

WORRIED = N_("I am worried")
WORRIED_WHEN = N_("When to tap this")
WORRIED_HELP = N_("When you fear that this person may not want to live. Also when no scale says so.")
CONCERN = N_("What did you find out?")
CONCERN_HELP = N_("Ask plainly: do you think of ending your life? You can always say that you could not ask.")
CONCERN_BELOW = N_("Say what you found out: below, before you sign, or here.")

PRIVATE = N_("Private")
SHOW = N_("Show")
PRIVATE_TASK = N_("Private task")
PRIVATE_OPEN = N_("Open with your PIN or words")
PRIVATE_SECRET = N_("PIN or words")
WAS_DONE = N_("What was done")
PRIVATE_CLOSE = N_("Close it again")
REPORT = N_("How to report")
REPORT_PHONE = N_("Number for this setting")

TAP_TO_SEE = N_("Tap to see what it is about")
STILL_OPEN = N_("Alerts that still stand")
OF_THIS_VISIT = N_("Alerts of this visit")
UNTAKEN = N_("Nobody has taken it yet.")
NONE_OPEN = N_("No open alerts.")
CLOSE = N_("Close")


def level(line: AlertLine | Watch, now: datetime) -> str:
    """How soon, in words; a private one says nothing of that. An unknown level is said as "Today".

    What was for an earlier day is not called "Today" above the day since when it is overdue.
    """
    if line.private:
        return tr(PRIVATE)
    return tr(OVERDUE) if is_past_today(line, now) else tr(LEVEL.get(line.level, LEVEL["today"]))


def is_past_today(line: AlertLine | Watch, now: datetime) -> bool:
    """Whether its level is "Today", and its time is over."""
    late = line.due_at is not None and line.due_at < now
    return late and not line.private and LEVEL.get(line.level, LEVEL["today"]) == LEVEL["today"]


def nobody(line: AlertLine) -> str:
    """That nobody has seen it; to whoever took it: nobody else."""
    return tr(NOBODY if line.taken_at is None else NOBODY_ELSE)


def unsent(line: AlertLine) -> str:
    """ "Nobody has seen this yet. Please phone. Your supervisor: 555 0100." with the number for the setting."""
    if line.phone is None:
        return f"{nobody(line)} {tr(NO_NUMBER)}"
    who = trc(TO_PHONE, PHONE.get(line.phone_for, ""))
    return (
        tr("{nobody} Please phone. {who}: {phone}.", nobody=nobody(line), who=who, phone=line.phone)
        if who
        else tr("{nobody} Phone {phone}.", nobody=nobody(line), phone=line.phone)
    )


def due(line: AlertLine, now: datetime) -> str:
    """Until when, in words and as a time."""
    if line.due_at is None or line.level == "act-now":
        return stored.say(line.due)
    until = tr("by {when}", when=say.moment(line.due_at, now))
    if line.due_at < now:
        until = tr("overdue since {when}", when=say.moment(line.due_at, now))
    return f"{stored.say(line.due)}, {until}" if line.due else until[0].upper() + until[1:]


def briefly_until(line: AlertLine, now: datetime) -> str:
    """Beside the level: `By 4:30 PM`, or since when it is late; that it is so is said once."""
    if line.due_at is None or line.level == "act-now":
        return ""
    if is_past_today(line, now):
        return tr("Since {when}", when=say.moment(line.due_at, now))
    return until(line.due_at, now)


def due_beside_level(line: AlertLine, now: datetime) -> str:
    """Until when, where the level is read in the same line."""
    return due(line, now) if line.due else briefly_until(line, now)


def until(due_at: datetime, now: datetime) -> str:
    """`By 4:30 PM` or `Overdue since …`."""
    return (
        tr("Overdue since {when}", when=say.moment(due_at, now))
        if due_at < now
        else tr("By {when}", when=say.moment(due_at, now))
    )


def head(line: AlertLine, others: int = 0, *, hushed: bool = False) -> str:
    """`Severe symptom: Pain 8 of 10, and 2 more alerts`; `hushed`: the family may look on, so nothing of what it is.

    One colon in a line, so `Help needed at home · Needs named: food`.
    """
    said = tr(PRIVATE_TASK) if line.private else tr(PRIVATE) if hushed else finding(line)
    if not (line.private or hushed) and line.finding.rstrip(".") != line.title.rstrip("."):
        called = stored.say(line.title)
        said = f"{called} · {said}" if ": " in called + said else f"{called}: {said}"
    if others < 1:
        return said
    return trn("{said}, and {number} more alert", "{said}, and {number} more alerts", others, said=said)


def folded(line: AlertLine, number: int, now: datetime) -> str:
    """`Keep an eye on · 3 open alerts`: how soon, and how many there are."""
    return f"{level(line, now)} · {people(number)}"


def folded_to_phone(line: AlertLine, number: int, now: datetime) -> str:
    """`Today · please phone · 2 open alerts`."""
    return " · ".join((level(line, now), tr(PLEASE_PHONE), people(number)))


def folded_found(line: AlertLine, number: int, now: datetime, *, hushed: bool) -> str:
    """`Today · Pain 8 of 10`, `Today · 2 alerts · Pain 8 of 10`: what was found comes last, where it may be cut off."""
    what = tr(PRIVATE) if hushed else finding(line)
    many = [trn("{number} alert", "{number} alerts", number)] if number > 1 else []
    return " · ".join((level(line, now), *many, what))


def beside_level(line: AlertLine, others: int = 0, *, hushed: bool = False) -> str:
    """The same where its level stands beside it, which says of a private one that it is."""
    return tr(TAP_TO_SEE) if line.private and others < 1 else head(line, others, hushed=hushed)


def title(line: AlertLine, *, hushed: bool = False) -> str:
    """What it is called; of a private one, and of one that the family must not read, only that it is there."""
    return tr(PRIVATE) if line.private or hushed else stored.say(line.title)


def closed(line: AlertLine, *, hushed: bool = False) -> str:
    """What it was and why it is over; `hushed`: only that it is over."""
    if hushed:
        return tr("Private: no longer open")
    reason = stored.say(line.closed_reason or "") or tr(CLOSED)
    return f"{finding(line)}: {reason[0].lower()}{reason[1:]}"


def finding(line: AlertLine) -> str:
    """What was found, to stand within a sentence."""
    return stored.say(line.finding).rstrip(".")


def seen_by(line: AlertLine, now: datetime) -> str:
    """ "You are taking care of it (since 14:05)" to whoever took it, "Seen by Dr. Ortiz 14:10" where the record says
    so, else that somebody has taken it, else "".
    """
    hers = taken(line, now)
    lines = [hers] if hers else []
    if line.seen_by and line.seen_at is not None and (line.taken_at is None or line.seen_at > line.taken_at):
        lines.append(tr("Seen by {seen_by} {when}", seen_by=line.seen_by, when=say.moment(line.seen_at, now)))
    if not lines and line.state == "acknowledged":
        lines.append(tr(TAKEN))
    return " · ".join(lines)


def taken(line: AlertLine, now: datetime) -> str:
    """ "You are taking care of it (since 14:05)", and that this waits to be sent; "" to everybody else."""
    if line.taken_at is None:
        return ""
    when = say.moment(line.taken_at, now)
    if line.taking_waits:
        return tr("You are taking care of it (since {when}); not sent yet", when=when)
    return tr("You are taking care of it (since {when})", when=when)


def unanswered(line: AlertLine, now: datetime) -> str:
    """ "Received by the plan 09:59; nobody has seen it yet." of one that was raised here, else ""."""
    if line.received_at is None or line.seen_by or line.gone_to or line.state != "open":
        return ""
    return tr("Received by the plan {when}; nobody has seen it yet.", when=say.moment(line.received_at, now))


def untaken(line: AlertLine) -> str:
    """Of one that somebody else raised, where the record says nothing of anybody who has seen it. What is only for
    information needs nobody to take it; of a private one that would tell its level.
    """
    notice = line.level == "info" and not line.private
    return tr(UNTAKEN) if line.state == "open" and not notice else ""


def gone_to(line: AlertLine, now: datetime) -> str:
    """ "Not seen in time: it went to Ben Cole, RN 14:40" where the plan passed it on, else ""."""
    if not line.gone_to or line.gone_at is None:
        return ""
    return tr(
        "Not seen in time: it went to {name} {when}", name=line.gone_to, when=say.moment(line.gone_at, now)
    )


def people(number: int) -> str:
    return trn("{number} open alert", "{number} open alerts", number)


def more(number: int, due: Sequence[AlertLine], now: datetime, *, all_of_them: bool) -> str:
    """Of those that are folded, and of whom those that cannot wait: `4 more alerts · Act now: Rosa · Today: Walter`."""
    names: dict[str, list[str]] = {}
    for line in due:
        names.setdefault(level(line, now), []).append(line.patient_name)
    how_many = people(number) if all_of_them else trn("{number} more alert", "{number} more alerts", number)
    whom = [f"{one}: {'; '.join(dict.fromkeys(names[one]))}" for one in names]
    return " · ".join([how_many, *whom])


def report_steps(setting: Setting, settings: PlanSettings, now: datetime) -> list[str]:
    """How suspected abuse is reported where the person lives: each line is looked up, and filled then."""
    steps = safety.report_steps(setting, settings, now)
    words = {name: stored.say(value) for name, value in steps.words.items()}
    return [tr(line, **words, written_by=say.weekday(steps.written_by)) for line in steps.lines]


def corrected(line: AlertLine, now: datetime) -> list[str]:
    """ "Corrected Nov 23. Pain: 3, was 8": answers it rests on that should read otherwise, a sentence each."""
    found = []
    for one in line.corrected:
        day, (name, was, right) = say.day_of(one.at, now), said_of(one.correction)
        found.append(
            tr("Corrected {day}. {name}: {now}, was {was}", day=day, name=name, now=right, was=was)
            if was
            else tr("Corrected {day}. {name}: {now}", day=day, name=name, now=right)
        )
    return found


def ended(line: AlertLine, now: datetime, *, hushed: bool = False) -> str:
    """ "Done 14:10: Dose given", "No longer open: the answer was corrected"; of a private one never how, nor of one
    that is `hushed`.
    """
    reason = "" if hushed else line.closed_reason or ""
    if line.state != "done":
        reason = stored.say(reason)
        return ": ".join(part for part in (tr(CLOSED), f"{reason[:1].lower()}{reason[1:]}") if part)
    word = (
        tr("Done {when}", when=say.moment(line.closed_at, now)) if line.closed_at is not None else tr(FINISH)
    )
    return ": ".join(part for part in (word, reason) if part)

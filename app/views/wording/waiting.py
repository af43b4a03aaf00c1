"""Words of "Sent & waiting": what waits and why, what to do, the end of the day."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from app.language import N_, NP_, tr, trn
from app.services.models import SyncState
from app.services.sending_models import DayEnd, Do, ReceivedLine, RefusedBefore, WaitingLine, Why
from app.store.outbox_kinds import GroupKind
from app.views import say
from app.views.wording import stored
from app.views.wording.why_waits import REFUSED_AGAIN as REFUSED_AGAIN
from app.views.wording.why_waits import tries as tries
from app.views.wording.why_waits import why as why

ASIDE = N_("These need you")
WAITS = N_("Waiting to be sent")
RECEIVED = N_("Received by the plan")
NOTHING_RECEIVED = N_("Nothing has been received from this device yet.")
EARLIER_DAY_UNKNOWN = N_("Without a readable time")
ALL_RECEIVED = N_("Everything has been received.")
MAY_WAIT = N_("Not sure? It can wait until you have asked.")
NEVER_YET = N_("This device has not been in contact with the plan yet.")
NEVER_HELP = N_("What you document is kept here. It is sent as soon as there is a network.")
NO_CONTACT_YET = N_("No contact yet.")
SENT_AGAIN = N_("It was sent again. The plan's answer is the same: it could not take it.")
STOP = N_("Stop")
STOP_HELP = N_("Stopping is safe: what has been sent stays sent, the rest waits.")
CLOSE = N_("Close")
OPEN_VISIT = N_("Open the visit")
OPEN_PERSON = N_("Open the person's page")
CALL = N_("Call the supervisor")
FACT_SINCE, FACT_SIZE, FACT_TRIED, FACT_LAST = (
    N_("Waiting since"), N_("Size"), N_("Tried"), N_("Last try"),
)  # fmt: skip
SOMEBODY = N_("Somebody who is no longer listed here")
NO_PATIENT = N_("About no patient")

DAY_DONE = N_("Nothing waits here")
DAY_OPEN = N_("Before you close your day")
NOT_HELPED = N_("Trying it as it is has not helped. Please call your supervisor.")
CORRECT_OR_CALL = N_(
    "Trying it as it is has not helped. Correct it and sign it again, or call your supervisor."
)

KIND = {
    GroupKind.VISIT: NP_("{number} visit", "{number} visits"),
    GroupKind.ALERT: NP_("{number} alert", "{number} alerts"),
    GroupKind.DEATH: NP_("{number} record of a death", "{number} records of a death"),
    GroupKind.STAY: NP_("{number} stay", "{number} stays"),
    GroupKind.ADDENDUM: NP_("{number} addendum", "{number} addenda"),
    GroupKind.TASK: NP_("{number} task", "{number} tasks"),
    GroupKind.RECORD: NP_("{number} other record", "{number} other records"),
    GroupKind.ATTACHMENT: NP_("{number} picture or signature", "{number} pictures and signatures"),
}
ORDER = (
    GroupKind.DEATH,
    GroupKind.ALERT,
    GroupKind.VISIT,
    GroupKind.STAY,
    GroupKind.ADDENDUM,
    GroupKind.TASK,
    GroupKind.RECORD,
    GroupKind.ATTACHMENT,
)
KIND_TITLE = {
    GroupKind.VISIT: N_("Visit"),
    GroupKind.ALERT: N_("Alert"),
    GroupKind.DEATH: N_("Record of a death"),
    GroupKind.STAY: N_("Stay in a hospital or facility"),
    GroupKind.ADDENDUM: N_("Addendum to a visit"),
    GroupKind.TASK: N_("Task"),
    GroupKind.RECORD: N_("Record"),
    GroupKind.ATTACHMENT: N_("Picture or signature"),
}

_HELP = {
    Why.CONFLICT: N_("Look at both and choose."),
    Why.TOO_LARGE: N_("Nothing is lost. Please call your supervisor."),
    Why.SERVER_FAILS: N_("You need not do anything. Nothing is lost."),
    Why.HIDDEN: N_("It is kept here and cannot arrive twice. Please tell your supervisor."),
    Why.LOST: N_("You need not do anything."),
    Why.ASKED: N_("You need not do anything. It cannot arrive twice."),
    Why.ARRIVING: N_("The rest follows by itself."),
    Why.SIGN_IN: N_("Sign in above. Everything is kept."),
    Why.NO_NETWORK: N_("Everything is kept on this device. It goes by itself once there is a network."),
    Why.PORTAL: N_("Open a web page on this device and sign in to the network."),
    Why.PLAN_DOWN: N_("It goes by itself while Hearthside is unlocked, once the plan answers."),
    Why.WRONG_DATE: N_("Set the date in this device's settings."),
    Why.UNTRUSTED: N_("Please call your supervisor. Nothing was sent."),
    Why.UPDATE: N_("Please update the app. Everything is kept."),
    Why.RESTORED: N_("Please call your supervisor if it stays so. Everything is kept."),
}

DO = {
    Do.CHOOSE: N_("Look at both versions"),
    Do.CORRECT: N_("Correct it"),
    Do.TRY_AGAIN: N_("Try again"),
    Do.CALL: CALL,
}


def counted(kind: GroupKind, number: int) -> str:
    return say.counted(KIND[kind], number)


def listed(counts: Counter[GroupKind]) -> str:
    """ "1 alert, 3 visits and 2 pictures and signatures"; "" for nothing."""
    parts = [counted(kind, counts[kind]) for kind in ORDER if counts[kind]]
    return say.listed(parts)


def plan_said(line: WaitingLine) -> str:
    """The plan's own words for a refusal, marked as such; "" where there are none."""
    if line.why is not Why.REFUSED or not line.said:
        return ""
    # Why a picture stays is said in our own words.
    return (
        line.said if line.kind is GroupKind.ATTACHMENT else tr("It said: {said}", said=say.quoted(line.said))
    )


def help_for(line: WaitingLine) -> str:
    """What to do about it; "" when there is nothing to say."""
    if line.why is Why.REFUSED:
        if line.refusals > 1:
            return tr(CORRECT_OR_CALL) if Do.CORRECT in line.do else tr(NOT_HELPED)
        if Do.CORRECT in line.do:
            return tr("Correct it and sign it again, or try it as it is.")
        return tr("Try it as it is, or call your supervisor.")
    return tr(_HELP.get(line.why, ""))


def title(line: WaitingLine) -> str:
    return line.patient_name or tr(SOMEBODY if line.patient_id else NO_PATIENT)


def subtitle(line: WaitingLine | ReceivedLine, now: datetime) -> str:
    """ "Visit · 09:12", "Alert · Pain 9 of 10 · 09:12"."""
    at = say.moment(line.began_at, now) if line.began_at else ""
    return " · ".join(filter(None, (tr(KIND_TITLE[line.kind]), stored.say(line.about).rstrip("."), at)))


def age(since: datetime, now: datetime) -> str:
    """ "5 hours"; never less than a minute, whatever the clock was set to."""
    minutes = max(1, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return trn("{number} minute", "{number} minutes", minutes)
    if minutes < 48 * 60:
        return trn("{number} hour", "{number} hours", minutes // 60)
    return trn("{number} day", "{number} days", minutes // (24 * 60))


def size(kb: int) -> str:
    return f"{kb} KB" if kb < 1000 else f"{kb / 1000:.1f} MB"


def since(line: WaitingLine, now: datetime) -> str:
    """ "for 5 hours · 214 KB"."""
    return tr("Waiting for {age} · {size}", age=age(line.since, now), size=size(line.kb))


def tried(line: WaitingLine, now: datetime) -> str:
    """ "2 times, last 14:02"; "" for what has never left. What is under way counts, else what was refused."""
    number, at = (line.attempts, line.attempted_at) if line.attempts else (line.refusals, line.refused_at)
    if not number:
        return ""
    times = trn("{number} time", "{number} times", number)
    return times if at is None else tr("{times}, last {when}", times=times, when=say.moment(at, now))


def refused_before(found: RefusedBefore, now: datetime) -> str:
    """On a visit that is a draft again."""
    if found.at is None:
        told = tr("The plan could not take this visit.")
    else:
        told = tr("The plan could not take this visit ({when}).", when=say.moment(found.at, now))
    return f"{told} {tr('It said: {said}', said=say.quoted(found.said))}" if found.said else told


def oldest(since_at: datetime | None, now: datetime) -> str:
    return "" if since_at is None else tr("The oldest has waited for {age}.", age=age(since_at, now))


def received_at(at: datetime | None, now: datetime) -> str:
    return say.received(at, now)


def last_contact(state: SyncState, now: datetime) -> str:
    """ "Last contact with the plan 14:02."."""
    if state.last_success_at is None:
        return tr(NO_CONTACT_YET)
    return tr("Last contact with the plan {when}.", when=say.moment(state.last_success_at, now))


def day_lines(day: DayEnd) -> list[str]:
    """Exactly what is left, each in one sentence; nothing when all is done."""
    lines = []
    if day.sent and day.choices and day.ever:
        lines.append(tr(ALL_RECEIVED))
    if day.drafts:
        lines.append(
            trn("{number} visit is not signed yet.", "{number} visits are not signed yet.", day.drafts)
        )
    if aside := day.set_aside.total():
        lines.append(
            trn(
                "{listed} needs you: see below.",
                "{listed} need you: see below.",
                aside,
                listed=listed(day.set_aside),
            )
        )
    if number := day.waiting.total():
        still = trn(
            "{listed} is not received yet.",
            "{listed} are not received yet.",
            number,
            listed=listed(day.waiting),
        )
        lines.append(f"{still} {_way(number, sign_in=day.sign_in)}")
    if day.choices:
        records = trn(
            "{number} record has two versions and needs you to choose: see below.",
            "{number} records have two versions and need you to choose: see below.",
            day.choices,
        )
        lines.append(f"{records} {tr(MAY_WAIT)}")
    return lines


def _way(number: int, *, sign_in: bool) -> str:
    if sign_in:
        return trn("It leaves once you have signed in.", "They leave once you have signed in.", number)
    return trn(
        "It leaves by itself while Hearthside is unlocked and the plan answers.",
        "They leave by themselves while Hearthside is unlocked and the plan answers.",
        number,
    )


def day_sentence(day: DayEnd) -> str:
    """The whole truth about the day in one string."""
    if not day.done:
        return " ".join(day_lines(day))
    return tr(ALL_RECEIVED) if day.ever else tr(NEVER_YET)

"""Words of "Sent & waiting": what waits and why, what to do, the end of the day."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from app.services.models import SyncState
from app.services.sending_models import DayEnd, Do, ReceivedLine, RefusedBefore, WaitingLine, Why
from app.store.outbox_kinds import GroupKind
from app.views import say

ASIDE = "These need you"
WAITS = "Waiting to be sent"
RECEIVED = "Received by the plan"
NOTHING_RECEIVED = "Nothing has been received from this tablet yet."
EARLIER_DAY_UNKNOWN = "Without a readable time"
ALL_RECEIVED = "Everything has been received."
MAY_WAIT = "Not sure? It can wait until you have asked."
NEVER_YET = "This tablet has not been in contact with the plan yet."
NEVER_HELP = "What you document is kept here. It is sent as soon as there is a network."
NO_CONTACT_YET = "No contact yet."
REFUSED_AGAIN = "The plan could not take it again."
SENT_AGAIN = "It was sent again. The plan's answer is the same: it could not take it."
STOP = "Stop"
STOP_HELP = "Stopping is safe: what has been sent stays sent, the rest waits."
CLOSE = "Close"
OPEN_VISIT = "Open the visit"
OPEN_PERSON = "Open the person's page"
CALL = "Call the supervisor"
FACT_SINCE, FACT_SIZE, FACT_TRIED, FACT_LAST = (
    "Waiting since", "Size", "Tried", "Last try",
)  # fmt: skip
SOMEBODY = "Somebody who is no longer listed here"

DAY_DONE = "You can close your day"
DAY_OPEN = "Before you close your day"
NOT_HELPED = "Trying it as it is has not helped. Please call your supervisor."
CORRECT_OR_CALL = "Trying it as it is has not helped. Correct it and sign it again, or call your supervisor."

KIND = {
    GroupKind.VISIT: ("visit", "visits"),
    GroupKind.ALERT: ("alert", "alerts"),
    GroupKind.STAY: ("stay", "stays"),
    GroupKind.ADDENDUM: ("addendum", "addenda"),
    GroupKind.TASK: ("task", "tasks"),
    GroupKind.RECORD: ("other record", "other records"),
    GroupKind.ATTACHMENT: ("picture or signature", "pictures and signatures"),
}
ORDER = (
    GroupKind.ALERT,
    GroupKind.VISIT,
    GroupKind.STAY,
    GroupKind.ADDENDUM,
    GroupKind.TASK,
    GroupKind.RECORD,
    GroupKind.ATTACHMENT,
)
KIND_TITLE = {
    GroupKind.VISIT: "Visit",
    GroupKind.ALERT: "Alert",
    GroupKind.STAY: "Stay in a hospital or facility",
    GroupKind.ADDENDUM: "Addendum to a visit",
    GroupKind.TASK: "Task",
    GroupKind.RECORD: "Record",
    GroupKind.ATTACHMENT: "Picture or signature",
}

_WHY = {
    Why.CONFLICT: "Somebody else changed this too. Both versions are kept.",
    Why.TOO_LARGE: "It is too large for the plan's server.",
    Why.REFUSED: "The plan could not take it.",
    Why.LOST: "The plan had received this and lost it. It is being sent again.",
    Why.ASKED: "It was sent, but no answer came. The plan is asked whether it has it before it is sent again.",
    Why.SERVER_TROUBLE: "The plan's server failed on it. It is tried again by itself.",
    Why.SIGN_IN: "Waits until you have signed in to the plan again.",
    Why.NO_NETWORK: "Waits for a network.",
    Why.PORTAL: "This network wants you to sign in to it first.",
    Why.PLAN_DOWN: "The plan's server does not answer.",
    Why.WRONG_DATE: "Waits because this tablet's date looks wrong.",
    Why.UNTRUSTED: "Waits because the plan's server could not prove who it is.",
    Why.UPDATE: "The plan asks for a newer Hearthside.",
    Why.RESTORED: "The plan's records were put back to an earlier day. It waits until that is sorted out.",
    Why.LAST: "Goes last, after everything else.",
    Why.NOW: "The plan is being talked to now.",
    Why.NEXT: "Goes with the next contact.",
}
_HELP = {
    Why.CONFLICT: "Look at both and choose.",
    Why.TOO_LARGE: "Nothing is lost. Please call your supervisor.",
    Why.SERVER_FAILS: "You need not do anything. Nothing is lost.",
    Why.HIDDEN: "It is kept here and cannot arrive twice. Please tell your supervisor.",
    Why.LOST: "You need not do anything.",
    Why.ASKED: "You need not do anything. It cannot arrive twice.",
    Why.ARRIVING: "The rest follows by itself.",
    Why.SIGN_IN: "Sign in above. Everything is kept.",
    Why.NO_NETWORK: "Everything is kept on this tablet. It goes by itself once there is a network.",
    Why.PORTAL: "Open a web page on this tablet and sign in to the network.",
    Why.PLAN_DOWN: "It is tried again every few seconds.",
    Why.WRONG_DATE: "Set the date in this tablet's settings.",
    Why.UNTRUSTED: "Please call your supervisor. Nothing was sent.",
    Why.UPDATE: "Please update the app. Everything is kept.",
    Why.RESTORED: "Please call your supervisor if it stays so. Everything is kept.",
}

DO = {
    Do.CHOOSE: "Look at both versions",
    Do.CORRECT: "Correct it",
    Do.TRY_AGAIN: "Try again",
    Do.CALL: CALL,
}


def counted(kind: GroupKind, number: int) -> str:
    return say.count(number, *KIND[kind])


def listed(counts: Counter[GroupKind]) -> str:
    """ "1 alert, 3 visits and 2 pictures and signatures"; "" for nothing."""
    parts = [counted(kind, counts[kind]) for kind in ORDER if counts[kind]]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def why(line: WaitingLine, now: datetime) -> str:
    """One sentence: why this is not received yet."""
    if line.why is Why.ARRIVING and line.parts is not None:
        return f"Part of it has arrived: {line.parts[0]} of {line.parts[1]}."
    if line.why is Why.BUSY:
        until = f" until {say.moment(line.until, now)}" if line.until else ""
        return f"The plan asked to wait{until}."
    if line.why is Why.REFUSED and line.refusals > 1:
        return f"{REFUSED_AGAIN} {tries(line, now)}"
    if line.why is Why.SERVER_FAILS:
        again = f"again {say.moment(line.until, now)}" if line.until else "again every day"
        return f"The plan's server fails on this one. It is tried {again}."
    if line.why is Why.HIDDEN:
        again = f"again {say.moment(line.until, now)}" if line.until else "again every day"
        return f"The plan does not let you look whether this arrived. It is asked {again}."
    if line.why in (Why.BEHIND, Why.AFTER):
        first = line.blocker
        what = "something else" if first is None else f"the {KIND[first.kind][0]}{_of(first.patient_name)}"
        if line.why is Why.AFTER:
            return f"Goes right after {what}."
        return f"Waits for {what}, which the plan could not take."
    return _WHY[line.why]


def _of(name: str) -> str:
    return f" of {name}" if name else ""


def plan_said(line: WaitingLine) -> str:
    """The plan's own words for a refusal, marked as such; "" where there are none."""
    if line.why is not Why.REFUSED or not line.said:
        return ""
    # Why a picture stays is said in our own words.
    return line.said if line.kind is GroupKind.ATTACHMENT else f"It said: {say.quoted(line.said)}"


def help_for(line: WaitingLine) -> str:
    """What to do about it; "" when there is nothing to say."""
    if line.why is Why.REFUSED:
        if line.refusals > 1:
            return CORRECT_OR_CALL if Do.CORRECT in line.do else NOT_HELPED
        if Do.CORRECT in line.do:
            return "Correct it and sign it again, or try it as it is."
        return "Try it as it is, or call your supervisor."
    return _HELP.get(line.why, "")


def title(line: WaitingLine) -> str:
    return line.patient_name or SOMEBODY


def subtitle(line: WaitingLine | ReceivedLine, now: datetime) -> str:
    """ "Visit · 09:12", "Alert · Pain 9 of 10 · 09:12"."""
    at = say.moment(line.began_at, now) if line.began_at else ""
    return " · ".join(filter(None, (KIND_TITLE[line.kind], line.about, at)))


def age(since: datetime, now: datetime) -> str:
    """ "5 hours"; never less than a minute, whatever the clock was set to."""
    minutes = max(1, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return say.count(minutes, "minute", "minutes")
    if minutes < 48 * 60:
        return say.count(minutes // 60, "hour", "hours")
    return say.count(minutes // (24 * 60), "day", "days")


def size(kb: int) -> str:
    return f"{kb} KB" if kb < 1000 else f"{kb / 1000:.1f} MB"


def since(line: WaitingLine, now: datetime) -> str:
    """ "for 5 hours · 214 KB"."""
    return f"Waiting for {age(line.since, now)} · {size(line.kb)}"


def tried(line: WaitingLine, now: datetime) -> str:
    """ "2 times, last 14:02"; "" for what has never left. What is under way counts, else what was refused."""
    number, at = (line.attempts, line.attempted_at) if line.attempts else (line.refusals, line.refused_at)
    if not number:
        return ""
    times = say.count(number, "time", "times")
    return times if at is None else f"{times}, last {say.moment(at, now)}"


def tries(line: WaitingLine, now: datetime) -> str:
    """ "It has been sent 2 times, last 14:02."."""
    times = say.count(line.refusals, "time", "times")
    if line.refused_at is None:
        return f"It has been sent {times}."
    return f"It has been sent {times}, last {say.moment(line.refused_at, now)}."


def refused_before(found: RefusedBefore, now: datetime) -> str:
    """On a visit that is a draft again."""
    at = f" ({say.moment(found.at, now)})" if found.at else ""
    words = f" It said: {say.quoted(found.said)}" if found.said else ""
    return f"The plan could not take this visit{at}.{words}"


def oldest(since_at: datetime | None, now: datetime) -> str:
    return "" if since_at is None else f"The oldest has waited for {age(since_at, now)}."


def received_at(at: datetime | None, now: datetime) -> str:
    return f"Received by the plan {say.moment(at, now)}" if at else "Received by the plan"


def last_contact(state: SyncState, now: datetime) -> str:
    """ "Last complete contact 14:02."."""
    if state.last_success_at is None:
        return NO_CONTACT_YET
    return f"Last complete contact {say.moment(state.last_success_at, now)}."


def day_lines(day: DayEnd) -> list[str]:
    """Exactly what is left, each in one sentence; nothing when all is done."""
    lines = []
    if day.sent and day.choices and day.ever:
        lines.append(ALL_RECEIVED)
    if day.drafts:
        lines.append(f"{say.visits(day.drafts)} {_is(day.drafts)} not signed yet.")
    if aside := day.set_aside.total():
        lines.append(f"{listed(day.set_aside)} {'needs' if aside == 1 else 'need'} you: see below.")
    if number := day.waiting.total():
        way = (
            f"{'It leaves' if number == 1 else 'They leave'} once you have signed in."
            if day.sign_in
            else f"{'It leaves' if number == 1 else 'They leave'} by "
            f"{'itself' if number == 1 else 'themselves'} while Hearthside is unlocked and the plan answers."
        )
        lines.append(f"{listed(day.waiting)} {_is(number)} not received yet. {way}")
    if day.choices:
        records = say.count(day.choices, "record", "records")
        needs = "has two versions and needs" if day.choices == 1 else "have two versions and need"
        lines.append(f"{records} {needs} you to choose: see below. {MAY_WAIT}")
    return lines


def day_sentence(day: DayEnd) -> str:
    """The whole truth about the day in one string."""
    if not day.done:
        return " ".join(day_lines(day))
    return ALL_RECEIVED if day.ever else NEVER_YET


def _is(number: int) -> str:
    return "is" if number == 1 else "are"

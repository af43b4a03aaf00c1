"""Sentences made from values: times, counts, where a visit is, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from app.domain.patient import Allergy, FaceSheet, PatientRow, Problem, age_on
from app.domain.visit import Absent, Modality, Setting
from app.errors import WrongPin, say_wait
from app.services.models import LockKind, SyncState, SyncWord, VisitState, VisitStatus
from app.views import text

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def clock(at: datetime, *, seconds: bool = False) -> str:
    """`14:02`, in the device's own zone."""
    return at.astimezone().strftime("%H:%M:%S" if seconds else "%H:%M")


def day(on: date) -> str:
    return f"{_MONTHS[on.month - 1]} {on.day}, {on.year}"


def weekday(on: date) -> str:
    return f"{_DAYS[on.weekday()]}, {_MONTHS[on.month - 1]} {on.day}"


def full_day(on: date) -> str:
    """`Sun, Nov 22, 2026`."""
    return f"{weekday(on)}, {on.year}"


def moment(at: datetime, now: datetime) -> str:
    """`14:02` today, `Nov 21, 14:02` this year, else with the year."""
    local, today = at.astimezone(), now.astimezone()
    if local.date() == today.date():
        return clock(at)
    short = f"{_MONTHS[local.month - 1]} {local.day}"
    return f"{short}, {clock(at)}" if local.year == today.year else f"{day(local.date())}, {clock(at)}"


def day_of(at: datetime, now: datetime) -> str:
    """`today`, `Nov 21` or `Nov 21, 2025`."""
    local, today = at.astimezone().date(), now.astimezone().date()
    if local == today:
        return "today"
    return f"{_MONTHS[local.month - 1]} {local.day}" if local.year == today.year else day(local)


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def visits(number: int) -> str:
    return count(number, "visit", "visits")


def unsent_on_lock(number: int | None) -> str:
    """Under a name on the lock screen. Unknown says nothing."""
    if number is None:
        return ""
    return "Nothing waits to be sent" if number == 0 else f"{visits(number)} waiting to be sent"


def unsent_parts(state: SyncState) -> str:
    """ "1 alert, 2 visits": what the plan has not confirmed, the most urgent first; "" when that is nothing."""
    parts = [
        (state.unsent_alerts, count(state.unsent_alerts, "alert", "alerts")),
        (state.unsent_visits, visits(state.unsent_visits)),
        (state.unsent_others, count(state.unsent_others, "other record", "other records")),
    ]
    return ", ".join(said for number, said in parts if number)


def unsent_line(state: SyncState) -> str:
    parts = unsent_parts(state)
    return f"{parts} on this tablet, not yet received" if parts else text.NOTHING_WAITS


def sync_line(state: SyncState) -> str:
    """The status line's left half, always true: of a plan that answered, when it did; it may be gone since."""
    if state.progress is not None:
        done, of = state.progress
        doing = text.FETCHING if state.last_success_at is None else text.TALKING
        return f"{doing}: {done} of {of}" if of else f"{doing}: {done}"
    if state.word is SyncWord.OK and state.last_success_at is not None:
        return f"Last contact with the plan {moment(state.last_success_at, datetime.now(UTC).astimezone())}"
    return state.sentence


def status(value: VisitStatus, now: datetime) -> str:
    """The product's words for where a visit is, and how many of its photos and signatures are not there yet."""
    number = value.photos_waiting
    if not number or value.state is VisitState.DRAFT:
        return _status(value, now)
    waits = "photo or signature still waits" if number == 1 else "photos or signatures still wait"
    return f"{_status(value, now)}. {number} {waits}"


def _status(value: VisitStatus, now: datetime) -> str:
    if value.state is VisitState.RECEIVED:
        return (
            f"Received by the plan {moment(value.received_at, now)}"
            if value.received_at
            else "Received by the plan"
        )
    if value.state is VisitState.QUESTION:
        return f"Question from {value.by or 'your supervisor'}"
    if value.state is VisitState.REVIEWED:
        return f"Reviewed by {value.by or 'a supervisor'}"
    if value.state is VisitState.REFUSED:
        arrived = f" ({value.parts[0]} of {value.parts[1]} parts have arrived)" if value.parts else ""
        return not_taken(value.reason or "") + arrived
    if value.state is VisitState.ARRIVING and value.parts:
        return f"Sending: {value.parts[0]} of {value.parts[1]} parts have arrived"
    if value.state is VisitState.ARRIVING:
        return f"Arriving: the plan does not have all of it yet. {value.reason or ''}".strip()
    if value.state is VisitState.SENDING and value.reason:
        return f"{value.reason} It is tried again."
    return {
        VisitState.DRAFT: text.DRAFT,
        VisitState.ON_DEVICE: "Signed, only on this tablet",
        VisitState.TWO_VERSIONS: "Two versions: choose",
        VisitState.LOST: "The plan lost this; sending it again",
    }.get(value.state, "Sending: no answer from the plan yet")


def continue_visit(began_at: datetime, now: datetime) -> str:
    same = began_at.astimezone().date() == now.astimezone().date()
    return f"Continue the visit you began {'at ' if same else 'on '}{moment(began_at, now)}"


def age_line(patient: PatientRow, on: date) -> str:
    """`78 years · Spanish · Fresno`, with what is not recorded said."""
    age = f"{age_on(patient.birth_on, on)} years" if patient.birth_on else "Age not recorded"
    parts = [age, patient.language or text.LANGUAGE_NOT_RECORDED, patient.city]
    return " · ".join(part for part in parts if part)


def who(sheet: FaceSheet, on: date) -> str:
    """Under the name: `78 years · Spanish · Fresno · Interpreter needed`."""
    line = age_line(sheet.patient, on)
    return f"{line} · Interpreter needed" if sheet.interpreter_needed else line


def where_how(modality: Modality, setting: Setting) -> str:
    return f"{text.MODALITY[modality]} · {text.SETTING[setting]}"


def highest(score: int | None) -> str:
    return "No score" if score is None else f"Highest score {score}"


def times(began_at: datetime, left_at: datetime | None, now: datetime) -> str:
    begin = moment(began_at, now)
    return f"{begin} to {clock(left_at)}" if left_at else f"Began {begin}"


def last_value(value: int | None, absent: Absent | None, at: datetime | None, now: datetime) -> str:
    """What stands beside an item: the last visit's answer and its day."""
    if value is None and absent is None:
        return "No earlier value" if at else "No earlier visit"
    said = str(value) if value is not None else (text.ABSENT_THEN[absent].lower() if absent else "")
    return f"Last {said}, {day_of(at, now)}" if at else f"Last {said}"


def saved(at: datetime) -> str:
    return f"Saved {clock(at, seconds=True)}"


def show_all(number: int) -> str:
    return f"Show all {number}"


def sign_in_to_send(state: SyncState) -> str:
    """On the button: with what waits for it."""
    parts = unsent_parts(state)
    return f"Sign in to send {parts}" if parts else text.SIGN_IN_AGAIN


def secret_name(kind: LockKind) -> str:
    return text.PIN if kind is LockKind.PIN else text.PHRASE


def wrong_secret(kind: LockKind, *, looked_at: bool, left: int) -> str | None:
    """What to say after a try, with the seconds that are left to wait; None when there is nothing to say (any more)."""
    wrong = (WrongPin.sentence if kind is LockKind.PIN else text.PHRASE_WRONG) if looked_at else None
    if not left:
        return wrong
    return f"{wrong or WrongPin.too_many} {wait_for(left)}"


def wait_for(seconds: int) -> str:
    return say_wait(seconds)


def unsent_short(state: SyncState) -> str:
    number = state.unsent_visits + state.unsent_alerts + state.unsent_others
    return "Nothing waits" if number == 0 else f"{number} waiting"


def set_aside(number: int) -> str:
    return f"{number} {'needs' if number == 1 else 'need'} you"


def people(number: int) -> str:
    return count(number, "person", "people")


def people_here(number: int) -> str:
    return "Nobody here yet" if number == 0 else f"{people(number)} on this device"


_CRITICALITY = {"high": "high risk", "low": "low risk", "unable-to-assess": "risk not known"}


def allergies(listed: Sequence[Allergy]) -> str:
    """`Allergies: Penicillin (high risk), latex`."""
    return "Allergies: " + ", ".join(map(allergy, listed))


def allergy(one: Allergy) -> str:
    """`Penicillin (high risk)`."""
    risk = _CRITICALITY.get(one.criticality or "")
    return f"{one.text} ({risk})" if risk else one.text


def problem(value: Problem) -> str:
    """`Multiple myeloma · since 2022`: the year tells what is long past from what is new."""
    return f"{value.text} · since {value.onset_on.year}" if value.onset_on else value.text


def read_at(at: datetime | None, now: datetime) -> str:
    return f"As the plan had it {moment(at, now)}" if at else "Not yet confirmed by the plan"


def cell(label: str, number: int, most: int = 10) -> str:
    """How a screen reader names one cell."""
    return f"{label} {number} of {most}"


def value_now(number: int) -> str:
    return f"Now {number}"


def ended(at: datetime) -> str:
    return f"You left at {clock(at)}"


def began(at: datetime, now: datetime) -> str:
    return f"Began {moment(at, now)}"


def range_of(first: int, last: int, total: int) -> str:
    return f"{first} to {last} of {total}"


def medicine(name: str, dosage: str | None) -> str:
    return f"{name}, {dosage}" if dosage else name


def since(at: datetime, now: datetime) -> str:
    return f"Waiting since {moment(at, now)}"


def quoted(sentence: str) -> str:
    """Somebody else's words, marked as such."""
    return f"“{sentence}”"


def not_taken(reason: str) -> str:
    return f"The plan could not take it: {reason or 'it gave no reason'}"

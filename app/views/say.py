"""Sentences made from values: times, counts, where a visit is, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from app.domain.patient import Allergy, FaceSheet, PatientRow, Problem, age_on
from app.domain.visit import Modality, Setting
from app.language import N_, Plural, tr, trn
from app.language import listed as listed
from app.services.models import SyncState, SyncWord, VisitState, VisitStatus
from app.views import text
from app.views.wording.secrets import secret_name as secret_name
from app.views.wording.secrets import wait_for as wait_for
from app.views.wording.secrets import wrong_secret as wrong_secret
from app.views.wording.times import clock as clock
from app.views.wording.times import day as day
from app.views.wording.times import day_of as day_of
from app.views.wording.times import full_day as full_day
from app.views.wording.times import moment as moment
from app.views.wording.times import weekday as weekday


def counted(pair: Plural, number: int) -> str:
    """A number with what it counts."""
    return trn(*pair, number)


def visits(number: int) -> str:
    return trn("{number} visit", "{number} visits", number)


def unsent_on_lock(number: int | None) -> str:
    """Under a name on the lock screen. Unknown says nothing."""
    if number is None:
        return ""
    if number == 0:
        return tr("Nothing waits to be sent")
    return trn("{number} visit waiting to be sent", "{number} visits waiting to be sent", number)


def unsent_parts(state: SyncState) -> str:
    """ "1 alert, 2 visits": what the plan has not confirmed, the most urgent first; "" when that is nothing."""
    parts = [
        (state.unsent_alerts, trn("{number} alert", "{number} alerts", state.unsent_alerts)),
        (state.unsent_visits, visits(state.unsent_visits)),
        (state.unsent_others, trn("{number} other record", "{number} other records", state.unsent_others)),
    ]
    return ", ".join(said for number, said in parts if number)


def unsent_line(state: SyncState) -> str:
    parts = unsent_parts(state)
    return tr("{parts} on this tablet, not yet received", parts=parts) if parts else tr(text.NOTHING_WAITS)


def sync_line(state: SyncState) -> str:
    """The status line's left half, always true: of a plan that answered, when it did; it may be gone since."""
    if state.progress is not None:
        done, of = state.progress
        doing = tr(text.FETCHING) if state.last_success_at is None else tr(text.TALKING)
        return tr("{doing}: {done} of {of}", doing=doing, done=done, of=of) if of else f"{doing}: {done}"
    if state.word is SyncWord.OK and state.last_success_at is not None:
        when = moment(state.last_success_at, datetime.now(UTC).astimezone())
        return tr("Last contact with the plan {when}", when=when)
    return sync_sentence(state)


def sync_sentence(state: SyncState) -> str:
    """How it stands with the plan; where a sign-in is wanted, with what waits for it."""
    if state.word is not SyncWord.SIGN_IN:
        return tr(state.sentence)
    parts = unsent_parts(state)
    if parts:
        return tr("Sign in to send {parts}.", parts=parts)
    return tr("Sign in to the plan again to get news of your people.")


def status(value: VisitStatus, now: datetime) -> str:
    """The product's words for where a visit is, and how many of its photos and signatures are not there yet."""
    number = value.photos_waiting
    if not number or value.state is VisitState.DRAFT:
        return _status(value, now)
    return trn(
        "{status}. {number} photo or signature still waits",
        "{status}. {number} photos or signatures still wait",
        number,
        status=_status(value, now),
    )


def _status(value: VisitStatus, now: datetime) -> str:
    if value.state is VisitState.RECEIVED:
        return received(value.received_at, now)
    if value.state is VisitState.QUESTION:
        return tr("Question from {name}", name=value.by) if value.by else tr("Question from your supervisor")
    if value.state is VisitState.REVIEWED:
        return tr("Reviewed by {name}", name=value.by) if value.by else tr("Reviewed by a supervisor")
    if value.state is VisitState.REFUSED:
        return not_taken(value.reason or "", value.parts)
    if value.state is VisitState.ARRIVING and value.parts:
        arrived, of = value.parts
        return tr("Sending: {arrived} of {of} parts have arrived", arrived=arrived, of=of)
    if value.state is VisitState.ARRIVING:
        return f"{tr('Arriving: the plan does not have all of it yet.')} {tr(value.reason or '')}".strip()
    if value.state is VisitState.SENDING and value.reason:
        return tr("{reason} It is tried again.", reason=tr(value.reason))
    return tr(_STATES.get(value.state, _NO_ANSWER))


_STATES = {
    VisitState.DRAFT: text.DRAFT,
    VisitState.ON_DEVICE: N_("Signed, only on this tablet"),
    VisitState.TWO_VERSIONS: N_("Two versions: choose"),
    VisitState.LOST: N_("The plan lost this; sending it again"),
    VisitState.MISTAKEN: N_("Entered in error: kept, and not counted"),
}
_NO_ANSWER = N_("Sending: no answer from the plan yet")


def received(at: datetime | None, now: datetime) -> str:
    """`Received by the plan 14:02`."""
    return tr("Received by the plan {when}", when=moment(at, now)) if at else tr("Received by the plan")


def continue_visit(began_at: datetime, now: datetime) -> str:
    if began_at.astimezone().date() == now.astimezone().date():
        return tr("Continue the visit you began at {time}", time=moment(began_at, now))
    return tr("Continue the visit you began on {when}", when=moment(began_at, now))


def language(recorded: str | None) -> str:
    """What a person speaks: a common name in the language of the screen, another one as the record has it."""
    return tr(recorded) if recorded else tr(text.LANGUAGE_NOT_RECORDED)


def age_line(patient: PatientRow, on: date) -> str:
    """`78 years · Spanish · Fresno`, with what is not recorded said. No line of it begins with a dot."""
    age = years(age_on(patient.birth_on, on)) if patient.birth_on else tr("Age not recorded")
    parts = [age, language(patient.language), patient.city]
    return "\u00a0· ".join(part for part in parts if part)


def years(number: int) -> str:
    return trn("{number} year", "{number} years", number)


def who(sheet: FaceSheet, on: date) -> str:
    """Under the name: `78 years · Spanish · Fresno · Interpreter needed`."""
    line = age_line(sheet.patient, on)
    return tr("{line} · Interpreter needed", line=line) if sheet.interpreter_needed else line


def where_how(modality: Modality, setting: Setting) -> str:
    return f"{tr(text.MODALITY[modality])} · {tr(text.SETTING[setting])}"


def highest(score: int | None) -> str:
    return tr("No score") if score is None else tr("Highest score {score}", score=score)


def times(began_at: datetime, left_at: datetime | None, now: datetime) -> str:
    begin = moment(began_at, now)
    return (
        tr("{begin} to {time}", begin=begin, time=clock(left_at))
        if left_at
        else tr("Began {begin}", begin=begin)
    )


def no_last_value(last_visit_at: datetime | None) -> str:
    """What stands beside an item that has no earlier answer."""
    return tr("No earlier value") if last_visit_at else tr("No earlier visit")


def saved(at: datetime) -> str:
    return tr("Saved {time}", time=clock(at, seconds=True))


def show_all(number: int) -> str:
    return tr("Show all {number}", number=number)


def sign_in_to_send(state: SyncState) -> str:
    """On the button: with what waits for it."""
    parts = unsent_parts(state)
    return tr("Sign in to send {parts}", parts=parts) if parts else tr(text.SIGN_IN_AGAIN)


def unsent_short(state: SyncState) -> str:
    number = state.unsent_visits + state.unsent_alerts + state.unsent_others
    return tr("Nothing to send") if number == 0 else tr("{number} waiting", number=number)


def set_aside(number: int) -> str:
    return trn("{number} needs you", "{number} need you", number)


def people(number: int) -> str:
    return trn("{number} person", "{number} people", number)


def people_here(number: int) -> str:
    if number == 0:
        return tr("Nobody here yet")
    return trn("{number} person on this device", "{number} people on this device", number)


_CRITICALITY = {"high": N_("high risk"), "low": N_("low risk"), "unable-to-assess": N_("risk not known")}


def allergies(listed: Sequence[Allergy]) -> str:
    """`Allergies: Penicillin (high risk), latex`."""
    return tr("Allergies: {listed}", listed=", ".join(map(allergy, listed)))


def allergy(one: Allergy) -> str:
    """`Penicillin (high risk)`."""
    risk = tr(_CRITICALITY.get(one.criticality or "", ""))
    return f"{one.text} ({risk})" if risk else one.text


def problem(value: Problem) -> str:
    """`Multiple myeloma · since 2022`: the year tells what is long past from what is new."""
    return (
        tr("{text} · since {year}", text=value.text, year=value.onset_on.year)
        if value.onset_on
        else value.text
    )


def read_at(at: datetime | None, now: datetime) -> str:
    return (
        tr("As the plan had it {when}", when=moment(at, now)) if at else tr("Not yet confirmed by the plan")
    )


def cell(label: str, number: int, most: int = 10) -> str:
    """How a screen reader names one cell."""
    return tr("{label} {number} of {most}", label=label, number=number, most=most)


def value_now(number: int) -> str:
    return tr("Now {number}", number=number)


def ended(at: datetime) -> str:
    return tr("You left at {time}", time=clock(at))


def began(at: datetime, now: datetime) -> str:
    return tr("Began {when}", when=moment(at, now))


def range_of(first: int, last: int, total: int) -> str:
    return tr("{first} to {last} of {number}", first=first, last=last, number=total)


def medicine(name: str, dosage: str | None) -> str:
    return f"{name}, {dosage}" if dosage else name


def quoted(sentence: str) -> str:
    """Somebody else's words, marked as such."""
    return f"“{sentence}”"


def not_taken(reason: str, parts: tuple[int, int] | None = None) -> str:
    """With the plan's reason, or its silence; `parts`: how many have arrived, of how many."""
    said = tr(reason) if reason else tr("it gave no reason")
    if parts is None:
        return tr("The plan could not take it: {reason}", reason=said)
    arrived, of = parts
    return tr(
        "The plan could not take it: {reason} ({arrived} of {of} parts have arrived)",
        reason=said,
        arrived=arrived,
        of=of,
    )

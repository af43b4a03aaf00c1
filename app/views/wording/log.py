"""Words of the visit log: filters, verification of visits, saved views, copies of visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.domain.evv import Exceptional
from app.domain.visit_kind import VisitKind
from app.language import N_, dates, tr, trn
from app.services.log_export import ExportForm, ExportReason
from app.services.log_models import LogStatus
from app.store.log_query import Flag
from app.store.log_rows import LogSort
from app.views import say

LIST, EVV = N_("List"), N_("Times and places (EVV)")
EVV_HELP = N_(
    "Visits in person, with the six elements of visit verification. Hearthside is not certified for it."
)
COLUMNS = (N_("Person"), N_("Nurse"), N_("When"), N_("Where and how"), N_("Highest score"), N_("Status"))
EVV_COLUMNS = (
    N_("For whom"),
    N_("By whom"),
    N_("What and where"),
    N_("By the tablet"),
    N_("By the plan's clock"),
    N_("To look at"),
)
SERVICE = N_("Community palliative care")

MORE_FILTERS, FEWER_FILTERS = N_("More filters"), N_("Fewer filters")
PLACE, LINE, ORGANISATION, STATUS = (
    N_("Place of service"),
    N_("Line of business"),
    N_("Provider organization"),
    N_("Status"),
)
FROM, TO = N_("From"), N_("To")
DATE_HINT = N_("MM/DD/YYYY")
DATE_HELP = N_("Month/day/year, such as {date}")
DATE_WRONG = N_("Please write it as 11/22/2026.")
SORT = N_("In order of")
SORTS = {
    LogSort.NEWEST: N_("Newest first"),
    LogSort.OLDEST: N_("Oldest first"),
    LogSort.PERSON: N_("Person"),
    LogSort.NURSE: N_("Nurse"),
    LogSort.SCORE: N_("Highest score"),
}
STATUSES = {
    LogStatus.NOT_REVIEWED: N_("Not reviewed"),
    LogStatus.QUESTION: N_("Question open"),
    LogStatus.REVIEWED: N_("Reviewed"),
    LogStatus.WHOLE: N_("All of it is here"),
    LogStatus.ARRIVING: N_("Still arriving"),
}
FLAGS = {
    Flag.ACT_NOW: N_("Act-now alert"),
    Flag.ALERT_OPEN: N_("Alert still open"),
    Flag.NOT_SEEN: N_("Not seen"),
    Flag.EVV: N_("Time or place to look at"),
}
PLACES = {
    "12": N_("12 Home"),
    "13": N_("13 Assisted living"),
    "31": N_("31 Skilled nursing facility"),
    "32": N_("32 Nursing facility"),
    "11": N_("11 Office"),
    "21": N_("21 Inpatient hospital"),
    "10": N_("10 Telehealth, at home"),
    "02": N_("02 Telehealth, elsewhere"),
}
LINE_NOT_SAID = N_("Not recorded when signed")
ORGANISATION_NOT_SAID = N_("Not recorded")
KINDS = {
    VisitKind.ROUTINE: N_("Routine visit"),
    VisitKind.FIRST: N_("First visit"),
    VisitKind.CANNOT_SPEAK: N_("Cannot speak"),
    VisitKind.FROM_FACILITY: N_("Home from a facility"),
    VisitKind.TELEPHONE: N_("Telephone check"),
    VisitKind.NOT_SEEN: N_("Not seen"),
}

ACT_NOW_OPEN = N_("Act-now alert, still open")
ACT_NOW_CLOSED = N_("Act-now alert, dealt with")
ALERT_OPEN = N_("Alert still open")

NOTHING_TO_LOOK_AT = N_("Nothing")
NEVER_COMPARED = N_("Never compared")
EXCEPTIONS = {
    Exceptional.TIMES_BY_HAND: N_("Times set by hand"),
    Exceptional.CLOCK_OFF: N_("The tablet's clock was off"),
    Exceptional.CLOCK_NOT_COMPARED: N_("The tablet's clock was never compared with the plan's"),
    Exceptional.ELSEWHERE: N_("At another address"),
    Exceptional.PLACE_NOT_SAID: N_("Not said whether at the address on record"),
    Exceptional.SIGNED_LATE: N_("Signed more than a day later"),
    Exceptional.NURSE_NOT_NAMED: N_("The nurse is not named"),
}

VIEWS = N_("Saved views")
VIEW_NAME = N_("Name for what you see now")
SAVE_VIEW = N_("Save")
NO_VIEWS = N_("None yet. Set the filters, give it a name, and it is one tap from then on.")
TAKE_AWAY = N_("Take away")

EXPORT = N_("Save a copy (export)")
EXPORT_TITLE = N_("Save a copy of these visits")
EXPORT_HELP = N_(
    "The visits stay here. The copy is a locked file that opens with five words. Nothing kept apart is in it, and "
    "nobody who is not on your list. Who saved what, when and why is written down for each person."
)
EXPORT_WHY = N_("Why do you need a copy?")
EXPORT_WHY_FIRST = N_("First say why.")
REASONS = {
    ExportReason.VERIFY: N_("Visit verification"),
    ExportReason.AUDIT: N_("An audit or a survey"),
    ExportReason.QUALITY: N_("Quality work"),
    ExportReason.PAYMENT: N_("Payment"),
    ExportReason.PERSON: N_("The person asked"),
    ExportReason.LAW: N_("A court or an agency asked"),
}
EXPORT_AS = N_("As what?")
FORMS = {
    ExportForm.CSV: N_("A table (CSV)"),
    ExportForm.NDJSON: N_("Records (FHIR NDJSON)"),
}
FORM_HELP = {
    ExportForm.CSV: N_("Who, when, where, by whom. No answers and no notes."),
    ExportForm.NDJSON: N_("With answers and measurements. Names are only in it where the records say them."),
}
MAKE = N_("Make a locked file")
CANCEL = N_("Not now")
WORKING = N_("One moment…")


def visits_to_take(number: int) -> str:
    return trn("{number} visit fits.", "{number} visits fit.", number, number=f"{number:,}")


def taken_out(visits: int, people: int) -> str:
    if visits == 1:
        return tr("1 visit is in the file.")
    return trn(
        "{visits} visits of {number} person are in the file.",
        "{visits} visits of {number} people are in the file.",
        people,
        visits=f"{visits:,}",
        number=f"{people:,}",
    )


def held_back(number: int) -> str:
    return trn(
        "{number} visit is not in the copy: it is kept apart, or not all of it has come.",
        "{number} visits are not in the copy: they are kept apart, or not all of them has come.",
        number,
        number=f"{number:,}",
    )


def more_filters(number: int) -> str:
    return tr(MORE_FILTERS) if number == 0 else tr("More filters, {number} on", number=number)


def place(code: str) -> str:
    return tr("Place of service {said}", said=tr(PLACES.get(code, code)))


def service(kind: VisitKind | None) -> str:
    return tr(SERVICE) if kind is None else f"{tr(SERVICE)}, {tr(KINDS[kind]).lower()}"


def exception(why: Exceptional, address: str) -> str:
    """With what the visit says about it, where it says more."""
    if why is Exceptional.ELSEWHERE and address:
        return tr("At another address: {address}", address=address)
    return tr(EXCEPTIONS[why])


def clock_gap(milliseconds: int) -> str:
    """How the tablet's clock stood to the plan's."""
    seconds = round(abs(milliseconds) / 1000)
    if seconds < 60:
        return tr("the same to the minute")
    minutes = round(seconds / 60)
    long = tr("{minutes} min", minutes=minutes) if minutes < 120 else f"{round(minutes / 60)} h"
    return (
        tr("the tablet was {long} behind", long=long)
        if milliseconds > 0
        else tr("the tablet was {long} ahead", long=long)
    )


def tablet_time(began_at: datetime, left_at: datetime | None) -> str:
    """With the day, so that nothing has to be worked out."""
    start = f"{say.day(began_at.date())}, {say.clock(began_at)}"
    if left_at is None:
        return start
    if left_at.date() == began_at.date():
        return tr("{start} to {time}", start=start, time=say.clock(left_at))
    return tr("{start} to {day}, {time}", start=start, day=say.day(left_at.date()), time=say.clock(left_at))


def plan_time(began_at: datetime, left_at: datetime | None, milliseconds: int) -> str:
    return f"{tablet_time(began_at, left_at)}; {clock_gap(milliseconds)}"


def by_tablet(when: str) -> str:
    return tr("By the tablet: {when}", when=when)


def by_plan(when: str) -> str:
    return tr("By the plan's clock: {when}", when=when)


def to_look_at(what: Sequence[str]) -> str:
    return tr("To look at: {listed}", listed=" · ".join(what))


def take_view_away(name: str) -> str:
    return f"{tr(TAKE_AWAY)}: {name}"


def date_help() -> str:
    """In sight before anything is typed; the hint within the field shows only once it has the focus."""
    return tr(DATE_HELP, date=written_day(date(2026, 11, 23)))


def written_day(on: date | None) -> str:
    return "" if on is None else dates.say_typed_date(on)

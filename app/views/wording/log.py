"""Words of the visit log: filters, verification of visits, saved views, taking visits out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.domain.evv import Exceptional
from app.domain.visit_kind import VisitKind
from app.services.log_export import ExportForm, ExportReason
from app.services.log_models import LogStatus
from app.store.log_query import Flag
from app.store.log_rows import LogSort
from app.views import say

LIST, EVV = "List", "Times and places"
EVV_HELP = (
    "Visits in person, with the six elements of visit verification. Hearthside is not certified for it."
)
COLUMNS = ("Person", "Nurse", "When", "Where and how", "Highest", "Where it is")
EVV_COLUMNS = ("For whom", "By whom", "What and where", "By the tablet", "By the plan's clock", "To look at")
SERVICE = "Community palliative care"

MORE_FILTERS, FEWER_FILTERS = "More filters", "Fewer filters"
PLACE, LINE, ORGANISATION, STATUS = "Place of service", "Line of business", "Provider organization", "Status"
FROM, TO = "From", "To"
DATE_HINT = "MM/DD/YYYY"
DATE_WRONG = "Please write it as 11/22/2026."
SORT = "In order of"
SORTS = {
    LogSort.NEWEST: "Newest first",
    LogSort.OLDEST: "Oldest first",
    LogSort.PERSON: "Person",
    LogSort.NURSE: "Nurse",
    LogSort.SCORE: "Highest score",
}
STATUSES = {
    LogStatus.NOT_REVIEWED: "Not reviewed",
    LogStatus.QUESTION: "Question open",
    LogStatus.REVIEWED: "Reviewed",
    LogStatus.WHOLE: "All of it is here",
    LogStatus.ARRIVING: "Still arriving",
}
FLAGS = {
    Flag.ACT_NOW: "Act-now alert",
    Flag.ALERT_OPEN: "Alert still open",
    Flag.NOT_SEEN: "Not seen",
    Flag.EVV: "Time or place to look at",
}
PLACES = {
    "12": "12 Home",
    "13": "13 Assisted living",
    "31": "31 Skilled nursing facility",
    "32": "32 Nursing facility",
    "11": "11 Office",
    "21": "21 Inpatient hospital",
    "10": "10 Telehealth, at home",
    "02": "02 Telehealth, elsewhere",
}
LINE_NOT_SAID = "Not recorded when signed"
ORGANISATION_NOT_SAID = "Not recorded"
KINDS = {
    VisitKind.ROUTINE: "Routine visit",
    VisitKind.FIRST: "First visit",
    VisitKind.CANNOT_SPEAK: "Cannot speak",
    VisitKind.FROM_FACILITY: "Home from a facility",
    VisitKind.TELEPHONE: "Telephone check",
    VisitKind.NOT_SEEN: "Not seen",
}

ACT_NOW_OPEN = "Act-now alert, still open"
ACT_NOW_CLOSED = "Act-now alert, dealt with"
ALERT_OPEN = "Alert still open"

NOTHING_TO_LOOK_AT = "Nothing"
NEVER_COMPARED = "Never compared"
EXCEPTIONS = {
    Exceptional.TIMES_BY_HAND: "Times set by hand",
    Exceptional.CLOCK_OFF: "The tablet's clock was off",
    Exceptional.CLOCK_NOT_COMPARED: "The tablet's clock was never compared with the plan's",
    Exceptional.ELSEWHERE: "At another address",
    Exceptional.PLACE_NOT_SAID: "Not said whether at the address on record",
    Exceptional.SIGNED_LATE: "Signed more than a day later",
    Exceptional.NURSE_NOT_NAMED: "The nurse is not named",
}

VIEWS = "Saved views"
VIEW_NAME = "Name for what you see now"
SAVE_VIEW = "Save"
NO_VIEWS = "None yet. Set the filters, give it a name, and it is one tap from then on."
TAKE_AWAY = "Take away"

EXPORT = "Take out"
EXPORT_TITLE = "Take these visits out of Hearthside"
EXPORT_HELP = (
    "They leave as a locked file that opens with five words. Nothing kept apart is in it, and nobody who is not on "
    "your list. Who took what out, when and why is written down for each person."
)
EXPORT_WHY = "Why are you taking them out?"
REASONS = {
    ExportReason.VERIFY: "Visit verification",
    ExportReason.AUDIT: "An audit or a survey",
    ExportReason.QUALITY: "Quality work",
    ExportReason.PAYMENT: "Payment",
    ExportReason.PERSON: "The person asked",
    ExportReason.LAW: "A court or an agency asked",
}
EXPORT_AS = "As what?"
FORMS = {
    ExportForm.CSV: "A table (CSV)",
    ExportForm.NDJSON: "Records (FHIR NDJSON)",
}
FORM_HELP = {
    ExportForm.CSV: "Who, when, where, by whom. No answers and no notes.",
    ExportForm.NDJSON: "With answers and measurements. Names are only in it where the records say them.",
}
MAKE = "Make a locked file"
CANCEL = "Not now"
WORKING = "One moment…"


def visits_to_take(number: int) -> str:
    return "1 visit fits." if number == 1 else f"{number:,} visits fit."


def taken_out(visits: int, people: int) -> str:
    if visits == 1:
        return "1 visit is in the file."
    if people == 1:
        return f"{visits:,} visits of 1 person are in the file."
    return f"{visits:,} visits of {people:,} people are in the file."


def held_back(number: int) -> str:
    if number == 1:
        return "1 visit stays here: it is kept apart, or not all of it has come."
    return f"{number:,} visits stay here: they are kept apart, or not all of them has come."


def more_filters(number: int) -> str:
    return MORE_FILTERS if number == 0 else f"More filters, {number} on"


def place(code: str) -> str:
    return f"Place of service {PLACES.get(code, code)}"


def service(kind: VisitKind | None) -> str:
    return SERVICE if kind is None else f"{SERVICE}, {KINDS[kind].lower()}"


def exception(why: Exceptional, address: str) -> str:
    """With what the visit says about it, where it says more."""
    if why is Exceptional.ELSEWHERE and address:
        return f"At another address: {address}"
    return EXCEPTIONS[why]


def clock_gap(milliseconds: int) -> str:
    """How the tablet's clock stood to the plan's."""
    seconds = round(abs(milliseconds) / 1000)
    if seconds < 60:
        return "the same to the minute"
    minutes = round(seconds / 60)
    long = f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
    return f"the tablet was {long} behind" if milliseconds > 0 else f"the tablet was {long} ahead"


def tablet_time(began_at: datetime, left_at: datetime | None) -> str:
    """With the day, so that nothing has to be worked out."""
    start = f"{say.day(began_at.date())}, {say.clock(began_at)}"
    if left_at is None:
        return start
    if left_at.date() == began_at.date():
        return f"{start} to {say.clock(left_at)}"
    return f"{start} to {say.day(left_at.date())}, {say.clock(left_at)}"


def plan_time(began_at: datetime, left_at: datetime | None, milliseconds: int) -> str:
    return f"{tablet_time(began_at, left_at)}; {clock_gap(milliseconds)}"


def by_tablet(when: str) -> str:
    return f"By the tablet: {when}"


def by_plan(when: str) -> str:
    return f"By the plan's clock: {when}"


def to_look_at(what: Sequence[str]) -> str:
    return f"To look at: {', '.join(what)}"


def take_view_away(name: str) -> str:
    return f"{TAKE_AWAY}: {name}"


def written_day(on: date | None) -> str:
    return "" if on is None else f"{on:%m/%d/%Y}"

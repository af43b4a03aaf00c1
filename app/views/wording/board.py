"""Words of the team board, of moving people and visits, and of the news on a nurse's Today."""

from __future__ import annotations

from datetime import datetime

from app.domain.board import Waits
from app.domain.day import Planned
from app.domain.referrals import get_state
from app.services.alert_models import AlertLine
from app.services.board_models import BoardNurse, BoardReferral, ListNews, VisitNews
from app.views import say
from app.views.wording import today

TITLE = "Team"
NURSES, ALERTS, CLOCKS, REFERRALS = "Nurses", "Alerts past due", "48-hour visits", "Referrals not closed"
NOT_TOLD = "This plan has not told what waits on the nurses' tablets."
NOT_TOLD_HELP = (
    "It comes with the next contact, if the plan keeps such a list. All else here is from the records."
)
NO_NURSES = "The plan names no nurse of your team."
CALM = "No alert is past due, no 48-hour visit is late, and no referral is open."
NOTHING_WAITS = "Nothing waits on the tablet."
NEVER_HEARD = "No tablet was heard from yet"
MOVE = "Move people or visits"
CLOSE = "Close"
VISITS_PLANNED, PEOPLE = "Planned visits", "People"
NOTHING_TO_MOVE = "No visit is planned, and nobody is on the list."
NOBODY_ELSE = "There is no other nurse in your team."
TO_WHOM = "To whom?"
MOVE_NOW, KEEP = "Move", "Keep as it is"
SHOW_ALL = "Show all"
NEWS = "Changed by your team"
READ = "I have read this"
PATIENT = "A person"

_WHY = {
    "conflict": "there are two versions, and a person has to choose",
    "server-fails": "the plan's server fails on it",
    "hidden": "the plan does not show whether it arrived",
    "too-large": "it is too large for the plan's server",
    "refused": "the plan did not take it",
}


def told(told_at: datetime, now: datetime) -> str:
    """How old the plan's word on the tablets is."""
    return f"Tablets as the plan knew them {say.moment(told_at, now)}"


def pulled(pulled_at: datetime | None, now: datetime) -> str:
    """How old the records on this device are."""
    if pulled_at is None:
        return "The plan has not been reached yet."
    return f"Records as of {say.moment(pulled_at, now)}"


def heard(one: BoardNurse, now: datetime) -> str:
    """ "Heard 14:02", or since when not."""
    at = one.nurse.heard_at
    if at is None:
        return NEVER_HEARD
    return f"Heard {say.moment(at, now)}" if one.heard else f"Not heard from since {say.moment(at, now)}"


def planned_since(number: int) -> str:
    return f"{say.visits(number)} planned since"


def people(number: int) -> str:
    return say.count(number, "person", "people")


def _what(one: Waits) -> str:
    match one.kind:
        case "alert":
            return say.count(one.count, "alert", "alerts")
        case "visit":
            return say.visits(one.count)
        case "file":
            return say.count(one.count, "picture or signature", "pictures or signatures")
        case _:
            return say.count(one.count, "other record", "other records")


def waits(one: Waits, now: datetime) -> str:
    """ "2 visits not sent yet, the oldest since 08:10"."""
    if one.since is None:
        return f"{_what(one)} not sent yet"
    if one.count == 1:
        return f"{_what(one)} not sent yet, since {say.moment(one.since, now)}"
    return f"{_what(one)} not sent yet, the oldest since {say.moment(one.since, now)}"


def set_aside(one: Waits, now: datetime) -> str:
    """ "1 visit set aside since 08:10: the plan did not take it"."""
    why = _WHY.get(one.why, "the tablet has not said why")
    since = "" if one.since is None else f" since {say.moment(one.since, now)}"
    return f"{_what(one)} set aside{since}: {why}"


def alert_due(one: AlertLine, now: datetime) -> str:
    return f"Was due {say.moment(one.due_at, now)}" if one.due_at is not None else ""


def referral(one: BoardReferral, now: datetime) -> str:
    """ "Hospice: Sent, Nov 12"."""
    state = get_state(one.referral.state).display
    if one.referral.state_at is None:
        return f"{one.referral.to_words}: {state}"
    return f"{one.referral.to_words}: {state}, {say.day_of(one.referral.state_at, now)}"


def visit(one: Planned, name: str, now: datetime) -> str:
    """ "Rosa Alvarez, 14:00, Routine"."""
    return f"{name or PATIENT}, {say.moment(one.start, now)}, {today.kind(one.kind)}"


def question_person(name: str, giver: str, taker: str, visits: int) -> str:
    """What will happen to everybody, before it does."""
    goes = f"{name} goes from {giver} to {taker}"
    more = f", with {say.count(visits, 'planned visit', 'planned visits')}." if visits else "."
    return f"{goes}{more} {giver} can no longer read the record; what was written there and not sent still arrives."


def question_visit(what: str, giver: str, taker: str) -> str:
    return f"{taker} makes this visit instead of {giver}: {what}. {giver} keeps the person on the list."


def person_moved(name: str, taker: str) -> str:
    return f"{name} is with {taker} now. Both nurses are told at the next contact of their tablets."


def visit_moved(name: str, taker: str) -> str:
    return (
        f"{taker} makes the visit to {name} now. Both nurses are told at the next contact of their tablets."
    )


def list_news(one: ListNews, now: datetime) -> str:
    at = say.moment(one.at, now)
    if one.came:
        return f"{one.patient_name} is on your list now (seen here {at})."
    return f"{one.patient_name} is no longer on your list (seen here {at}). What you wrote and did not send still goes."


def visit_news(one: VisitNews, now: datetime) -> str:
    """Who has which visit now, and who said so."""
    name, start = one.patient_name or PATIENT, say.moment(one.start, now)
    if one.came and one.other:
        what = f"You make the visit to {name}, {start}, instead of {one.other}."
    elif one.came:
        what = f"You make the visit to {name}, {start}."
    elif one.other:
        what = f"{one.other} makes the visit to {name}, {start}, instead of you."
    else:
        what = f"Somebody else makes the visit to {name}, {start}."
    return f"{what} Moved by {one.by}, {say.moment(one.at, now)}." if one.by else what

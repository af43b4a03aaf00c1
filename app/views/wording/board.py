"""Words of the team board, of moving people and visits, and of the news on a nurse's Today."""

from __future__ import annotations

from datetime import datetime

from app.domain.board import Waits
from app.language import N_, NC_, tr, trn
from app.services.alert_models import AlertLine
from app.services.board_models import BoardNurse, BoardReferral, BoardVisit, ListNews, VisitNews
from app.views import say
from app.views.wording import today
from app.views.wording.planning import referral_state, referred_to

TITLE = N_("Team")
NURSES, ALERTS, CLOCKS, REFERRALS = (
    N_("Nurses"),
    N_("Alerts past due"),
    N_("48-hour visits"),
    N_("Referrals not closed"),
)
NOT_TOLD = N_("This plan has not told what waits on the nurses' tablets.")
NOT_TOLD_HELP = N_(
    "It comes with the next contact, if the plan keeps such a list. All else here is from the records."
)
NO_NURSES = N_("The plan names no nurse of your team.")
CALM = N_("No alert is past due, no 48-hour visit is late, and no referral is open.")
NOTHING_WAITS = N_("Nothing waits on the tablet.")
NEVER_HEARD = N_("No tablet was heard from yet")
MOVE = N_("Move people or visits")
VISITS_PLANNED = N_("Planned visits")
BOARD = "board"
PEOPLE = NC_("board", "People")
"""Those whom a nurse looks after; elsewhere the same word is for who is close to a person."""
NOTHING_TO_MOVE = N_("No visit is planned, and nobody is on the list.")
NOBODY_ELSE = N_("There is no other nurse in your team.")
TO_WHOM = N_("To whom?")
MOVE_NOW, KEEP = N_("Move"), N_("Keep as it is")
FIND = N_("Find a nurse")
ONLY_WAITING = N_("Something waits")
NO_SUCH_NURSE = N_("No nurse of your team fits.")
NEWS = N_("Changed by your team")
READ = N_("I have read this")
PATIENT = N_("A person")

_WHY = {
    "conflict": N_("there are two versions, and a person has to choose"),
    "server-fails": N_("the plan's server fails on it"),
    "hidden": N_("the plan does not show whether it arrived"),
    "too-large": N_("it is too large for the plan's server"),
    "refused": N_("the plan did not take it"),
}


def told(told_at: datetime, now: datetime) -> str:
    """How old the plan's word on the tablets is."""
    return tr("Tablets, as told by the plan: {when}", when=say.moment(told_at, now))


def pulled(pulled_at: datetime | None, now: datetime) -> str:
    """How old the records on this device are."""
    if pulled_at is None:
        return tr("The plan has not been reached yet.")
    return tr("Records as of {when}", when=say.moment(pulled_at, now))


def heard(one: BoardNurse, now: datetime) -> str:
    """ "Heard 14:02", or since when not."""
    at = one.nurse.heard_at
    if at is None:
        return tr(NEVER_HEARD)
    return (
        tr("Heard {when}", when=say.moment(at, now))
        if one.heard
        else tr("Not heard from since {when}", when=say.moment(at, now))
    )


def planned_since(number: int) -> str:
    return tr("{counted} planned since", counted=say.visits(number))


def today_so_far(one: BoardNurse, now: datetime) -> str:
    """ "Planned for today: 2 made, 1 not seen, 3 still to come"; "" where nothing is planned for today."""
    for_today = [
        each for each in one.visits if each.planned.start.astimezone().date() == now.astimezone().date()
    ]
    shut = sum(each.not_seen for each in for_today)
    coming = len(for_today) - shut
    parts = [
        *([trn("{number} made", "{number} made", one.made)] if one.made else []),
        *([trn("{number} not seen", "{number} not seen", shut)] if shut else []),
        *([trn("{number} still to come", "{number} still to come", coming)] if coming else []),
    ]
    return tr("Planned for today: {what}", what=", ".join(parts)) if parts else ""


def people(number: int) -> str:
    return say.people(number)


def _what(one: Waits) -> str:
    match one.kind:
        case "alert":
            return trn("{number} alert", "{number} alerts", one.count)
        case "visit":
            return say.visits(one.count)
        case "file":
            return trn("{number} picture or signature", "{number} pictures or signatures", one.count)
        case _:
            return trn("{number} other record", "{number} other records", one.count)


def opens(what: str, name: str, *, opened: bool) -> str:
    """ "Leave and cover: Ana Ruiz, RN"; two panels of one nurse may be open: which one is closed is said."""
    return tr("Close “{what}”: {name}", what=what, name=name) if opened else f"{what}: {name}"


def waits(one: Waits, now: datetime) -> str:
    """ "2 visits not sent yet, the oldest since 08:10"."""
    if one.since is None:
        return tr("{what} not sent yet", what=_what(one))
    return trn(
        "{what} not sent yet, since {when}",
        "{what} not sent yet, the oldest since {when}",
        one.count,
        what=_what(one),
        when=say.moment(one.since, now),
    )


def set_aside(one: Waits, now: datetime) -> str:
    """ "1 visit set aside since 08:10: the plan did not take it"."""
    why = tr(_WHY.get(one.why, N_("the tablet has not said why")))
    if one.since is None:
        return tr("{what} set aside: {why}", what=_what(one), why=why)
    return tr(
        "{what} set aside since {when}: {why}", what=_what(one), when=say.moment(one.since, now), why=why
    )


def alert_due(one: AlertLine, now: datetime) -> str:
    return tr("Was due {when}", when=say.moment(one.due_at, now)) if one.due_at is not None else ""


def referral(one: BoardReferral, now: datetime) -> str:
    """ "Hospice: Sent, Nov 12"."""
    head = f"{referred_to(one.referral)}: {referral_state(one.referral.state)}"
    if one.referral.state_at is None:
        return head
    return f"{head}, {say.day_of(one.referral.state_at, now)}"


def visit(one: BoardVisit, now: datetime) -> str:
    """ "Rosa Alvarez, 14:00, Routine", and that nobody was seen there."""
    name = one.patient_name or tr(PATIENT)
    line = f"{name}, {say.moment(one.planned.start, now)}, {today.kind(one.planned.kind)}"
    return f"{line} · {tr(today.NOT_SEEN)}" if one.not_seen else line


def question_person(name: str, giver: str, taker: str, visits: int) -> str:
    """What will happen to everybody, before it does."""
    if visits:
        goes = trn(
            "{name} goes from {giver} to {taker}, with {number} planned visit.",
            "{name} goes from {giver} to {taker}, with {number} planned visits.",
            visits,
            name=name,
            giver=giver,
            taker=taker,
        )
    else:
        goes = tr("{name} goes from {giver} to {taker}.", name=name, giver=giver, taker=taker)
    still = tr(
        "{giver} can no longer read the record; what was written there and not sent still arrives.",
        giver=giver,
    )
    return f"{goes} {still}"


def question_visit(what: str, giver: str, taker: str) -> str:
    return tr(
        "{taker} makes this visit instead of {giver}: {what}. {giver} keeps the person on the list.",
        taker=taker,
        giver=giver,
        what=what,
    )


def person_moved(name: str, taker: str) -> str:
    return tr(
        "{name} is with {taker} now. Both nurses are told at the next contact of their tablets.",
        name=name,
        taker=taker,
    )


def visit_moved(name: str, taker: str) -> str:
    return tr(
        "{taker} makes the visit to {name} now. Both nurses are told at the next contact of their tablets.",
        taker=taker,
        name=name,
    )


def list_news(one: ListNews, now: datetime) -> str:
    at = say.moment(one.at, now)
    if one.came:
        return tr(
            "{patient_name} is on your list now (seen here {at}).", patient_name=one.patient_name, at=at
        )
    return tr(
        "{patient_name} is no longer on your list (seen here {at}). What you wrote and did not send still goes.",
        patient_name=one.patient_name,
        at=at,
    )


def visit_news(one: VisitNews, now: datetime) -> str:
    """Who has which visit now, and who said so."""
    name, start = one.patient_name or tr(PATIENT), say.moment(one.start, now)
    if one.came and one.other:
        what = tr(
            "You make the visit to {name}, {start}, instead of {other}.",
            name=name,
            start=start,
            other=one.other,
        )
    elif one.came:
        what = tr("You make the visit to {name}, {start}.", name=name, start=start)
    elif one.other:
        what = tr(
            "{other} makes the visit to {name}, {start}, instead of you.",
            other=one.other,
            name=name,
            start=start,
        )
    else:
        what = tr("Somebody else makes the visit to {name}, {start}.", name=name, start=start)
    return (
        tr("{what} Moved by {by}, {when}.", what=what, by=one.by, when=say.moment(one.at, now))
        if one.by
        else what
    )

"""Words of leave and cover: on Today, on the handover, on the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.handover import HandoverPerson, Watch
from app.domain.leave import Leave
from app.domain.trends import Series
from app.language import N_, tr, trn
from app.services.leave_models import CoverLine, LeavePage
from app.views import say
from app.views.wording import alerts, stored, trends

BACK = N_("Today")
HAVE_THEM = N_("I have them")
NOBODY_HERE = N_("None of their records has come yet. They come with the next contact.")
NOT_SENT = N_("Not sent yet: this goes with the next contact.")
NOTHING_TO_WATCH = N_("Nothing stands out.")
NO_VISIT = N_("No visit is on this tablet.")
GONE = N_("This cover is over, or was ended. The people are with their own nurse again.")
STILL_HERS = N_("Alerts about your people still show here.")

LEAVE = N_("Leave and cover")
FROM, UNTIL = N_("From"), N_("Until")
EARLIER, LATER, WEEK = N_("A day earlier"), N_("A day later"), N_("A week later")
BY_WHOM = N_("Covered by")
ENTER, KEEP = N_("Enter the leave"), N_("Keep as it is")
NAME_FIRST = N_("First tap who covers.")
END, END_NOW = N_("End this leave"), N_("End it now")
NOBODY_ELSE = N_("There is no other nurse in your team.")


def last_day(leave: Leave, now: datetime) -> str:
    """The last day that belongs to it: one that ends at midnight ends the day before."""
    return say.day_of(leave.until - timedelta(seconds=1), now)


def mark(first_name: str) -> Sequence[str]:
    """ "for Ana" beside what one does in her place; nothing for one's own."""
    return [tr("for {name}", name=first_name)] if first_name else []


def own(page: LeavePage, now: datetime) -> str:
    """To the nurse who is on leave, or soon will be."""
    leave = page.own
    if leave is None:
        return ""
    who = leave.stand_in.name
    if not page.own_stands:
        return tr(
            "Your leave begins {begins}. {name} has your people until {until}.",
            begins=say.moment(leave.begins, now),
            name=who,
            until=last_day(leave, now),
        )
    line = tr(
        "You are on leave until {until}. {name} covers your people.", until=last_day(leave, now), name=who
    )
    return f"{line} {taken(leave, now)} {tr(STILL_HERS)}"


def taken(leave: Leave, now: datetime) -> str:
    """Whether the stand-in has said that she has them."""
    if leave.taken_at is None:
        return tr("{name} has not said “I have them” yet.", name=leave.stand_in.name)
    return tr(
        "{name} has had them since {when}.", name=leave.stand_in.name, when=say.moment(leave.taken_at, now)
    )


def cover(line: CoverLine, now: datetime) -> str:
    """To who stands in."""
    leave = line.leave
    if not leave.stands(now):
        return tr(
            "You cover the people of {name} from {begins} until {until}.",
            name=leave.nurse.name,
            begins=say.moment(leave.begins, now),
            until=last_day(leave, now),
        )
    return trn(
        "You cover {name} until {until}: {number} person.",
        "You cover {name} until {until}: {number} people.",
        len(leave.people),
        name=leave.nurse.name,
        until=last_day(leave, now),
    )


def title(leave: Leave) -> str:
    """ "The people of Ana Ruiz, RN"."""
    return tr("The people of {name}", name=leave.nurse.name)


def have_them(line: CoverLine, now: datetime) -> str:
    """That she has them, and whether anybody knows."""
    if line.leave.taken_at is not None:
        when = say.moment(line.leave.taken_at, now)
        return tr(
            "You have had them since {when}. {name} and your supervisor see it.",
            when=when,
            name=line.leave.nurse.name,
        )
    return tr(NOT_SENT)


def missing(number: int) -> str:
    return trn(
        "The record of {number} person has not come yet.",
        "The records of {number} people have not come yet.",
        number,
    )


def watch(one: Watch, now: datetime) -> str:
    """ "Overdue · Severe symptom: Nausea 7 of 10 · Since Nov 18, 10:00"; a private one says only that it is there."""
    if one.private:
        return tr(alerts.PRIVATE_TASK)
    what = ": ".join(stored.say(part).rstrip(".") for part in (one.title, one.finding) if part)
    line = f"{alerts.level(one, now)} · {what}"
    if one.due_at is None or not alerts.is_past_today(one, now):
        return line
    since = tr("Since {when}", when=say.moment(one.due_at, now))
    return f"{line} · {since}"


def change(one: Series, now: datetime) -> str:
    """ "Pain 8: 3 more than Nov 15"."""
    said = trends.compared(one, now)
    return f"{stored.say(one.name)} {one.last}: {said[:1].lower()}{said[1:]}"


def last_visit(one: HandoverPerson, now: datetime) -> str:
    if one.last_at is None:
        return tr(NO_VISIT)
    return tr("Last visit {when}, {name}", when=say.day_of(one.last_at, now), name=one.last_by)


def on_board(leave: Leave, now: datetime) -> str:
    """ "On leave until May 3, covered by Ben Cole, RN"; before it begins, from when."""
    until, name = last_day(leave, now), leave.stand_in.name
    if leave.stands(now):
        return tr("On leave until {until}, covered by {name}", until=until, name=name)
    begins = say.day_of(leave.begins, now)
    return tr(
        "On leave from {begins} until {until}, covered by {name}", begins=begins, until=until, name=name
    )


def covers(leave: Leave, now: datetime) -> str:
    return tr("Covers {name} until {until}", name=leave.nurse.name, until=last_day(leave, now))


def question(nurse: str, stand_in: str, begins: str, until: str) -> str:
    """What will happen to everybody, before it does."""
    return tr(
        "{nurse} is on leave from {begins} to {until}. {stand_in} can read and write the records of {nurse}'s people "
        "in that time and no longer. Planned visits and 48-hour visits show on {stand_in}'s Today.",
        nurse=nurse,
        stand_in=stand_in,
        begins=begins,
        until=until,
    )


def question_end(leave: Leave) -> str:
    return tr(
        "{nurse} has the people again from now on. {stand_in} can no longer read the records; what was written still "
        "arrives.",
        nurse=leave.nurse.name,
        stand_in=leave.stand_in.name,
    )


def entered(nurse: str, stand_in: str) -> str:
    return tr(
        "{stand_in} covers {nurse}. Both see it at the next contact of their tablets.",
        nurse=nurse,
        stand_in=stand_in,
    )


def ended(nurse: str) -> str:
    return tr("The leave of {nurse} is ended.", nurse=nurse)

"""Words of a death: recording it, taking that back, telling the team, the calls to the family."""

from __future__ import annotations

from datetime import date, datetime

from app.domain.death import BY_CODE, DEFAULT_CALLS, FAMILY, HOW, NAMED, PLACE, QUESTIONS, Death, FamilyCall
from app.language import N_, tr
from app.services.death_models import DeathNews, DeathPart
from app.views import say
from app.views.wording import stored

RECORD = N_("Record a death")
NO_HURRY = N_("There is no hurry. You can do this afterwards.")
ALL_OPTIONAL = N_("Only the day is needed. What you do not know, leave out.")
KEPT_HERE = N_("What you tap is kept on this tablet. Nothing of it is sent before you record it.")
WHEN = N_("When")
JUST_NOW, TODAY, YESTERDAY, OTHER_TIME = (
    N_("Just now"), N_("Today, hour not known"), N_("Yesterday, hour not known"), N_("Another time"),
)  # fmt: skip
DIED_AT = N_("Died")
USE_TIME = N_("Use this time")
WORDS = N_("Anything else, in your words")
WRITE = N_("Add words")
CONTACT_HELP = N_("Proposed from the people list. Tap another one if it is somebody else.")
COUNT_MEDICINES = N_("Count the medicines in a visit")
KEEP = N_("Record the death")
KEEP_CHANGES = N_("Record the correction")
KEEP_HELP = N_("Clocks, reminders and planned visits for this person stop. It can be taken back.")
STANDS = N_("This death is recorded. What you change is recorded as a correction.")

# on a person's page
CHANGE = N_("Look or correct")
ERROR = N_("Entered in error")
ERROR_SURE = N_("This takes the death back. Clocks, reminders, alerts and planned visits are there again.")
ERROR_YES, CANCEL = N_("Yes, take it back"), N_("Cancel")
BY_PLAN = N_("The plan's own record says this.")
ONLY_HERE = N_("Only on this tablet, not sent yet.")
REFUSED = N_('The plan could not take this record. See "Sent & waiting".')

# telling the team
NEWS = N_("Deaths")
NEWS_OF_ONE = N_("Death")
READ = N_("I have read this")

# calls to the family
CALLS = N_("Calls to families")
HOW_THEY_ARE = N_("How are they?")
NEXT = N_("What is next?")
OPEN_FORM, CLOSE_FORM = N_("Write it down"), N_("Not now")
CALL_DONE = N_("Done")


def died(on: date | None) -> str:
    """ "Died May 3". Without a day: "Has died"."""
    return tr("Died {day}", day=say.day(on)) if on is not None else tr("Has died")


def header(part: DeathPart) -> str:
    """The line in sight on every page of this person, with the hour where it is known."""
    death = part.death
    if death is None or death.at is None:
        return died(part.on)
    return tr("Died {day}, {time}", day=say.day(death.on), time=say.clock(death.at))


def recorded(death: Death, now: datetime) -> str:
    """ "Recorded by Ana Ruiz, RN, today"."""
    return tr("Recorded by {who}, {when}", who=death.by.name, when=say.day_of(death.recorded_at, now))


def news(one: DeathNews) -> str:
    """ "Rosa Diaz died on Sunday, May 3, at 3:10 AM."."""
    death = one.death
    day = say.full_day(death.on)
    if death.at is None:
        return tr("{name} died: {day}.", name=one.name, day=day)
    return tr("{name} died: {day}, {time}.", name=one.name, day=day, time=say.clock(death.at))


def answer(code: str, value: str) -> str:
    """An answer as it is shown: an option in the screen's language, a name with what they are to the person, a line of
    the plan as it stands.
    """
    if value.startswith(NAMED):
        line = value.removeprefix(NAMED)
        return stored.person(line) if BY_CODE[code].names else plans_line(line)
    return tr(BY_CODE[code].options.get(value, value))


def plans_line(line: str) -> str:
    """A line of the plan's list: in the screen's language where it is one that ships, else as the plan wrote it."""
    return tr(line) if line in DEFAULT_CALLS else line


def answers(death: Death) -> list[tuple[str, str]]:
    """(question, what was said) in the order of the page; what was not said is left out."""
    return [
        (tr(one.text), say.listed([answer(one.code, value) for value in death.answers[one.code]]))
        for one in QUESTIONS
        if one.code in death.answers
    ]


def in_short(death: Death) -> str:
    """ "At home · Managing": where, and how the family is."""
    said = [answer(code, death.first(code)) for code in (PLACE, FAMILY) if death.first(code)]
    return " · ".join(said)


def call_line(call: FamilyCall, name: str) -> str:
    """ "Call Maria Diaz (daughter): Rosa Diaz died 30 days before."."""
    who = stored.person(call.contact) or tr("the family")
    return tr("Call {who}: day {number} after the death of {name}", who=who, number=call.number, name=name)


def call_done(call: FamilyCall, now: datetime) -> str:
    """ "Call on day 30: Managing, today"."""
    when = say.day_of(call.done_at, now) if call.done_at is not None else ""
    how = tr(HOW.get(call.how, ""))
    return ", ".join(
        part for part in (tr("Call on day {number}: {how}", number=call.number, how=how), when) if part
    )


def call_waits(call: FamilyCall) -> str:
    """ "Call on day 30: Sunday, May 3"."""
    return tr("Call on day {number}: {how}", number=call.number, how=say.full_day(call.due_on))

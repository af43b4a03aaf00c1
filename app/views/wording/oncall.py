"""Words of the on-call pack: on Today, in its list, and on one person's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.domain.on_call import Duty, Head, PackLine, PackPage
from app.domain.patient import age_on
from app.language import N_, tr, trn
from app.services.oncall import OnCallState
from app.views import say
from app.views.wording import stored

SYMPTOMS = N_("Symptoms")
"""The plan's own word before the numbers of the last visit."""

TITLE = N_("On call")
BACK, LIST = N_("Today"), N_("List")
SEARCH = N_("Search by name")
NOBODY = N_("Nobody of this name is among your team's people.")
NOBODY_HELP = N_(
    "While you are on call you see only them. “Not on my list” opens one record in an emergency."
)
NONE = N_("There is no on-call pack here.")
NONE_HELP = N_("It comes by itself before your duty begins and leaves when it ends.")
BEFORE = N_("It opens when your duty begins.")
WHY = N_("Why do you open it?")
WHY_HELP = N_("Your supervisor sees that you opened it, and why.")
OTHER = N_("The reason, in a few words")
OPEN, CANCEL, AGAIN = N_("Open"), N_("Not this person"), N_("Open it again")
BEGIN = N_("Write down a call or visit")
BEGIN_HELP = N_("It goes into this person's record, and waits on this tablet until there is a network.")
DIED = N_("Has died")
INTERPRETER = N_("an interpreter is needed")
STALE = timedelta(hours=4)

CODE_STATUS = N_("Code status")
NO_CODE_STATUS = N_("Not recorded")
NO_ORDER = N_("Papers that were seen and words that were said. Look for the paper itself.")
CRISIS, NO_CRISIS = N_("In a crisis"), N_("No plan for a crisis is recorded.")
PHONES, NO_PHONES = N_("Telephone"), N_("No telephone number is recorded.")
AGENT, NO_AGENT = N_("Who decides with the person"), N_("Nobody is recorded who decides.")
MEDICINES = N_("Opioids and comfort medicines")
NO_MEDICINES = N_("No opioid and no comfort medicine is recorded.")
NO_ALLERGIES = N_("Allergies: not recorded")
ADDRESS, NO_ADDRESS = N_("Address"), N_("No address is recorded.")
VISIT, NO_VISIT = N_("Last visit"), N_("No visit is recorded.")
PEOPLE = N_("Who helps")
PLAN_SAYS = (
    N_("At home"),
    N_("At an office"),
    N_("On the road"),
    N_("By telephone or video"),
    N_("Symptoms"),
    N_("None of 4 or more"),
    N_("What is done"),
    N_("Next contact"),
    N_("decides with the person"),
    N_("legal agent"),
    N_("In the home, complete"),
    N_("In the home, something missing or out of date"),
    N_("Ordered, not in the home"),
    N_("Not ordered"),
)
"""Words of the plan's own in a page (`plan.oncall`), said in the language of the screen by `stored.say`."""


def card(state: OnCallState, at: datetime) -> str:
    """ "On call until 07:00 · 214 people · as of 18:02"; "" where there is nothing to say."""
    duty = state.duty
    if duty is None:
        return ""
    when = (
        tr("On call until {when}", when=_when(duty.until, at))
        if state.on_duty
        else tr("On call from {when}", when=_when(duty.begins, at))
    )
    return " · ".join((when, people(duty.people), as_of(duty, at)))


def people(number: int) -> str:
    return trn("{number} person", "{number} people", number)


def as_of(duty: Duty, at: datetime) -> str:
    """From when what stands here is."""
    return tr("as of {when}", when=_when(duty.as_of, at))


def stale(duty: Duty, at: datetime) -> str | None:
    """A warning, once the pack is hours old."""
    if at - duty.as_of < STALE:
        return None
    return tr("This is as of {when}. It may have changed since.", when=_when(duty.as_of, at))


def newer(duty: Duty, newest: Duty, at: datetime) -> str:
    """Beside a page that was opened before the pack that is here now came or was confirmed."""
    return tr(
        "What is here now is as of {newest}, this page as of {when}. Open it again to see what changed.",
        newest=_when(newest.as_of, at),
        when=_when(duty.as_of, at),
    )


def most(number: int) -> str:
    """Above a list that may not hold everybody."""
    return tr("At most {number} people are listed. Type a name to find somebody else.", number=number)


def _when(moment: datetime, at: datetime) -> str:
    here = moment.astimezone(at.tzinfo)
    return say.clock(here) if abs(here - at) < timedelta(hours=18) else say.moment(here, at)


def choose(head: Head) -> str:
    """Under a name in the list: what is needed to choose between two of one name."""
    parts = [tr("born {day}", day=say.day(head.born_on)) if head.born_on else "", head.place]
    return " · ".join(part for part in parts if part)


def born(head: Head, on: date) -> str:
    if head.born_on is None:
        return tr("Date of birth not recorded")
    years = say.years(age_on(head.born_on, on))
    return tr("Born {day}, {years}", day=say.day(head.born_on), years=years)


def allergies(lines: Sequence[PackLine]) -> str:
    """In one line; never blank."""
    if not lines:
        return tr(NO_ALLERGIES)
    return tr("Allergies: {names}", names=", ".join(stored.say(one.text) for one in lines))


def language(page: PackPage) -> str:
    """What she speaks, and that an interpreter is needed."""
    parts = [stored.name(page.language) if page.language else "", tr(INTERPRETER) if page.interpreter else ""]
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def line(one: PackLine, at: datetime) -> tuple[str, str]:
    """(what stands in the line, what stands below it)."""
    text, label = stored.say(one.text), stored.say(one.label)
    shown = f"{label}: {text}" if label and text else label or text
    below = ", ".join(part for part in (stored.say(one.detail), _day(one.at, at)) if part)
    return shown, below


def visit(one: PackLine, at: datetime) -> tuple[str, str]:
    """The first line of a visit: when, how and by whom; its other lines as every line."""
    if not one.label and one.at:
        return " · ".join(part for part in (_day(one.at, at), stored.say(one.detail), one.text) if part), ""
    if one.label == SYMPTOMS:
        return f"{stored.say(one.label)}: {', '.join(map(_symptom, one.text.split(', ')))}", ""
    shown, below = line(one, at)
    return shown, "" if one.label == "Next contact" else below


def _symptom(text: str) -> str:
    """ "Tiredness 7": by its short name in the language that is spoken, with its number on the same line."""
    name, _, number = text.rpartition(" ")
    return f"{stored.name(name)}\u00a0{number}" if name and number.isdecimal() else stored.say(text)


def others(one: PackLine) -> str:
    """How many medicines of the plan's list are not shown."""
    number = int(one.text) if one.text.isdecimal() else 0
    return trn(
        "{number} more medicine is on the plan's list.",
        "{number} more medicines are on the plan's list.",
        number,
    )


def _day(text: str, at: datetime) -> str:
    """Of a FHIR date or time; "" for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if "T" not in text or moment.tzinfo is None:
        return say.day(moment.date())
    return say.day_of(moment.astimezone(at.tzinfo), at)

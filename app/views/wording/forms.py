"""Words of the visit page's forms and of a visit that is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from app.domain.acp_time import count_units
from app.domain.visit import Absent
from app.language import N_, tr, trn
from app.views import say

YES, NO = N_("Yes"), N_("No")
NO_ANSWER = N_("No answer…")
NO_ANSWER_SAID = N_("no answer, say why")
ABSENT = {
    Absent.DECLINED: N_("Declined today"),
    Absent.COULD_NOT_ANSWER: N_("Could not answer"),
    Absent.SLEEPY: N_("Could not answer: sleepy"),
    Absent.CONFUSED: N_("Could not answer: confused"),
    Absent.NO_WORDS: N_("Could not answer: no words"),
    Absent.NOT_DISCUSSED: N_("Not discussed today"),
    Absent.DOES_NOT_WANT: N_("Does not want to discuss"),
    Absent.NOT_KNOWN: N_("Not known"),
}
ABSENT_THEN = {**ABSENT, Absent.DECLINED: N_("Declined")}
FINER = {Absent.SLEEPY: N_("Sleepy"), Absent.CONFUSED: N_("Confused"), Absent.NO_WORDS: N_("No words")}

PRIVATE = N_("Kept apart: not in shared views, on papers or in alert texts.")
PRIVATE_READ = N_("Kept apart")
SHOW_PRIVATE = N_("Show what is kept apart")
HIDE_PRIVATE = N_("Hide it again")
PRIVATE_CLOSED = N_("Only the nurse who wrote it and her supervisor can open this.")
LESS = N_("Less")

FIND = N_("Find in the list")
NOT_FOUND = N_("Nothing in the list begins like that.")
FEWER = N_("Fewer")

OFFICIAL_ONLY = N_("Here only in its official English wording: ask it through an interpreter, and say so.")
NOT_ASKED, NOTHING_YET = N_("Not asked"), N_("Nothing yet")
NOT_OFFERED = N_("Not offered now")
OPEN_ALL = {
    "phq-9": N_("Ask all nine questions"),
    "gad-7": N_("Ask all seven questions"),
    "steadi": N_("Ask all twelve questions"),
}
OPEN_REST = N_("Ask all the questions")

AGAIN, AGAIN_SHORT = N_("Measure again"), N_("Again")
AGAIN_DONE = N_("What was done (if anything)")
AGAIN_HELP = N_("Tap the number now.")
AGAIN_UNDO = N_("Undo")
FIRST_WANTED = N_("Please type the first number again.")
AGAIN_REST = N_("The others as before")
AGAIN_CLOSE = N_("Done")
LOOKS = {2: N_("second look"), 3: N_("third look")}

ADD = N_("Add")
REMOVE = N_("Remove")
UNDO = N_("Undo")

NUMBER_WANTED = N_("Please give a number, such as 92 or 36.8.")
NOW, TODAY, YESTERDAY, TOMORROW, OTHER_DAY, OTHER_TIME = (
    N_("Now"), N_("Today"), N_("Yesterday"), N_("Tomorrow"), N_("Another day"), N_("Another time"),
)  # fmt: skip
IN_A_WEEK, IN_TWO_WEEKS = N_("In a week"), N_("In two weeks")
MONTH, DAY, YEAR, HOUR, MINUTE, SET, CLEAR = (
    N_("Month"),
    N_("Day"),
    N_("Year"),
    N_("Hour"),
    N_("Minute"),
    N_("Set"),
    N_("Clear"),
)
DAY_WRONG = N_("There is no such day. Please look at month, day and year.")
TIME_WRONG = N_("There is no such time. Hours run from 0 to 23, minutes from 0 to 59.")

# a visit that is read
OTHER_ANSWERS = N_("Other answers")
OTHER_ANSWERS_HELP = N_("These come from a newer Hearthside. They are kept as they are.")
WRITTEN, WRITTEN_AFTERWARDS = N_("Written"), N_("Afterwards; both times were set by hand")
FROM_PAPER = N_("From paper: copied from a sheet that was filled in during the visit")


def again_title(name: str) -> str:
    return f"{tr(AGAIN)}: {name}"


def add(what: str) -> str:
    return f"{tr(ADD)}: {what}"


def entry_title(what: str, number: int) -> str:
    return f"{what} {number}"


def removed(what: str) -> str:
    return tr("Removed: {what}", what=what)


def proxy(names: Sequence[str]) -> str:
    """Above a scale that somebody else answers: which of its questions nobody else can feel."""
    return tr(
        "{names}: each begins as “could not answer”, because somebody else answers. A number can still be given.",
        names=say.listed(names),
    )


def answered(number: int) -> str:
    return tr("{number} answered", number=number)


def last(said: str, day: str) -> str:
    return tr("Last {said}, {day}", said=said, day=day)


def last_chosen(said: str, day: str) -> str:
    """Words of an option, as it is written: behind "Last" alone they would read as a span of time."""
    return tr("Last time: {said}, {day}", said=said, day=day)


def last_words(said: str, day: str) -> str:
    return tr("Last, {day}: {said}", day=day, said=said)


def between(low: int, high: int) -> str:
    return tr("A whole number from {low} to {high}", low=low, high=high)


def others(number: int) -> str:
    """The way to the rest of a long list."""
    return tr("{number} others", number=number)


def more(number: int) -> str:
    return tr("More ({number})", number=number)


def opened_by(short_name: str, total: object, at: int) -> str:
    """Why the rest of a scale appeared."""
    return tr(
        "{short_name} is {number}: from {at} on, the other questions are asked too.",
        short_name=short_name,
        number=total,
        at=at,
    )


def opened_by_hand(short_name: str) -> str:
    return tr("You opened the questions after {short_name}.", short_name=short_name)


def total(name: str, value: str, most: str, band: str | None) -> str:
    """ "PHQ-9: 12 of 27, moderate"."""
    line = tr("{name}: {value} of {most}", name=name, value=value, most=most)
    return f"{line}, {band}" if band else line


def no_total(name: str, missing: int) -> str:
    return tr("{name}: no total, {missing} not answered", name=name, missing=missing)


def amount(number: Decimal) -> str:
    """A decimal without an exponent: 36.8, 1200."""
    return f"{number:f}"


def measured(said: str, at: datetime) -> str:
    """ "8 at 10:20"."""
    return tr("{said} at {time}", said=said, time=f"{at.astimezone():%H:%M}")


def quoted(said: str) -> str:
    return f"“{said}”"


def look(name: str, number: int | None, at: datetime) -> str:
    """ "PAINAD, second look at 10:55"."""
    return tr(
        "{name}, {said} at {time}",
        name=name,
        said=tr(LOOKS.get(number or 0, N_("latest look"))),
        time=f"{at.astimezone():%H:%M}",
    )


def after(said: str, done: str) -> str:
    return tr("{said} after {done}", said=said, done=done) if done else said


CONVERSATION = N_("Conversation")


def counted(minutes: Decimal | int) -> str:
    """Minutes of conversation as the two time codes count them: "46 minutes (99497 once, 99498 once; not billed)"."""
    reached = count_units(max(minutes, 0)).by_code
    shown = ", ".join(f"{code} {_times(number)}" for code, number in reached.items())
    length = f"{minutes.normalize():f}" if isinstance(minutes, Decimal) else str(minutes)
    long = trn("{length} minute", "{length} minutes", 1 if length == "1" else 2, length=length)
    return tr("{long} (counts as {shown}; never billed)", long=long, shown=shown) if shown else long


def _times(number: int) -> str:
    return trn("once", "{number} times", number)

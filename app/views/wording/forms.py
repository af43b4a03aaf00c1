"""Words of the visit page's forms and of a visit that is read."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from app.domain.acp_time import count_units
from app.domain.visit import Absent

YES, NO = "Yes", "No"
NO_ANSWER = "No answer…"
NO_ANSWER_SAID = "no answer, say why"
WHY_NOT = "Why?"
ABSENT = {
    Absent.DECLINED: "Declined today",
    Absent.COULD_NOT_ANSWER: "Could not answer",
    Absent.SLEEPY: "Could not answer: sleepy",
    Absent.CONFUSED: "Could not answer: confused",
    Absent.NO_WORDS: "Could not answer: no words",
    Absent.NOT_DISCUSSED: "Not discussed today",
    Absent.DOES_NOT_WANT: "Does not want to discuss",
    Absent.NOT_KNOWN: "Not known",
}
ABSENT_THEN = {**ABSENT, Absent.DECLINED: "Declined"}
FINER = {Absent.SLEEPY: "Sleepy", Absent.CONFUSED: "Confused", Absent.NO_WORDS: "No words"}

PRIVATE = "Kept apart: not in shared views, on papers or in alert texts."
PRIVATE_READ = "Kept apart"
SHOW_PRIVATE = "Show what is kept apart"
HIDE_PRIVATE = "Hide it again"
PRIVATE_CLOSED = "Only the nurse who wrote it and her supervisor can open this."
MORE, LESS = "More", "Less"
PROXY = "Begins as “could not answer”, because somebody else answers. A number can still be given."

FIND = "Find in the list"
NOT_FOUND = "Nothing in the list begins like that."
FEWER = "Fewer"

NOT_ASKED = "Not asked"
NOT_OFFERED = "Not offered now"
OPEN_ALL = {
    "phq-9": "Ask all nine questions",
    "gad-7": "Ask all seven questions",
    "steadi": "Ask all twelve questions",
}
OPEN_REST = "Ask all the questions"
SECTION_OPEN, SECTION_CLOSE = "Open", "Close"

AGAIN, AGAIN_SHORT = "Measure again", "Again"
AGAIN_DONE = "What was done (if anything)"
AGAIN_HELP = "Tap the number now."
AGAIN_UNDO = "Undo"
FIRST_WANTED = "Please type the first number again."
AGAIN_REST = "The others as before"
AGAIN_CLOSE = "Done"
LOOKS = {2: "second look", 3: "third look"}

ADD = "Add"
REMOVE = "Remove"
UNDO = "Undo"

NUMBER_WANTED = "Please give a number, such as 92 or 36.8."
NOW, TODAY, YESTERDAY, TOMORROW, OTHER_DAY, OTHER_TIME = (
    "Now", "Today", "Yesterday", "Tomorrow", "Another day", "Another time",
)  # fmt: skip
IN_A_WEEK, IN_TWO_WEEKS = "In a week", "In two weeks"
MONTH, DAY, YEAR, HOUR, MINUTE, SET, CLEAR = "Month", "Day", "Year", "Hour", "Minute", "Set", "Clear"
DAY_WRONG = "There is no such day. Please look at month, day and year."
TIME_WRONG = "There is no such time. Hours run from 0 to 23, minutes from 0 to 59."

# a visit that is read
OTHER_ANSWERS = "Other answers"
OTHER_ANSWERS_HELP = "These come from a newer Hearthside. They are kept as they are."
WRITTEN, WRITTEN_AFTERWARDS = "Written", "Afterwards; both times were set by hand"
LAST = "Last"


def again_title(name: str) -> str:
    return f"{AGAIN}: {name}"


def add(what: str) -> str:
    return f"{ADD}: {what}"


def entry_title(what: str, number: int) -> str:
    return f"{what} {number}"


def removed(what: str) -> str:
    return f"Removed: {what}"


def answered(number: int) -> str:
    return f"{number} answered"


def last(said: str, day: str) -> str:
    return f"Last {said}, {day}"


def last_words(said: str, day: str) -> str:
    return f"Last, {day}: {said}"


def between(low: int, high: int) -> str:
    return f"A whole number from {low} to {high}"


def others(number: int) -> str:
    """The way to the rest of a long list."""
    return f"{number} others"


def more(number: int) -> str:
    return f"More ({number})"


def opened_by(short_name: str, total: object, at: int) -> str:
    """Why the rest of a scale appeared."""
    return f"{short_name} is {total}: from {at} on, the other questions are asked too."


def opened_by_hand(short_name: str) -> str:
    return f"You opened the questions after {short_name}."


def total(name: str, value: str, most: str, band: str | None) -> str:
    """ "PHQ-9: 12 of 27, moderate"."""
    line = f"{name}: {value} of {most}"
    return f"{line}, {band}" if band else line


def no_total(name: str, missing: int) -> str:
    return f"{name}: no total, {missing} not answered"


def amount(number: Decimal) -> str:
    """A decimal without an exponent: 36.8, 1200."""
    return f"{number:f}"


def measured(said: str, at: datetime) -> str:
    """ "8 at 10:20"."""
    return f"{said} at {at.astimezone():%H:%M}"


def quoted(said: str) -> str:
    return f"“{said}”"


def look(name: str, number: int | None, at: datetime) -> str:
    """ "PAINAD, second look at 10:55"."""
    return f"{name}, {LOOKS.get(number or 0, 'latest look')} at {at.astimezone():%H:%M}"


def after(said: str, done: str) -> str:
    return f"{said} after {done}" if done else said


CONVERSATION = "Conversation"


def counted(minutes: Decimal | int) -> str:
    """Minutes of conversation as the two time codes count them: "46 minutes (99497 once, 99498 once; not billed)"."""
    reached = count_units(max(minutes, 0)).by_code
    shown = ", ".join(f"{code} {_times(number)}" for code, number in reached.items())
    length = f"{minutes.normalize():f}" if isinstance(minutes, Decimal) else str(minutes)
    unit = "minute" if length == "1" else "minutes"
    return f"{length} {unit}" + (f" (counts as {shown}; never billed)" if shown else "")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"

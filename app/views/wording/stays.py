"""Words of stays in hospitals and facilities, and of the 48-hour clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.stays import Clock, ClockState, Outcome, Place, Stay
from app.views import say

TITLE = "Hospital and facility stays"
TELL = "Tell of a stay"
TELL_HELP = "What somebody told you. It is joined to the plan's own record when that comes."
WHERE = "Where"
NAME = "Name of the hospital or facility"
STILL_THERE = "Is still there"
CAME_HOME = "Came home"
WENT_ELSEWHERE = "Went to another facility"
SINCE = "Since"
UNTIL = "Left"
HOUR_NOT_KNOWN = "Nobody knows the hour"
HOUR_NOT_KNOWN_HELP = "The 48 hours then count from the day's beginning, and say so."
KEEP = "Keep this"
CANCEL = "Cancel"
BY_HAND = "told by somebody, not yet in the plan's record"
NONE = "None on record."
WHY_NOT = "No visit within 48 hours. Why?"
WISHES = "Call the hospital team with this:"
CODE_STATUS, MATTERS, DECIDES = "Code status", "What matters", "Decides"
NOBODY = "Nobody is on record"
MATCHED = "The stay is over. Ask whether it was what the person wanted."

PLACE = {
    Place.HOSPITAL: "Hospital",
    Place.SKILLED: "Skilled nursing",
    Place.LONG_TERM: "Nursing home",
    Place.ASSISTED_LIVING: "Assisted living",
}
IN = {
    Place.HOSPITAL: "In hospital",
    Place.SKILLED: "In skilled nursing",
    Place.LONG_TERM: "In a nursing home",
    Place.ASSISTED_LIVING: "In assisted living",
}
OUTCOME = {
    Outcome.DIED: "Died",
    Outcome.READMITTED: "Admitted again",
    Outcome.DECLINED: "Declined",
    Outcome.UNREACHABLE: "Could not be reached",
    Outcome.OTHER: "Another reason",
}


def inside(stay: Stay, now: datetime) -> str:
    """ "In hospital since Tue Nov 17 · Mercy General"."""
    since = "" if stay.began_at is None else f" since {say.weekday(stay.began_at.astimezone().date())}"
    return IN[stay.place] + since + (f" · {stay.name}" if stay.name else "")


def _hours(span: timedelta) -> str:
    minutes = int(abs(span).total_seconds() // 60)
    if minutes < 60:
        return say.count(minutes, "minute", "minutes")
    return say.count(minutes // 60, "hour", "hours")


def clock(one: Clock, now: datetime) -> str:
    """The 48-hour clock in one line, with where it counts from when the hour is not known."""
    house = IN[one.stay.place].removeprefix("In ").removeprefix("a ").removeprefix("an ")
    about = "" if one.stay.time_known else ", counted from 00:00 because nobody knows the hour"
    due = say.moment(one.due_at, now)
    if one.state is ClockState.OVERDUE:
        return f"48-hour home visit overdue by {_hours(one.left)} (home from {house}{about})"
    if one.state is ClockState.MET:
        return f"48-hour home visit made (home from {house})"
    if one.state is ClockState.LATE:
        return f"Home visit made after the 48 hours (home from {house})"
    if one.state is ClockState.CLOSED:
        why = OUTCOME[one.stay.outcome or Outcome.OTHER].casefold()
        words = one.stay.outcome_words
        known = words and words not in OUTCOME.values()
        return f"No 48-hour home visit: {why}" + (f" ({words})" if known else "")
    return f"Home from {house}: home visit due {due}, in {_hours(one.left)}{about}"


def stay_line(stay: Stay, now: datetime) -> str:
    """One stay in a list."""
    name = f" · {stay.name}" if stay.name else ""
    began = "" if stay.began_at is None else say.full_day(stay.began_at.astimezone().date())
    left = "" if stay.left_at is None else say.full_day(stay.left_at.astimezone().date())
    span = f"{began} to {left}" if began and left else f"since {began}" if began else f"until {left}"
    by_hand = f" ({BY_HAND})" if stay.by_hand else ""
    return f"{PLACE[stay.place]}{name}, {span}{by_hand}"

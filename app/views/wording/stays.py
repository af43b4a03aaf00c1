"""Words of stays in hospitals and facilities, and of the 48-hour clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.stays import Clock, ClockState, Outcome, Place, Stay
from app.language import N_, tr, trn
from app.views import say

TITLE = N_("Hospital and facility stays")
TELL = N_("Write down a stay")
TELL_HELP = N_("What somebody told you. It is joined to the plan's own record when that comes.")
NAME = N_("Name of the hospital or facility")
STILL_THERE = N_("Is still there")
CAME_HOME = N_("Came home")
WENT_ELSEWHERE = N_("Went to another facility")
SINCE = N_("Since")
UNTIL = N_("Left")
HOUR_NOT_KNOWN = N_("Nobody knows the hour")
HOUR_NOT_KNOWN_HELP = N_("The 48 hours then count from the day's beginning, and say so.")
KEEP = N_("Keep this")
CANCEL = N_("Cancel")
BY_HAND = N_("told by somebody, not yet in the plan's record")
HOUR_UNKNOWN = N_("counted from 00:00 because nobody knows the hour")
NONE = N_("None on record.")
WHY_NOT = N_("No visit within 48 hours. Why?")
WISHES = N_("Call the hospital team with this:")
CODE_STATUS, MATTERS, DECIDES = N_("Code status"), N_("What matters"), N_("Who decides")
NOBODY = N_("Nobody is on record")
MATCHED = N_("The stay is over. Ask whether it was what the person wanted.")

PLACE = {
    Place.HOSPITAL: N_("Hospital"),
    Place.SKILLED: N_("Skilled nursing"),
    Place.LONG_TERM: N_("Nursing home"),
    Place.ASSISTED_LIVING: N_("Assisted living"),
}
IN = {
    Place.HOSPITAL: N_("In hospital"),
    Place.SKILLED: N_("In skilled nursing"),
    Place.LONG_TERM: N_("In a nursing home"),
    Place.ASSISTED_LIVING: N_("In assisted living"),
}
FROM = {
    Place.HOSPITAL: N_("hospital"),
    Place.SKILLED: N_("skilled nursing"),
    Place.LONG_TERM: N_("nursing home"),
    Place.ASSISTED_LIVING: N_("assisted living"),
}
"""Where somebody came home from."""
IN_DAYS = timedelta(days=3)
"""What is this long or longer is said in days."""
OUTCOME = {
    Outcome.DIED: N_("Died"),
    Outcome.READMITTED: N_("Admitted again"),
    Outcome.DECLINED: N_("Declined"),
    Outcome.UNREACHABLE: N_("Could not be reached"),
    Outcome.OTHER: N_("Another reason"),
}


def inside(stay: Stay, now: datetime) -> str:
    """ "In hospital since Tue Nov 17 · Mercy General"."""
    where = tr(IN[stay.place])
    if stay.began_at is not None:
        began = stay.began_at.astimezone().date()
        day = say.weekday(began) if began.year == now.year else say.full_day(began)
        where = tr("{where} since {day}", where=where, day=day)
    return f"{where} · {stay.name}" if stay.name else where


def _hours(span: timedelta) -> str:
    """Minutes, hours, and days from the third on: nobody reads "576 hours"."""
    minutes = int(abs(span).total_seconds() // 60)
    if minutes < 60:
        return trn("{number} minute", "{number} minutes", minutes)
    if abs(span) >= IN_DAYS:
        return trn("{number} day", "{number} days", minutes // (24 * 60))
    return trn("{number} hour", "{number} hours", minutes // 60)


def clock(one: Clock, now: datetime) -> str:
    """The 48-hour clock in one line, with where it counts from when the hour is not known."""
    house = tr(FROM[one.stay.place])
    from_where = house if one.stay.time_known else f"{house}, {tr(HOUR_UNKNOWN)}"
    if one.state is ClockState.OVERDUE:
        return tr(
            "48-hour home visit overdue by {hours} (home from {house})",
            hours=_hours(one.left),
            house=from_where,
        )
    if one.state is ClockState.MET:
        return tr("48-hour home visit made (home from {house})", house=house)
    if one.state is ClockState.LATE:
        return tr("Home visit made after the 48 hours (home from {house})", house=house)
    if one.state is ClockState.CLOSED:
        why = tr(OUTCOME[one.stay.outcome or Outcome.OTHER]).casefold()
        words = one.stay.outcome_words
        known = words and words not in OUTCOME.values()
        return tr("No 48-hour home visit: {why}", why=f"{why} ({words})" if known else why)
    line = tr(
        "Home from {house}: home visit due {due}, in {hours}",
        house=house,
        due=say.moment(one.due_at, now),
        hours=_hours(one.left),
    )
    return line if one.stay.time_known else f"{line}, {tr(HOUR_UNKNOWN)}"


def stay_line(stay: Stay, now: datetime) -> str:
    """One stay in a list."""
    name = f" · {stay.name}" if stay.name else ""
    began = "" if stay.began_at is None else say.full_day(stay.began_at.astimezone().date())
    left = "" if stay.left_at is None else say.full_day(stay.left_at.astimezone().date())
    span = (
        tr("{began} to {left}", began=began, left=left)
        if began and left
        else tr("since {began}", began=began)
        if began
        else tr("until {left}", left=left)
    )
    by_hand = f" ({tr(BY_HAND)})" if stay.by_hand else ""
    return f"{tr(PLACE[stay.place])}{name}, {span}{by_hand}"


def already_open(stay: Stay, now: datetime) -> str:
    """The plan's own record of a stay that is not over."""
    return tr("The plan already shows this: {stay}. Write down only how it ends.", stay=stay_line(stay, now))

"""Times and days in words, in the device's own zone; months and weekdays as the language writes them."""

from __future__ import annotations

from datetime import date, datetime

from app.language import dates, tr


def clock(at: datetime, *, seconds: bool = False) -> str:
    """`14:02`, in the device's own zone."""
    return at.astimezone().strftime("%H:%M:%S" if seconds else "%H:%M")


def day(on: date) -> str:
    return dates.say_date(on)


def weekday(on: date) -> str:
    return dates.say_weekday(on)


def full_day(on: date) -> str:
    """`Sun, Nov 22, 2026`."""
    return dates.say_full_date(on)


def moment(at: datetime, now: datetime) -> str:
    """`14:02` today, `Nov 21, 14:02` this year, else with the year."""
    local, today = at.astimezone(), now.astimezone()
    if local.date() == today.date():
        return clock(at)
    short = dates.say_month_day(local.date())
    return f"{short}, {clock(at)}" if local.year == today.year else f"{day(local.date())}, {clock(at)}"


def day_of(at: datetime, now: datetime) -> str:
    """`today`, `Nov 21` or `Nov 21, 2025`."""
    local, today = at.astimezone().date(), now.astimezone().date()
    if local == today:
        return tr("today")
    return dates.say_month_day(local) if local.year == today.year else day(local)

"""Days on which it is asked again, by the device's own calendar."""

from __future__ import annotations

from datetime import date, timedelta

from app.views.env import now


def today() -> date:
    return now().astimezone().date()


def within(days: int) -> date:
    return today() + timedelta(days=days)


def tomorrow() -> date:
    return within(1)

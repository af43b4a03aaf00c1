"""One line of an alert: each thing once, with one colon, and what is late is called overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.services.patient_parts import PatientParts
from app.views.alerts.card import state_of
from app.views.wording import alerts as said
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.doubles import DoubleDevice, make_world, now

APART = 6
"""Pixels between a sign and its words."""


@pytest.mark.parametrize(
    ("title", "finding", "says"),
    [
        ("Severe symptom", "Pain 8 of 10.", "Severe symptom: Pain 8 of 10"),
        ("Help needed at home", "Needs named: food.", "Help needed at home · Needs named: food"),
        ("Thing", "Thing.", "Thing"),
    ],
)
def test_a_closed_line_has_one_colon_and_says_a_thing_once(title: str, finding: str, says: str) -> None:
    assert said.head(replace(make_line(), title=title, finding=finding)) == says


@pytest.mark.parametrize(
    ("level", "hours", "says"),
    [
        ("today", 2, "Today"),
        ("today", -2, "Overdue"),
        ("today", None, "Today"),
        ("watch", -2, "Keep an eye on"),
        ("act-now", -2, "Act now"),
    ],
)
def test_what_was_for_an_earlier_day_is_not_called_today(level: str, hours: int | None, says: str) -> None:
    due_at = None if hours is None else now() + timedelta(hours=hours)
    line = make_line(level=level, due_at=due_at)
    assert said.level(line, now()) == says
    assert said.level(replace(line, private=True), now()) == "Private"


def test_what_is_late_is_called_overdue() -> None:
    at = now()
    late = replace(make_line(), due_at=at - timedelta(hours=1), due="")
    assert said.due(late, at).startswith("Overdue since ")
    assert said.until(at - timedelta(hours=1), at).startswith("Overdue since ")
    assert said.until(at + timedelta(hours=1), at).startswith("By ")


async def test_no_sign_of_a_card_touches_the_words_beside_it(mount: Mount) -> None:
    world = make_world()
    line = make_line(state="acknowledged")
    world.parts["p0"] = PatientParts(alerts=(line,))
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await app.tap("nav-patients")
        await app.tap("patients-row-p0")
        await app.tap(f"alert-row-{line.id}")
        await app.until(lambda: app.shows(said.TAKEN), "the card")
        rows = [one for one in app.walk(app.named(f"alert-{line.id}")) if isinstance(one, ft.Row)]
        signed = [one for one in rows if one.controls and isinstance(one.controls[0], ft.Icon)]
        assert len(signed) > 2
        assert [app.texts(one) for one in signed if one.spacing < APART] == []


async def test_an_alert_without_a_time_has_no_empty_line(mount: Mount) -> None:
    world = make_world()
    line = make_line(due_at=None, due="")
    world.parts["p0"] = PatientParts(alerts=(line,))
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await app.tap("nav-patients")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has(f"alert-row-{line.id}"), "the alert")
        assert "" not in app.texts(app.named(f"alert-row-{line.id}"))


def test_whoever_took_an_alert_is_told_that_she_has_it_and_since_when() -> None:
    at = now().replace(hour=9, minute=59)
    hers = make_line(state="acknowledged", taken_at=at, seen_by="Ana Ruiz, RN", seen_at=at)
    assert said.seen_by(hers, at) == "You are taking care of it (since 09:59)", "never by her own name"
    later = replace(hers, seen_by="Dr. Ortiz", seen_at=at + timedelta(minutes=1))
    assert said.seen_by(later, at) == "You are taking care of it (since 09:59) · Seen by Dr. Ortiz 10:00"


def test_what_she_took_offline_waits_to_be_sent_and_asks_nobody_to_phone_where_the_plan_has_it() -> None:
    at = now().replace(hour=9, minute=59)
    hers = make_line(state="acknowledged", taken_at=at, received=False, taking_waits=True)
    assert state_of(hers) == "You are taking care of it (since 09:59); not sent yet"
    alone = state_of(replace(hers, taking_waits=False))
    assert alone.startswith(
        "You are taking care of it (since 09:59) · Nobody else has seen this yet. Please phone."
    ), "the plan does not have it"

"""One line of an alert: each thing once, with one colon, and what is late is called overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.services.patient_parts import PatientParts
from app.views.wording import alerts as said
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.doubles import DoubleDevice, make_world, now


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


async def test_an_alert_without_a_time_has_no_empty_line(mount: Mount) -> None:
    world = make_world()
    line = make_line(due_at=None, due="")
    world.parts["p0"] = PatientParts(alerts=(line,))
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await app.tap("nav-patients")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has(f"alert-row-{line.id}"), "the alert")
        assert "" not in app.texts(app.named(f"alert-row-{line.id}"))

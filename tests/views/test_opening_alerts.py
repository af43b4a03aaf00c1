"""Where a visit begins: what must be known first, and the alerts of before that still stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.views.theme import NARROW
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line, make_private
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.scene_patient import make_patient_world
from tests.views.visit_page import open_card, open_visit

LATE = make_line(2, due="", due_at=now() - timedelta(days=2))
CONCERN = make_line(3, rule="SUICIDE_ITEM", subject="suicide", title="A wish to die", finding="Said so.")


@pytest.fixture
def world() -> World:
    made = make_patient_world()
    alerts = (make_private(), CONCERN, LATE)
    made.parts["p0"] = replace(made.parts["p0"], alerts=alerts)
    return made


async def test_the_card_at_the_door_says_first_what_must_be_known_and_what_still_stands(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_card(app)
        shown = app.texts(app.named("doorstep"))
        assert shown[1:3] == ["Interpreter needed: Spanish", "Allergies: Penicillin (high risk)"]
        assert (
            shown[3] == "Private · Open the person's page to see what it is about · Nobody has taken it yet."
        )
        assert shown[4].startswith("Today · Open the person's page to see what it is about · ")
        assert shown[5].startswith("Overdue · Severe symptom: Pain 8 of 10 · Since ")
        assert "wish to die" not in " ".join(shown)


@pytest.mark.parametrize("width", [1180, 390])
async def test_the_next_visit_opens_with_what_stands_and_one_can_take_it_there(
    mount: Mount, world: World, width: int
) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    of_this_visit = make_line(4, visit_id=visit_id, subject="falls", title="A fall")
    hers = make_line(5, level="info", rule="ON_CALL_OPENED", own_opening=True)
    notice = make_line(6, level="info", subject="mood", title="Signs of anxiety")
    parts = world.parts["p0"]
    world.parts["p0"] = replace(parts, alerts=(*parts.alerts, of_this_visit, hers, notice))
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        await open_visit(app, visit_id)
        await app.until(lambda: app.has(f"alert-row-{LATE.id}"), "what stands")
        shown = app.texts()
        first = ["Interpreter needed: Spanish", "Allergies: Penicillin (high risk)"]
        first = first if width > NARROW else first[:1]  # on a phone the head right above says the allergies
        assert [one for one in shown if "Interpreter needed" in one or "Penicillin (high" in one] == first
        assert shown.index(first[-1]) < shown.index("Severe symptom: Pain 8 of 10")
        assert shown.index("Severe symptom: Pain 8 of 10") < shown.index("Who answered?")
        row = app.texts(app.named(f"alert-row-{LATE.id}"))
        assert any(one.startswith("Since ") for one in row)
        assert "Nobody has taken it yet." in row
        assert not app.has(f"alert-row-{of_this_visit.id}"), "it stands under the head"
        assert not app.has(f"alert-row-{hers.id}"), "that she opened the record she knows"
        told = app.texts(app.named(f"alert-row-{notice.id}"))
        assert "Nobody has taken it yet." not in told, "a mere notice needs nobody to take it"
        assert app.texts(app.named(f"alert-row-{CONCERN.id}"))[1] == "Tap to see what it is about"
        assert "A wish to die" not in shown
        await app.tap(f"alert-row-{CONCERN.id}")
        await app.until(lambda: "A wish to die" in app.texts(), "opened")
        await app.tap(f"alert-row-{LATE.id}")
        world.parts["p0"] = replace(parts, alerts=(replace(LATE, state="acknowledged"),))
        await app.tap(f"alert-take-{LATE.id}")
        await app.until(lambda: not app.has(f"alert-row-{CONCERN.id}"), "the page is read again")
        assert device.session is not None
        assert device.session.alerts.said == [("acknowledge", LATE.id, "")]
        await app.tap("visit-doorstep")
        await app.until(lambda: app.has("doorstep"), "the card")
        assert "Allergies: Penicillin (high risk)" not in app.texts(app.named("doorstep")), "said above it"

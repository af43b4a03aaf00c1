"""A new visit begins where the person most likely is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.stays import Place
from app.domain.visit import Setting
from app.services.models import VisitState, VisitStatus
from app.services.patient_parts import PatientParts
from app.services.stays import StaysPart
from app.views.wording import stays
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.test_stays_part import came_home


async def begin(mount: Mount, world: World, *said: str) -> Setting:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-new-visit"), "her page")
        await app.tap("patient-new-visit")
        await app.until(lambda: app.has("new-visit-start"), "how and where")
        await app.settle(60)
        assert all(app.shows(one) for one in said)
        known = set(world.visits)
        await app.tap("new-visit-start")
        await app.until(lambda: set(world.visits) - known, "the visit")
        (made,) = set(world.visits) - known
        return world.visits[made].draft.setting


@pytest.mark.parametrize(
    ("place", "setting"),
    [
        (Place.HOSPITAL, Setting.HOSPITAL),
        (Place.SKILLED, Setting.NURSING_HOME_SHORT),
        (Place.LONG_TERM, Setting.NURSING_HOME_LONG),
        (Place.ASSISTED_LIVING, Setting.ASSISTED_LIVING),
    ],
)
async def test_somebody_who_is_inside_is_visited_there(
    mount: Mount, world: World, place: Place, setting: Setting
) -> None:
    stay = replace(came_home(0), place=place, left_at=None)
    world.parts["p0"] = PatientParts(stays=StaysPart((stay,), (), frozenset()))
    assert await begin(mount, world, stays.inside(stay, now())) is setting


@pytest.mark.parametrize(
    ("last", "expected"),
    [(Setting.ASSISTED_LIVING, Setting.ASSISTED_LIVING), (Setting.OFFICE, Setting.HOME)],
)
async def test_else_where_she_was_seen_last_but_a_clinic_says_nothing(
    mount: Mount, world: World, last: Setting, expected: Setting
) -> None:
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    add_visit(world, 0, timedelta(days=2), status=received, setting=last)
    assert await begin(mount, world) is expected


async def test_who_came_back_from_hospital_to_her_assisted_living_is_visited_there(
    mount: Mount, world: World
) -> None:
    back = replace(came_home(20), place=Place.HOSPITAL)
    house = replace(came_home(0), reference="Encounter/home", place=Place.ASSISTED_LIVING, left_at=None)
    house = replace(house, began_at=now() - timedelta(days=500))
    world.parts["p0"] = PatientParts(stays=StaysPart((back, house), (), frozenset()))
    assert await begin(mount, world) is Setting.ASSISTED_LIVING

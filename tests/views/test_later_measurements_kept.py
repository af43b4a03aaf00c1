"""Mending or tapping away a first value on the visit page never takes a later measurement with it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.visit import Missing, find_missing
from app.views.visit import saving
from app.views.wording import forms as said
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.visit_page import draft, open_section, open_visit

SPO2 = "vital-spo2"


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


async def test_the_chosen_number_tapped_again_is_kept_until_the_later_one_is_taken_back(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("esas-pain-8")
        await app.tap("esas-pain-again")
        await app.tap("esas-pain-again-4")
        await app.until(lambda: draft(world, visit_id).answers["esas-pain"].again, "the second number")
        await app.tap("esas-pain-8")
        assert draft(world, visit_id).answers["esas-pain"].again[0].value == 4
        assert app.shows("Take the later measurement back first.")
        await app.tap("esas-pain-again-undo")
        assert not app.shows("Take the later measurement back first.")
        await app.tap("esas-pain-8")
        assert "esas-pain" not in draft(world, visit_id).answers


async def test_an_emptied_figure_says_what_it_waits_for_and_takes_the_right_number(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "vitals")
        await app.type(SPO2, "88", blur=True)
        await app.tap(f"{SPO2}-again")
        await app.type(f"{SPO2}-again-number", "96")
        await app.tap(f"{SPO2}-again-set")
        await app.until(lambda: draft(world, visit_id).answers[SPO2].again, "the second")
        await app.type(SPO2, "", blur=True)
        held = draft(world, visit_id)
        assert (held.answers[SPO2].value, len(held.answers[SPO2].again)) == (Decimal(88), 1)
        assert Missing.UNFINISHED in find_missing(held)
        assert app.shows(said.FIRST_WANTED)
        await app.type(SPO2, "89", blur=True)
        assert not app.shows(said.FIRST_WANTED)
        held = draft(world, visit_id)
        assert (held.answers[SPO2].value, len(held.answers[SPO2].again), held.unfinished) == (
            Decimal(89),
            1,
            {},
        )

"""What is still missing before signing: each has its words and a place on the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.visit import Missing, unfinished_key
from app.views import text
from app.views.visit.missing import SCROLL_TO, find_section
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.visit_page import draft, open_section, open_visit


@pytest.mark.parametrize("what", Missing)
def test_everything_that_can_be_missing_has_words_and_a_place(what: Missing) -> None:
    assert text.MISSING[what]
    assert SCROLL_TO[what]


def test_an_unfinished_text_is_found_in_its_section(world: World) -> None:
    held = world.visits[add_visit(world, 0, timedelta(minutes=5))].draft
    named = {"esas-other": "Itching"}
    typed = {**named, unfinished_key("wound-length", "e1"): "three"}
    assert find_section(Missing.UNFINISHED, replace(held, unfinished=typed)) == "body"
    assert find_section(Missing.UNFINISHED, replace(held, unfinished=named)) is None
    assert find_section(Missing.END, replace(held, unfinished=typed)) is None


async def test_a_number_that_is_none_is_kept_asked_for_and_led_to(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "vitals")
        await app.type("vital-spo2", "ninety", blur=True)
        await app.until(lambda: draft(world, visit_id).unfinished, "the letters")
        assert "vital-spo2" not in draft(world, visit_id).answers
        await app.tap("section-vitals")
        await app.tap("visit-back")
        await app.tap("nav-today")
        await open_visit(app, visit_id)
        await app.until(lambda: app.shows(text.MISSING[Missing.UNFINISHED]), "the line")
        assert not app.has("vital-spo2")
        await app.tap("visit-missing-unfinished")
        assert app.value("vital-spo2") == "ninety"
        name, args = app.connection.calls[-1]
        assert name == "scroll_to"
        assert "section-vitals" in str(args)
        await app.type("vital-spo2", "91", blur=True)
        await app.until(lambda: not draft(world, visit_id).unfinished, "the number")
        assert not app.has("visit-missing-unfinished")

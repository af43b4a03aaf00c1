from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.domain.medicines import Taken
from app.domain.prescriber import OrderState
from app.services.models import Role
from app.views.wording import medicines as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World
from tests.views.medicine_world import FUROSEMIDE, OXY, earlier, give_medicines, telephone_order


async def open_person(app: FletHarness, patient_id: str = "p0") -> None:
    await app.tap("nav-patients")
    await app.until(lambda: app.has(f"patients-row-{patient_id}"), "the people")
    await app.tap(f"patients-row-{patient_id}")
    await app.until(lambda: app.shows(said.TITLE), "the person")


async def test_the_list_stands_with_what_the_last_visit_found(mount: Mount, world: World) -> None:
    give_medicines(world, OXY, FUROSEMIDE, uses=(earlier(OXY, Taken.DIFFERENTLY, "only at night"),))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        await app.until(lambda: app.shows("taken differently (only at night)"), "the last word")
        assert app.shows(FUROSEMIDE.text)
        assert app.shows(f"{said.MME_ORDERED}: 60 MME a day")


async def test_a_list_that_nobody_went_through_says_so(mount: Mount, world: World) -> None:
    give_medicines(world, OXY)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        await app.until(lambda: app.shows(said.NEVER), "the sentence")
        assert not app.has("mme-taken")


async def test_a_telephone_order_waits_beside_the_list_and_not_in_it(mount: Mount, world: World) -> None:
    give_medicines(world, OXY, calls=(telephone_order(OrderState.WAITING),))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        await app.until(lambda: app.shows("Telephone order: Oxycodone 15 mg every 6 hours"), "the order")
        assert app.shows("waits for the prescriber's signature; read back and confirmed")
        assert world.parts["p0"].medicines.listed == (OXY,)


async def test_a_supervisor_reads_and_does_not_call(mount: Mount, world: World) -> None:
    give_medicines(world, OXY)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await open_person(app)
        await app.until(lambda: app.shows(OXY.text), "the list")
        assert not app.has("patient-call-prescriber")


async def test_no_line_ends_inside_a_strength_and_a_screen_reader_gets_it_as_it_is_written(
    mount: Mount, world: World
) -> None:
    written = "Morphine 20 mg/mL"
    give_medicines(world, replace(OXY, text=written, dosage="5 mg every 4 hours"))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        await app.until(lambda: app.has("patient-call-prescriber"), "her page")
        (line,) = [one for one in app.walk() if isinstance(one, ft.Text) and "Morphine" in (one.value or "")]
        assert line.value == "Morphine 20\u00a0mg\u2060/\u2060mL, 5\u00a0mg every 4 hours"
        assert line.semantics_label == f"{written}, 5 mg every 4 hours"

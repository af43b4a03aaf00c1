from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.medicines import reconcile, text_of
from app.domain.prescriber import GROUP
from app.domain.settings import PlanSettings
from app.domain.visit import Again, Answer, Entry
from app.services.alert_models import AlertLine
from app.views.prescriber.at_hand import say_mme
from app.views.prescriber.findings import finding_lines, has_line, with_line
from app.views.prescriber.screen import dialled, find_phone
from app.views.wording import medicines as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, now
from tests.views.medicine_world import MORPHINE, OXY, give_medicines


@pytest.fixture
def visit_id(world: World) -> str:
    give_medicines(world, OXY, MORPHINE)
    return add_visit(world, 0, timedelta(minutes=20), answers=make_answers(8, 4, 3, 0, 6, 2))


async def open_screen(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("section-prescriber"), "the visit page")
    await app.tap("section-prescriber")
    await app.until(lambda: app.has("visit-call-prescriber"), "the way there")
    await app.tap("visit-call-prescriber")
    await app.until(lambda: app.has("prescriber-write"), "the screen")


def calls(world: World, visit_id: str) -> tuple[Entry, ...]:
    return world.visits[visit_id].draft.entries.get(GROUP, ())


async def test_what_the_prescriber_asks_for_is_at_hand(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_screen(app, visit_id)
        assert app.shows("Penicillin (high risk)")
        assert app.shows("Not recorded")
        assert app.shows("Dr. Lee")
        assert app.shows(said.NO_DOSES)
        assert app.shows("Colón Ríos, María")


async def test_the_number_is_dialled_by_the_device_and_the_call_is_begun(
    mount: Mount, world: World, visit_id: str, opened_urls: list[str]
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_screen(app, visit_id)
        assert app.shows("Call the prescriber: +1 (555) 010-0123")
        await app.tap("prescriber-dial")
        await app.until(lambda: opened_urls, "the dialler")
        assert opened_urls == ["tel:+15550100123"]
        (entry,) = calls(world, visit_id)
        assert text_of(entry, "pc-how") == "phone"
        assert text_of(entry, "pc-findings") == "Pain: 8 of 10"


async def test_a_call_starts_with_the_alerts_and_the_flagged_findings_and_nothing_private(
    mount: Mount, world: World, visit_id: str
) -> None:
    alert = AlertLine(
        "a1",
        "p0",
        "María",
        visit_id,
        "SEVERE_SYMPTOM",
        "esas-pain",
        "today",
        "open",
        "Pain 8",
        "",
        False,
        "",
        now(),
        None,
    )
    private = replace(alert, id="a2", finding="Private task", detail="hurt by somebody", private=True)
    world.alerts[visit_id] = (alert, private)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_screen(app, visit_id)
        await app.tap("prescriber-write")
        await app.until(lambda: calls(world, visit_id), "the call")
        (entry,) = calls(world, visit_id)
        assert text_of(entry, "pc-why") == "Pain 8"
        assert app.value(f"{entry.id}-pc-findings") == "Pain: 8 of 10"


async def test_findings_are_tapped_in_and_out_and_kept_as_words(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_screen(app, visit_id)
        await app.tap("prescriber-write")
        await app.until(lambda: calls(world, visit_id), "the call")
        (entry,) = calls(world, visit_id)
        await app.until(lambda: app.has(f"{entry.id}-finding-esas-sob"), "the findings")
        await app.tap(f"{entry.id}-finding-esas-sob")
        await app.tap(f"{entry.id}-finding-esas-pain")
        await app.until(
            lambda: text_of(calls(world, visit_id)[0], "pc-findings") == "Shortness of Breath: 2 of 10",
            "the words",
        )


async def test_a_telephone_order_asks_for_the_words_and_the_read_back_and_says_where_it_goes(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_screen(app, visit_id)
        await app.tap("prescriber-write")
        await app.until(lambda: calls(world, visit_id), "the call")
        (entry,) = calls(world, visit_id)
        assert not app.has(f"{entry.id}-pc-order")
        await app.tap(f"{entry.id}-pc-reached-reached")
        await app.type(f"{entry.id}-pc-name", "Dr. Lee", blur=True)
        await app.tap(f"{entry.id}-pc-outcome-order")
        await app.until(lambda: app.has(f"{entry.id}-pc-order"), "the order")
        assert app.shows(said.ORDER_GOES)
        await app.type(f"{entry.id}-pc-order", "Oxycodone 15 mg every 6 hours", blur=True)
        await app.tap(f"{entry.id}-pc-read-back-yes")
        await app.until(lambda: text_of(calls(world, visit_id)[0], "pc-read-back") == "yes", "the read-back")
        assert text_of(calls(world, visit_id)[0], "pc-order") == "Oxycodone 15 mg every 6 hours"
        assert world.parts["p0"].medicines.listed == (OXY, MORPHINE)


async def test_without_a_visit_the_screen_is_read_and_leads_to_one(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    give_medicines(world, OXY)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "the people")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-call-prescriber"), "the person")
        await app.tap("patient-call-prescriber")
        await app.until(lambda: app.has("prescriber-start-visit"), "the way to a visit")
        assert app.shows(said.NEEDS_VISIT)
        await app.tap("prescriber-dial")
        await app.until(lambda: opened_urls, "the dialler")
        assert not app.has("prescriber-write")


def test_a_daily_amount_that_cannot_be_worked_out_says_why() -> None:
    shown = say_mme(reconcile({}, (OXY,)))
    assert shown.startswith("Cannot be worked out\nNot counted: ")
    assert shown.endswith(". Not gone through yet.")


async def test_without_a_number_the_screen_says_so(mount: Mount, world: World, visit_id: str) -> None:
    world.settings = PlanSettings()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_screen(app, visit_id)
        assert app.shows(said.NO_NUMBER)
        assert not app.has("prescriber-dial")


def test_the_first_number_that_the_plan_has_set_is_offered() -> None:
    assert find_phone(PlanSettings(phones={"supervisor": "3", "on-call": "2"})) == ("on-call", "2")
    assert find_phone(PlanSettings(phones={"prescriber": "1", "on-call": "2"})) == ("prescriber", "1")
    assert find_phone(PlanSettings(phones={"prescriber": " "})) is None


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("+1 (555) 010-0123", "tel:+15550100123"),
        ("555-0100", "tel:5550100"),
        ("5550100,12#", "tel:5550100,12#"),
    ],
)
def test_a_number_is_dialled_without_its_decoration(number: str, address: str) -> None:
    assert dialled(number) == address


async def test_a_finding_says_the_second_measurement_and_the_last_value(world: World, visit_id: str) -> None:
    add_visit(world, 0, timedelta(days=8), answers=make_answers(5))
    world.visits["v1"].signed_at = now() - timedelta(days=8)
    row = world.visits[visit_id]
    first = row.draft.answers["esas-pain"]
    later = Again(first.at + timedelta(minutes=35), 4, done="5 mg morphine by mouth")
    row.draft = replace(row.draft, answers={**row.draft.answers, "esas-pain": replace(first, again=(later,))})
    device = DoubleDevice(world)
    session = await device.unlock("s1", device.PIN, "w")
    page = await session.visits.page(visit_id)
    line = finding_lines(page)[0]
    assert line.flagged
    assert line.text.startswith("Pain: 8 at ")
    assert "4 at " in line.text
    assert "5 mg morphine by mouth" in line.text
    assert "Last 5" in line.text


async def test_private_answers_are_never_offered_as_findings(world: World, visit_id: str) -> None:
    row = world.visits[visit_id]
    hits = {"95618-5": Answer(now(), "LA6482-9"), "/44260-8": Answer(now(), "LA6569-3")}
    private = {f"/{link}" if not link.startswith("/") else link: answer for link, answer in hits.items()}
    row.draft = replace(row.draft, answers={**row.draft.answers, **hits, **private})
    device = DoubleDevice(world)
    session = await device.unlock("s1", device.PIN, "w")
    shown = " ".join(one.link_id for one in finding_lines(await session.visits.page(visit_id)))
    assert "95618-5" not in shown


def test_a_line_is_put_in_once_and_taken_out_whole() -> None:
    text = with_line("Words before", "Pain: 8 of 10")
    assert text == "Words before\nPain: 8 of 10"
    assert has_line(text, "Pain: 8 of 10")
    assert not has_line(text, "Pain: 8")
    assert with_line(text, "Pain: 8 of 10") == "Words before"

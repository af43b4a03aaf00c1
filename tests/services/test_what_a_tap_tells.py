"""What screens and the sync loop hear of a tap, and how a person's parts are put together."""

from __future__ import annotations

from dataclasses import fields

from app.domain.visit import Modality, Setting
from app.services.caseload import Caseload
from app.services.patient_parts import SECTIONS, PatientParts
from app.services.plan_settings import META_KEY
from app.services.visits import Visits
from app.store import meta
from app.store.changes import Changes, Topic
from app.store.engine import Store
from tests.services.conftest import ANA, SteppingClock

ALL = {Topic.VISITS, Topic.OUTBOX, Topic.ALERTS}


async def hear(store: Store, visits: Visits, value: int) -> list[Changes]:
    """The topics of one tap on pain."""
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await store.read(lambda c: None)
    heard: list[Changes] = []
    stop = store.listen(heard.append)
    await visits.answer(visit_id, "esas-pain", value=value)
    await store.read(lambda c: None)
    stop()
    return heard


async def test_a_plain_tap_wakes_no_sync(store: Store, visits: Visits) -> None:
    assert await hear(store, visits, 2) == [{Topic.VISITS}]


async def test_a_tap_that_raises_an_alert_wakes_it(store: Store, visits: Visits) -> None:
    assert await hear(store, visits, 9) == [ALL]


async def test_the_same_tap_again_raises_nothing_new(store: Store, visits: Visits) -> None:
    await hear(store, visits, 9)
    assert await hear(store, visits, 9) == [{Topic.VISITS}]


async def test_a_person_of_whom_nothing_is_on_record_has_the_same_parts_on_both_pages(
    store: Store, visits: Visits, clock: SteppingClock
) -> None:
    page = await Caseload(store, ANA.reference, ANA.name, clock).page("p1")
    names = [name for name, _ in SECTIONS]
    assert len(names) == len(set(names))
    assert set(names) <= {field.name for field in fields(PatientParts)}
    assert page.parts.code_status == PatientParts().code_status
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    assert (await visits.page(visit_id)).parts == page.parts


async def test_a_setting_that_the_plan_changes_is_in_force_on_the_open_page(
    store: Store, visits: Visits
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.page(visit_id)
    await store.write(
        lambda c: meta.put(c, META_KEY, '{"version": "7", "phones": {"supervisor": "555 0100"}}')
    )
    page = await visits.page(visit_id)
    assert page.settings.phones["supervisor"] == "555 0100"
    assert page.parts.settings == page.settings

"""The figures of "No signal for days", and which visit the tour may show, read from a real store."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection

from app.domain.visit import AnsweredBy, Modality, Setting
from app.services.no_signal import NoSignalPage
from app.services.plan_settings import META_KEY
from app.services.practice_record import DEMO_TAG
from app.services.tour import Tour
from app.services.visits import Visits
from app.store import bases, meta, patients
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.sync.plan_keys import keep_keys, read_keys
from app.sync.pull import OWN_VISITS_STAY
from plan.keys.making import make_keys
from tests.services.conftest import person


async def sign_one(visits: Visits) -> str:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=2)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    return visit_id


async def test_an_empty_tablet_says_that_nothing_waits_and_that_it_never_met_the_plan(store: Store) -> None:
    page = await NoSignalPage(store).read()
    assert (page.waiting, page.drafts, page.people, page.oldest, page.last_contact) == (0, 0, 1, None, None)
    assert page.sign_in
    assert page.supervisor_phone is None
    assert page.kept_days == OWN_VISITS_STAY.days


async def test_the_figures_are_those_of_the_store(store: Store, visits: Visits) -> None:
    def prepare(connection: Connection) -> None:
        patients.upsert(connection, person("p2", "Grace Okafor"))
        meta.put(
            connection, META_KEY, '{"phones": {"supervisor": "213-555-0190", "on-call": "213-555-0191"}}'
        )

    await store.write(prepare)
    await sign_one(visits)
    await sign_one(visits)
    await visits.begin("p2", Modality.IN_PERSON, Setting.HOME)
    page = await NoSignalPage(store).read()
    assert (page.visits, page.alerts, page.others, page.set_aside, page.drafts) == (2, 0, 0, 0, 1)
    assert page.people == 2
    assert page.oldest is not None
    assert (page.supervisor_phone, page.on_call_phone) == ("213-555-0190", "213-555-0191")


async def test_only_a_plan_that_gave_its_keys_takes_what_another_tablet_brings(
    store: Store, tmp_path: Path
) -> None:
    assert not (await NoSignalPage(store).read()).sealed
    courier = X25519PrivateKey.generate().public_key().public_bytes_raw()
    made = make_keys(tmp_path / "officers", courier, "2026-11-22T09:30:00Z", None).keys.text
    await store.write(lambda c: keep_keys(c, read_keys(made)))
    assert (await NoSignalPage(store).read()).sealed


async def test_the_tour_shows_a_visit_of_people_who_do_not_exist_and_of_nobody_else(
    store: Store, visits: Visits
) -> None:
    visit_id = await sign_one(visits)
    body = '{"resourceType":"Patient","id":"p1"}'
    await store.write(
        lambda c: bases.put(c, BaseCopy("Patient", "p1", "1", "2026-11-22T00:00:00Z", body, "p1"))
    )
    assert await Tour(store).find_visit() is None
    made_up = body[:-1] + f',"meta":{{"tag":[{{"system":"{DEMO_TAG}","code":"synthetic"}}]}}}}'
    await store.write(
        lambda c: bases.put(c, BaseCopy("Patient", "p1", "2", "2026-11-22T00:00:01Z", made_up, "p1"))
    )
    assert await Tour(store).find_visit() == visit_id

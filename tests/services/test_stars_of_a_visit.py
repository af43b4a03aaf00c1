"""Sections starred to be finished in the car: kept, counted, never in the way of signing, never sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.content import load, load_sections
from app.domain.later import find_later
from app.domain.visit import Missing, Modality, Setting
from app.errors import NotFound, RecordError
from app.services.caseload import Caseload
from app.services.visits import Visits
from app.store import outbox, stars
from app.store.engine import Store, open_store
from tests.services.conftest import ANA, SteppingClock


async def test_a_star_outlives_the_app_is_counted_and_is_gone_with_the_signature(
    visits: Visits, store: Store, clock: SteppingClock, tmp_path: Path
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_star(visit_id, "medicines", True)
    await visits.set_star(visit_id, "note", True)
    await visits.set_star(visit_id, "body", True)
    await visits.set_star(visit_id, "note", False)
    await store.close()
    store = await open_store(tmp_path / "store-0001.db", bytes(range(32)), store_id="s1")
    visits = Visits(store, ANA, clock)
    page = await visits.page(visit_id)
    assert (page.draft.stars, page.undo, page.draft.unfinished) == (("medicines", "body"), None, {})
    people = Caseload(store, ANA.reference, ANA.name, clock)
    assert [one.stars for one in (await people.today()).drafts] == [2]

    await visits.set_note(visit_id, "Slept well.")
    assert (await visits.page(visit_id)).missing == (Missing.END,)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    (group,) = await store.read(outbox.pending)
    assert "finish-later" not in "".join(one.payload for one in group.changes)
    assert await store.read(lambda c: stars.find(c, visit_id)) == ()
    with pytest.raises(NotFound):
        await visits.set_star(visit_id, "body", True)
    await store.close()


async def test_a_visit_with_nothing_but_a_star_can_be_thrown_away(visits: Visits, store: Store) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_star(visit_id, "body", True)
    with pytest.raises(RecordError):
        await visits.set_star(visit_id, "garden", True)
    assert await visits.discard(visit_id)
    again = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    assert (await visits.page(again)).draft.stars == ()


async def test_what_is_entered_after_the_end_says_so_and_what_was_measured_before_keeps_its_time(
    visits: Visits,
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.answer(visit_id, "esas-pain", value=4)
    measured = (await visits.page(visit_id)).draft.answers["esas-pain"].at
    await visits.leave(visit_id)
    await visits.answer(visit_id, "bowels-days", value=2)
    draft = (await visits.page(visit_id)).draft
    assert draft.answers["esas-pain"].at == measured
    assert draft.left_at is not None
    forms = {one.id: one for one in load().values()}
    later = {
        section.id: find_later(
            [forms[name] for name in section.forms], draft.answers, draft.entries, draft.left_at
        )
        for section in load_sections()
    }
    assert {section: found for section, found in later.items() if found} == {"body": ("bowels-days",)}
    await visits.undo_leave(visit_id)
    assert find_later(forms.values(), draft.answers, draft.entries, None) == ()

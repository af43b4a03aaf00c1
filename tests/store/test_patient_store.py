"""People: search by the beginning of any word, membership, and taking people off the device."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, func, select
from store_builders import NOON, answer, make_changes, make_draft, make_patient, make_visit
from test_visit_store import receive

from app.domain.patient import PatientRow, fold
from app.errors import NotFound
from app.store import bases, cursors, outbox, patients, records, visits
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.store.patient_words import find_words
from app.store.records import NewChange
from app.store.tables import StoreTable

LATE = "2027-01-01T00:00:00Z"


async def found(store: Store, text: str) -> list[str]:
    return [row.id for row in await store.read(lambda c: patients.search(c, text))]


async def test_a_patient_comes_back_as_stored_and_is_replaced(store: Store) -> None:
    row = PatientRow("p", "Ana Ruiz", "Ruiz, Ana", date(1940, 2, 29), "female", "Spanish", "Fresno", True)
    await store.write(lambda c: patients.upsert(c, make_patient("p", "Old Name")))
    await store.write(lambda c: patients.upsert(c, row))
    assert await store.read(lambda c: patients.get(c, "p")) == row
    assert await found(store, "old") == []
    assert await store.read(lambda c: patients.read_names(c, ["p", "q"])) == {"p": "Ana Ruiz"}
    assert await store.read(lambda c: patients.find(c, "q")) is None
    with pytest.raises(NotFound):
        await store.read(lambda c: patients.get(c, "q"))


@pytest.mark.parametrize(
    "text",
    ["", "maria", "NÚÑ", "nunez", "obrien", "o'br", "brien", "jos mar", "Núñez-O'Brien, María", "nuñez-o"],
)
async def test_a_name_is_found_however_it_is_begun(store: Store, text: str) -> None:
    await store.write(lambda c: patients.upsert(c, make_patient()))
    assert await found(store, text) == ["patient-1"]


@pytest.mark.parametrize("text", ["aria", "marias", "maria x", "%", "_", "zz"])
async def test_what_does_not_begin_a_word_finds_nobody(store: Store, text: str) -> None:
    await store.write(lambda c: patients.upsert(c, make_patient()))
    assert await found(store, text) == []


async def test_people_are_listed_by_sort_name_accents_aside(store: Store) -> None:
    for id, name in (("a", "Zapata, Eva"), ("b", "Ávila, Bo"), ("c", "aaron, Cy"), ("d", "Baez, Di")):
        await store.write(lambda c, id=id, name=name: patients.upsert(c, make_patient(id, name)))
    assert await found(store, "") == ["c", "b", "d", "a"]
    assert len(await store.read(lambda c: patients.search(c, "", limit=2))) == 2


async def test_search_uses_the_index(store: Store) -> None:
    plan = await store.read(
        lambda c: c.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT patient_id FROM patientword WHERE word >= 'a' AND word < 'b'"
        ).fetchall()
    )
    assert "SEARCH" in str(plan)


names = st.text(
    alphabet=st.characters(codec="utf-8", categories=["Lu", "Ll", "Lo"]) | st.sampled_from(" -'éÜñçÅø"),
    min_size=1,
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(name=names, data=st.data())
def test_every_beginning_of_every_word_finds_the_person(name: str, data: st.DataObject) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        StoreTable.metadata.create_all(connection)
        patients.upsert(connection, make_patient("p", name))
        for word in name.split():
            beginning = word[: data.draw(st.integers(1, len(word)))]
            for typed in (beginning, beginning.upper(), fold(beginning)):
                if fold(typed).startswith(fold(beginning)) and fold(beginning).strip("-'"):
                    assert [row.id for row in patients.search(connection, typed)] == ["p"], typed
    engine.dispose()


def test_a_name_of_marks_only_has_no_words() -> None:
    assert find_words("— ' -") == frozenset()
    assert find_words("Ruiz, Ana") == {"ruiz", "ana"}


async def test_who_left_the_panel_is_no_longer_listed_and_nothing_is_deleted(store: Store) -> None:
    for id in ("a", "b", "c"):
        await store.write(lambda c, id=id: patients.upsert(c, make_patient(id)))
    assert await store.write(lambda c: patients.set_active_members(c, ["a", "b", "new"])) == ("c",)
    assert await store.read(patients.list_ids) == {"a", "b"}
    assert await store.read(patients.count) == 2
    await store.write(lambda c: patients.upsert(c, make_patient("c", "Still Away")))
    assert await store.read(patients.count) == 2
    assert await store.write(lambda c: patients.set_active_members(c, [])) == ("a", "b", "c")
    assert await store.read(lambda c: patients.find(c, "a")) is not None
    assert await store.write(lambda c: patients.set_active_members(c, ["a", "b", "c"])) == ()
    assert await store.read(patients.count) == 3


async def test_f32_somebody_who_left_is_purged_only_when_nothing_of_hers_is_unsent(store: Store) -> None:
    def fill(c: Connection) -> None:
        for id in ("patient-1", "patient-2"):
            patients.upsert(c, make_patient(id))
            bases.put(c, BaseCopy("Patient", id, "1", "t", "{}", id))
            cursors.put(c, f"backfill/{id}", "Encounter", None)
        visits.begin(c, make_draft(), "1")
        visits.put_answer(c, "visit-1", "esas-pain", answer(5))

    def purge(c: Connection, before: str = LATE) -> bool:
        return patients.purge(c, "patient-1", received_before=before)

    await store.write(fill)
    assert not await store.write(purge), "an active member"
    await store.write(lambda c: patients.set_active_members(c, ["patient-2"]))
    assert not await store.write(purge), "a draft"
    await store.write(lambda c: records.save_signed(c, make_visit(), make_changes()))
    assert not await store.write(purge), "unsent"
    await store.write(lambda c: receive(c, "visit-1", "2026-03-02T14:02:00Z"))
    assert not await store.write(lambda c: purge(c, "2026-03-02T14:02:00Z")), "received less than 30 days ago"
    with pytest.raises(ValueError, match="time"):
        await store.write(lambda c: purge(c, "yesterday"))
    assert await store.write(purge)
    assert await store.read(lambda c: patients.find(c, "patient-1")) is None
    assert await store.read(lambda c: bases.list_for_patient(c, "patient-1")) == ()
    assert await store.read(cursors.list_scopes) == ("backfill/patient-2",)
    assert await found(store, "maria") == ["patient-2"]
    counts = await store.read(
        lambda c: {
            name: c.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in StoreTable.metadata.tables.items()
        }
    )
    assert (counts["visit"], counts["answer"], counts["change"], counts["receipt"]) == (0, 0, 0, 2)


async def test_any_unsent_change_keeps_its_person_on_the_device(store: Store) -> None:
    def fill(c: Connection) -> None:
        patients.upsert(c, make_patient())
        task = NewChange("Task", "t", "{}")
        records.save_record(
            c, group_id="t", patient_id="patient-1", changes=[task], at=NOON, write_row=lambda _: None
        )
        patients.set_active_members(c, [])

    await store.write(fill)
    assert not await store.write(lambda c: patients.purge(c, "patient-1", received_before=LATE))


async def test_a_set_aside_visit_keeps_its_person_on_the_device(store: Store) -> None:
    def fill(c: Connection) -> None:
        patients.upsert(c, make_patient())
        visits.begin(c, make_draft(), "1")
        seqs = records.save_signed(c, make_visit(), make_changes())
        outbox.cut_write(c, "w", seqs, "{}", NOON)
        outbox.mark_attempted(c, "w", NOON)
        outbox.refuse(c, "w", "no")
        patients.set_active_members(c, [])

    await store.write(fill)
    assert not await store.write(lambda c: patients.purge(c, "patient-1", received_before=LATE))

"""Entries, later measurements and automatic answers, in the store."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select
from store_builders import NOON, answer, make_changes, make_draft, make_patient, make_visit

from app.domain.visit import Absent, Again, Answer, Entry, unfinished_key
from app.errors import NotFound
from app.store import patients, records, tables, unfinished, visits
from app.store.answer_rows import answer_table, entry_table
from app.store.engine import Store

DOSE = Answer(at=NOON, value=Decimal("2.50"))
AGAIN = Again(NOON + timedelta(minutes=35), value=4, done="morphine 5 mg by mouth")


async def read_entries(store: Store) -> dict[str, list[str]]:
    draft = await store.read(lambda c: visits.read_draft(c, "visit-1"))
    return {group: [one.id for one in entries] for group, entries in draft.entries.items()}


async def begin(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))


async def test_entries_keep_their_order_and_their_own_answers(store: Store) -> None:
    await begin(store)
    for entry in ("z", "a", "m"):
        await store.write(lambda c, e=entry: visits.add_entry(c, "visit-1", "medicines", Entry(e)))
    about = Entry("p", {"name": Answer(at=NOON, value="Rosa")}, "RelatedPerson/7")
    await store.write(lambda c: visits.add_entry(c, "visit-1", "people", about))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "dose", DOSE, "a"))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "dose", answer(1), "z"))
    await store.write(lambda c: visits.remove_entry(c, "visit-1", "z"))
    await store.write(lambda c: visits.add_entry(c, "visit-1", "medicines", Entry("b")))
    assert await read_entries(store) == {"medicines": ["a", "m", "b"], "people": ["p"]}
    draft = await store.read(lambda c: visits.read_draft(c, "visit-1"))
    assert draft.entries["medicines"][0] == Entry("a", {"dose": DOSE})
    assert draft.entries["people"] == (about,)
    assert draft.answers == {}
    assert await store.read(lambda c: visits.find_group(c, "visit-1", "p")) == "people"
    assert await store.read(lambda c: visits.find_group(c, "visit-1", "z")) is None


async def test_an_answer_needs_its_entry(store: Store) -> None:
    await begin(store)
    with pytest.raises(NotFound):
        await store.write(lambda c: visits.put_answer(c, "visit-1", "dose", DOSE, "gone"))
    await store.write(lambda c: visits.add_entry(c, "visit-1", "medicines", Entry("a")))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "dose", DOSE, "a"))
    await store.write(lambda c: visits.clear_answer(c, "visit-1", "dose", "a"))
    assert await read_entries(store) == {"medicines": ["a"]}


async def test_an_entry_goes_with_everything_of_it_and_nothing_else(store: Store) -> None:
    await begin(store)
    for entry in ("a_", "ab"):
        await store.write(lambda c, e=entry: visits.add_entry(c, "visit-1", "medicines", Entry(e)))
        await store.write(lambda c, e=entry: visits.put_answer(c, "visit-1", "dose", DOSE, e))
        await store.write(lambda c, e=entry: unfinished.put(c, "visit-1", unfinished_key("since", e), "last"))
    await store.write(lambda c: unfinished.put(c, "visit-1", "plain", "words"))
    await store.write(lambda c: visits.remove_entry(c, "visit-1", "a_"))
    await store.write(lambda c: visits.remove_entry(c, "visit-1", "a_"))
    draft = await store.read(lambda c: visits.read_draft(c, "visit-1"))
    assert draft.entries == {"medicines": (Entry("ab", {"dose": DOSE}),)}
    assert draft.unfinished == {"ab#since": "last", "plain": "words"}


async def test_a_later_measurement_belongs_to_its_answer(store: Store) -> None:
    await begin(store)
    with pytest.raises(NotFound):
        await store.write(lambda c: visits.put_again(c, "visit-1", "esas-pain", (AGAIN,)))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(8)))
    await store.write(lambda c: visits.put_again(c, "visit-1", "esas-pain", (AGAIN,)))
    kept = await store.read(lambda c: visits.find_answer(c, "visit-1", "esas-pain"))
    assert kept == Answer(at=NOON, value=8, again=(AGAIN,))
    await store.write(lambda c: visits.clear_answer(c, "visit-1", "esas-pain"))
    assert await store.read(lambda c: visits.find_answer(c, "visit-1", "esas-pain")) is None


async def test_automatic_answers_fill_only_what_is_empty_and_go_again(store: Store) -> None:
    await begin(store)
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-depr", answer(3)))
    items = ("esas-tired", "esas-depr", "esas-wb")
    await store.write(lambda c: visits.put_automatic(c, "visit-1", items, NOON))
    await store.write(
        lambda c: visits.put_answer(c, "visit-1", "esas-wb", Answer(at=NOON, absent=Absent.COULD_NOT_ANSWER))
    )
    assert await store.read(lambda c: visits.list_automatic(c, "visit-1")) == {"esas-tired"}
    assert sorted(await store.read(lambda c: visits.list_answered(c, "visit-1"))) == ["esas-depr", "esas-wb"]
    await store.write(lambda c: visits.clear_automatic(c, "visit-1"))
    assert (await store.read(lambda c: visits.read_draft(c, "visit-1"))).answers.keys() == {
        "esas-depr",
        "esas-wb",
    }


async def test_an_empty_draft_with_automatic_answers_can_be_dropped_one_with_an_entry_or_alert_cannot(
    store: Store,
) -> None:
    await begin(store)
    await store.write(lambda c: visits.put_automatic(c, "visit-1", ("esas-tired",), NOON))
    await store.write(lambda c: visits.add_entry(c, "visit-1", "people", Entry("a")))
    assert not await store.write(lambda c: visits.discard(c, "visit-1"))
    await store.write(lambda c: visits.remove_entry(c, "visit-1", "a"))
    await store.write(lambda c: put_alert(c, "visit-1"))
    assert not await store.write(lambda c: visits.discard(c, "visit-1"))
    await store.write(lambda c: c.execute(tables.table_of(tables.Alert).delete()))
    assert await store.write(lambda c: visits.discard(c, "visit-1"))
    assert await store.read(lambda c: c.execute(select(answer_table)).all()) == []


def put_alert(connection: Connection, visit_id: str | None, patient_id: str = "patient-1") -> None:
    values = dict.fromkeys(("rule", "subject", "level", "finding", "detail", "owner"), "x")
    values |= {"id": "t1", "patient_id": patient_id, "state": "open", "fired_at": "t", "origin": "own"}
    connection.execute(
        tables.table_of(tables.Alert).insert().values(**values, visit_id=visit_id, private=False)
    )


async def test_signing_freezes_entries_later_measurements_and_the_highest_esas_number(store: Store) -> None:
    await begin(store)
    pain = Answer(at=NOON, value=3, again=(Again(NOON, value=6), Again(NOON, absent=Absent.SLEEPY)))
    akps = Answer(at=NOON, value="50")
    days = Answer(at=NOON, value=10)
    entries = {"people": (Entry("a", {"name": Answer(at=NOON, value="Rosa")}),)}
    signed = make_visit(answers={"esas-pain": pain, "akps": akps, "bowels-days": days}, entries=entries)
    await store.write(lambda c: records.save_signed(c, signed, make_changes()))
    assert await store.read(lambda c: visits.read_signed(c, "visit-1")) == signed
    assert (await store.read(lambda c: visits.get_row(c, "visit-1"))).highest_score == 6
    for change in (
        lambda c: visits.put_again(c, "visit-1", "esas-pain", ()),
        lambda c: visits.add_entry(c, "visit-1", "people", Entry("b")),
        lambda c: visits.remove_entry(c, "visit-1", "a"),
        lambda c: visits.put_automatic(c, "visit-1", ("esas-wb",), NOON),
        lambda c: visits.put_answer(c, "visit-1", "name", answer(1), "a"),
        lambda c: visits.set_times(c, "visit-1", NOON, NOON),
    ):
        with pytest.raises(NotFound):
            await store.write(change)
    await store.write(lambda c: visits.clear_automatic(c, "visit-1"))
    assert await store.read(lambda c: visits.read_signed(c, "visit-1")) == signed


async def test_no_esas_number_is_no_highest_number(store: Store) -> None:
    await begin(store)
    signed = make_visit(answers={"bowels-days": Answer(at=NOON, value=10)})
    await store.write(lambda c: records.save_signed(c, signed, make_changes()))
    assert (await store.read(lambda c: visits.get_row(c, "visit-1"))).highest_score is None


async def test_whoever_leaves_the_panel_takes_answers_entries_and_alerts_with_her(store: Store) -> None:
    def fill(c: Connection) -> None:
        patients.upsert(c, make_patient())
        visit = make_visit(entries={"people": (Entry("a"),)})
        visits.save_pulled(c, visit, arriving=False, content_version="1")
        put_alert(c, None)
        patients.set_active_members(c, ())

    await store.write(fill)
    assert await store.write(lambda c: patients.purge(c, "patient-1", received_before="2027-01-01T00:00:00Z"))
    for table in (answer_table, entry_table, tables.table_of(tables.Alert)):
        assert await store.read(lambda c, t=table: c.execute(select(t)).all()) == []

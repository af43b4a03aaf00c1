"""What the screens are told of each visit, from the outbox alone."""

from __future__ import annotations

from datetime import UTC, datetime

from outbox_steps import AT, attempt, sign
from sqlalchemy import Connection
from store_builders import ANA, NOON, make_changes, make_draft, make_visit

from app.store import bases, conflicts, outbox, records, visits
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.store.outbox import NewReceipt
from app.store.records import find_references


async def test_a_visits_status_through_its_life(store: Store) -> None:
    async def status() -> outbox.VisitSending:
        return (await store.read(lambda c: outbox.visit_status_rows(c, ["visit-1", "nowhere"])))["visit-1"]

    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    now = await status()
    assert (now.draft, now.own, now.total) == (True, True, 0)
    seqs = await store.write(lambda c: records.save_signed(c, make_visit(), make_changes()))
    now = await status()
    assert (now.draft, now.has_cut, now.has_attempted, now.total, now.settled) == (False, False, False, 2, 0)
    await store.write(lambda c: outbox.cut_write(c, "w", seqs, "{}", NOON))
    now = await status()
    assert (now.has_cut, now.has_attempted) == (True, False)
    await store.write(lambda c: outbox.mark_attempted(c, "w", NOON))
    now = await status()
    assert (now.has_cut, now.has_attempted) == (False, True)
    conflict = await store.write(
        lambda c: conflicts.open_conflict(
            c, type="Encounter", record_id="visit-1", seq=seqs[0], theirs="{}", at=NOON
        )
    )
    assert (await status()).conflict
    await store.write(lambda c: conflicts.resolve(c, conflict, NOON))
    assert not (await status()).conflict


async def test_a_pulled_visits_receipt_is_its_encounters_time(store: Store) -> None:
    def pull(c: Connection) -> None:
        visits.save_pulled(c, make_visit(nurse=ANA), arriving=True, content_version="1")
        bases.put(c, BaseCopy("Encounter", "visit-1", "v", AT, "{}", "patient-1"))

    await store.write(pull)
    status = (await store.read(lambda c: outbox.visit_status_rows(c, ["visit-1"])))["visit-1"]
    assert (status.own, status.arriving, status.total) == (False, True, 0)
    assert status.received_at == datetime(2026, 3, 2, 14, 2, 0, 123000, tzinfo=UTC)


async def test_a_server_time_that_cannot_be_read_does_not_hide_that_it_was_received(store: Store) -> None:
    seqs = await store.write(sign)
    await store.write(lambda c: attempt(c, "w", seqs))
    odd = [NewReceipt(one.type, one.id, "v1", "sometime", "sometime") for one in make_changes()]
    assert await store.write(lambda c: outbox.settle(c, "w", odd))
    status = (await store.read(lambda c: outbox.visit_status_rows(c, ["visit-1"])))["visit-1"]
    assert (status.settled, status.total, status.received_at) == (2, 2, None)


def test_references_are_found_as_json_writers_write_them() -> None:
    text = '{"a":{"reference":"Patient/p-1"},"b":{"reference" : "Task/x.2"},"c":{"reference":"urn:uuid:1"}}'
    assert find_references(text) == ("Patient/p-1", "Task/x.2")

"""Wrong PINs leave their trace in the audit log, and the log knows whose record each event is about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select
from store_builders import NOON, PIN, make_draft
from vault_steps import WRONG, enrol

from app.errors import WrongPin
from app.store import audit, audit_telling, meta, visits
from app.store.engine import Store
from app.store.tables import AuditEvent, table_of
from app.store.vault import Vault

_event = table_of(AuditEvent)


def actions(connection: Connection) -> list[str]:
    return list(connection.execute(select(_event.c.action).order_by(_event.c.seq)).scalars())


async def test_wrong_pins_are_in_the_log_of_whoever_opens_it_next(vault: Vault) -> None:
    store_id = await enrol(vault)
    for _ in range(3):
        with pytest.raises(WrongPin):
            await vault.unlock(store_id, WRONG)
    store = await vault.unlock(store_id, PIN)
    try:
        assert (await store.read(actions)).count("failed-unlock") == 3
        assert (await store.read(audit.verify)).broken_at is None
    finally:
        await store.close()
    store = await vault.unlock(store_id, PIN)
    try:
        assert (await store.read(actions)).count("failed-unlock") == 3, "each is written down once"
    finally:
        await store.close()


async def test_ten_thousand_tries_are_not_ten_thousand_events(store: Store) -> None:
    await store.write(lambda c: audit.note_wrong_tries(c, NOON, 10_000))
    assert (await store.read(audit.find_head))[0] == audit.MOST_WRONG


async def test_what_to_tell_begins_where_the_plan_left_off_and_names_the_patient(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))

    def write(connection: Connection) -> None:
        for subject in (None, "Patient/p-9", "Encounter/visit-1", "Task/unknown"):
            audit.append(connection, at=NOON, actor="Practitioner/1", action="read", subject=subject)

    await store.write(write)
    telling = await store.read(lambda c: audit_telling.read_telling(c, 10))
    assert (telling.length, telling.told, telling.untold, telling.oldest) == (4, 0, 4, NOON)
    assert telling.patients == {"Patient/p-9": "p-9", "Encounter/visit-1": make_draft().patient_id}
    await store.write(lambda c: audit_telling.keep_answer(c, 3, "ok"))
    telling = await store.read(lambda c: audit_telling.read_telling(c, 10))
    assert [one.seq for one in telling.events] == [4]
    assert await store.read(lambda c: meta.find(c, meta.AUDIT_DIFFERS)) is None


@pytest.mark.parametrize(("said", "kept"), [(-5, 0), (99, 2), (1, 1)])
async def test_a_plans_odd_count_is_kept_within_the_log(store: Store, said: int, kept: int) -> None:
    for hours in range(2):
        at = NOON + timedelta(hours=hours)
        await store.write(lambda c, at=at: audit.append(c, at=at, actor="Practitioner/1", action="unlock"))
    await store.write(lambda c: audit_telling.keep_answer(c, said, "differs"))
    assert await store.read(audit_telling.read_told) == kept
    assert await store.read(lambda c: meta.find(c, meta.AUDIT_DIFFERS)) == "differs 2"

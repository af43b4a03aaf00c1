"""Base copies, cursors, sign-in, audit chain, passes, conflicts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from store_builders import NOON

from app.errors import StoreDamaged
from app.store import audit, bases, conflicts, cursors, meta, passes, sessions
from app.store.bases import BaseCopy
from app.store.cursors import CursorAt
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.store.tables import AuditEvent, table_of


async def test_a_base_is_kept_byte_for_byte_and_replaced_whole(store: Store) -> None:
    odd = '{"value": 1.10, "x": "ñ\\u00f1", "b":1 }'
    first = BaseCopy("Observation", "o", "1", "2026-01-01T00:00:00.000Z", odd, "p")
    await store.write(lambda c: bases.put(c, first))
    assert await store.read(lambda c: bases.find(c, "Observation", "o")) == first
    second = BaseCopy("Observation", "o", "2", "2026-01-02T00:00:00.000Z", "{}", None)
    third = BaseCopy("Patient", "p", "1", "t", "{}", "p")
    await store.write(lambda c: bases.put_all(c, [second, third]))
    await store.write(lambda c: bases.put_all(c, []))
    assert await store.read(lambda c: bases.find(c, "Observation", "o")) == second
    assert await store.read(lambda c: bases.find(c, "Patient", "o")) is None
    assert await store.read(lambda c: bases.find_all(c, "Patient", ["p", "q"])) == {"p": third}


async def test_a_tombstone_is_found_by_id_and_in_no_list(store: Store) -> None:
    for id in ("a", "b"):
        await store.write(lambda c, id=id: bases.put(c, BaseCopy("Flag", id, "1", "t", "{}", "p")))
    await store.write(lambda c: bases.mark_deleted(c, "Flag", "a"))
    kept = await store.read(lambda c: bases.find(c, "Flag", "a"))
    assert kept is not None
    assert kept.deleted
    assert [base.id for base in await store.read(lambda c: bases.list_for_patient(c, "p"))] == ["b"]
    assert [base.id for base in await store.read(lambda c: bases.list_for_patient(c, "p", "Goal"))] == []
    assert await store.read(lambda c: bases.read_versions(c, "Flag")) == {"b": ("1", "t")}


async def test_f05_a_page_and_its_cursor_are_one_transaction(store: Store) -> None:
    def page(c: object) -> None:
        bases.put(c, BaseCopy("Patient", "p", "1", "t", "{}"))  # type: ignore[arg-type]  # a Connection
        cursors.put(c, "panel", "Patient", "t")  # type: ignore[arg-type]  # a Connection
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(page)
    assert await store.read(lambda c: cursors.find(c, "panel", "Patient")) is None
    assert await store.read(lambda c: bases.find(c, "Patient", "p")) is None


async def test_cursors_keep_the_servers_words(store: Store) -> None:
    odd = "2026-01-01T00:00:00.123+02:00"
    await store.write(lambda c: cursors.put(c, "panel", "Patient", None))
    await store.write(lambda c: cursors.put(c, "panel", "Patient", odd, done=True))
    await store.write(lambda c: cursors.put(c, "backfill/p", "Encounter", "x"))
    assert await store.read(lambda c: cursors.find(c, "panel", "Patient")) == CursorAt(odd, True)
    assert await store.read(lambda c: cursors.list_scope(c, "backfill/p")) == {
        "Encounter": CursorAt("x", False)
    }
    assert await store.read(cursors.list_scopes) == ("backfill/p", "panel")
    await store.write(lambda c: cursors.drop_scope(c, "backfill/p"))
    assert await store.read(cursors.list_scopes) == ("panel",)


async def test_the_sign_in_is_one_row_and_its_end_touches_nothing_else(store: Store) -> None:
    assert await store.read(sessions.find) is None
    row = SignInRow("u", "t", None, "c", "Practitioner/1", "Ana", "nurse", "access-1", "refresh-1", NOON)
    await store.write(lambda c: sessions.save(c, row))
    assert await store.read(sessions.find) == row
    assert "access-1" not in repr(row)
    assert "refresh-1" not in repr(row)
    assert not await store.write(lambda c: sessions.end(c, "refresh-0"))
    assert await store.write(lambda c: sessions.end(c, "refresh-1"))
    ended = await store.read(sessions.find)
    assert ended is not None
    assert (ended.ended, ended.access_token, ended.refresh_token) == (True, None, "refresh-1")
    later = NOON + timedelta(hours=1)
    assert await store.write(lambda c: sessions.put_tokens(c, "access-2", None, later, "refresh-1"))
    fresh = await store.read(sessions.find)
    assert fresh is not None
    assert (fresh.ended, fresh.access_token, fresh.refresh_token) == (False, "access-2", "refresh-1")
    await store.write(lambda c: sessions.put_tokens(c, "access-3", "refresh-3", None, "refresh-1"))
    fresh = await store.read(sessions.find)
    assert fresh is not None
    assert (fresh.refresh_token, fresh.expires_at) == ("refresh-3", None)


async def test_the_audit_chain_holds_and_any_change_breaks_it(store: Store) -> None:
    assert await store.read(audit.verify) == audit.ChainState(0, "", None)
    for n in range(5):
        await store.write(
            lambda c, n=n: audit.append(
                c, at=NOON, actor="Practitioner/1", action="read", subject=f"Patient/{n}"
            )
        )
    whole = await store.read(audit.verify)
    assert (whole.length, whole.broken_at) == (5, None)
    assert await store.read(audit.find_head) == (5, whole.head)
    event = table_of(AuditEvent)
    changes = (
        update(event).where(event.c.seq == 3).values(actor="Practitioner/2"),
        update(event).where(event.c.seq == 3).values(subject=None),
        update(event).where(event.c.seq == 3).values(digest="0"),
        delete(event).where(event.c.seq == 3),
    )
    for change in changes:

        def tamper(c: object, change: object = change) -> None:
            c.execute(change)  # type: ignore[attr-defined]  # a Connection
            assert audit.verify(c).broken_at in (3, 4)  # type: ignore[arg-type]  # a Connection
            raise LookupError

        with pytest.raises(LookupError):
            await store.write(tamper)
    await store.write(lambda c: c.execute(delete(event).where(event.c.seq == 5)))
    assert await store.read(audit.find_head) != (5, whole.head), "a cut tail is seen by who kept the head"


async def test_f23_the_last_success_is_kept_apart_from_the_last_pass(store: Store) -> None:
    assert await store.read(passes.find_last) is None
    first = await store.write(lambda c: passes.begin(c, NOON))
    await store.write(
        lambda c: passes.end(
            c, first, at=NOON, outcome="ok", pushed=2, pulled=3, server_at=NOON + timedelta(seconds=1)
        )
    )
    second = await store.write(lambda c: passes.begin(c, NOON))
    running = await store.read(passes.find_last)
    assert running is not None
    assert (running.id, running.outcome, running.ended_at) == (second, "running", None)
    await store.write(lambda c: passes.end(c, second, at=NOON, outcome="no-network", detail="connect"))
    success = await store.read(passes.find_last_success)
    assert success is not None
    assert (success.id, success.pushed, success.pulled, success.server_at) == (
        first,
        2,
        3,
        NOON + timedelta(seconds=1),
    )
    for _ in range(5):
        await store.write(lambda c: passes.begin(c, NOON))
    await store.write(lambda c: passes.trim(c, keep=2))
    assert [row.id for row in await store.read(passes.list_recent)] == [second + 5, second + 4, first]


async def test_a_conflict_stays_open_until_a_person_chooses(store: Store) -> None:
    opened = [
        await store.write(
            lambda c, theirs=theirs: conflicts.open_conflict(
                c, type="CarePlan", record_id="x", seq=4, theirs=theirs, at=NOON
            )
        )
        for theirs in ("{}", '{"a":1}')
    ]
    assert opened[0] == opened[1]
    (row,) = await store.read(conflicts.list_open)
    assert (row.seq, row.theirs, row.opened_at) == (4, '{"a":1}', NOON)
    await store.write(lambda c: conflicts.resolve(c, row.id, NOON))
    assert await store.read(conflicts.list_open) == ()


async def test_single_values_are_replaced_and_a_missing_one_is_damage(store: Store) -> None:
    for value in ("1", "2"):
        await store.write(lambda c, value=value: meta.put(c, "k", value))
    assert await store.read(lambda c: meta.get(c, "k")) == "2"
    with pytest.raises(StoreDamaged):
        await store.read(lambda c: meta.get(c, "nothing"))

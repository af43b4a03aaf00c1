"""The large panel is what a device would hold: everybody with whole visits of her own, and the same each time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from app.store import patients, visits
from app.store.vault import Vault
from app.store.visit_rows import visit_table
from benchmarks.panel import SECRET, make_panel
from benchmarks.people import make_people

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def test_copies_of_a_person_share_no_record_and_no_name() -> None:
    people = list(make_people(31, 31, NOW))
    ids = Counter(f"{r['resourceType']}/{r['id']}" for one in people for r in one.resources)
    assert [key for key, count in ids.items() if count > 1] == []
    names = [str(r["name"]) for one in people for r in one.resources if r["resourceType"] == "Patient"]
    assert len(set(names)) == 31
    for one in people:
        subjects = {r["subject"]["reference"] for r in one.resources if r["resourceType"] == "Observation"}
        assert subjects <= {f"Patient/{one.patient_id}"}


def test_it_is_the_same_each_time() -> None:
    assert list(make_people(3, 6, NOW)) == list(make_people(3, 6, NOW))


async def test_the_device_has_every_visit_whole(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await make_panel(data, 3, 6, now=NOW)
    vault = Vault(data, None)
    (entry,) = vault.users()
    store = await vault.unlock(entry.store_id, SECRET)
    try:
        assert len(await store.read(patients.list_ids)) == 3
        rows = await store.read(lambda c: c.execute(select(visit_table.c.id, visit_table.c.arriving)).all())
        whole = [row for row in rows if not row.arriving]
        assert len(whole) == len(rows) >= 6
        read = await store.read(lambda c: visits.read_signed(c, whole[0].id))
        assert read.answers
    finally:
        await store.close()

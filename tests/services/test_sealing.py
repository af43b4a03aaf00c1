"""With a window open: what is signed is sealed beside the store, and stays so through locks, ends and full disks."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.domain.visit import AnsweredBy, Modality, PersonRef, Setting
from app.errors import DiskFull
from app.services.device_service import Device
from app.services.sealing import Sealing
from app.services.session import OpenSession
from app.store import meta, outbox, patients, sessions
from app.store.changes import Topic
from app.store.courier_files import SealedFiles
from app.store.engine import Store
from app.sync.courier import Sealer
from app.sync.plan_keys import keep_keys, read_keys
from plan.keys.making import make_keys
from tests.services.conftest import ANA, person, sign_in_row, signed_in
from tests.support.alert_records import make_alert, raise_alert


@pytest.fixture(scope="module")
def key_set(tmp_path_factory: pytest.TempPathFactory) -> str:
    courier = X25519PrivateKey.generate().public_key().public_bytes_raw()
    place = tmp_path_factory.mktemp("officers")
    return make_keys(place, courier, "2026-11-22T09:30:00Z", None).keys.text


async def sign_visit(session: OpenSession) -> str:
    visit_id = await session.visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await session.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await session.visits.answer(visit_id, "esas-pain", value=2)
    await session.visits.leave(visit_id)
    await session.visits.sign(visit_id)
    return visit_id


async def test_a_signed_visit_is_sealed_before_the_window_has_closed_and_again_where_a_copy_is_broken_or_gone(
    device: Device, key_set: str
) -> None:
    secret = device.suggest_passphrase()
    session = await device.enrol(signed_in(), secret, "w1")
    await session._store.write(lambda c: keep_keys(c, read_keys(key_set)))
    await session._store.write(lambda c: patients.upsert(c, person("p1", "Rosa Colón")), Topic.PATIENTS)
    files = SealedFiles.beside(session._store.path)
    await sign_visit(session)
    await session.lock()
    (copy,) = files.list_ids()
    text = (files.directory / copy).read_text()
    assert "Encounter" not in text
    assert "Rosa" not in text
    assert stat.S_IMODE((files.directory / copy).stat().st_mode) == 0o600
    assert stat.S_IMODE(files.directory.stat().st_mode) == 0o700
    (files.directory / copy).write_text(text[: len(text) // 2])
    again = await device.unlock(session.store_id, secret, "w1")
    await again.lock()
    assert files.list_ids() == {copy}, "the same write, sealed anew"
    assert files.read(copy) is not None
    files.delete(copy)
    last = await device.unlock(session.store_id, secret, "w1")
    await last.lock()
    assert files.list_ids() == {copy}


async def open_for(store: Store, key_set: str) -> None:
    def fill(connection: outbox.Connection) -> None:
        keep_keys(connection, read_keys(key_set))
        meta.put(connection, meta.USER_REFERENCE, ANA.reference)
        sessions.save(connection, sign_in_row())

    await store.write(fill)


async def alert(store: Store) -> str:
    raised = make_alert("p1")
    by = PersonRef(ANA.reference, ANA.name)
    await store.write(lambda c: raise_alert(c, raised, by), Topic.OUTBOX, Topic.ALERTS)
    return raised.id


async def test_an_alert_is_sealed_as_soon_as_it_was_raised(store: Store, key_set: str) -> None:
    await open_for(store, key_set)
    laid = asyncio.Event()
    sealing = Sealing(store, Sealer(store, step=lambda name: laid.set() if name == "laid" else None))
    sealing.start()
    await alert(store)
    async with asyncio.timeout(30):
        await laid.wait()
    assert len(SealedFiles.beside(store.path).list_ids()) == 1
    await sealing.stop()


class FullOnce(SealedFiles):
    """A disk that is full the first time."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.was_full = asyncio.Event()

    def list_ids(self) -> frozenset[str]:
        if not self.was_full.is_set():
            self.was_full.set()
            raise DiskFull
        return super().list_ids()


async def test_a_full_disk_costs_only_the_copy_until_the_next_change(store: Store, key_set: str) -> None:
    await open_for(store, key_set)
    files = FullOnce(store.path.parent / "sealed")
    laid: list[str] = []
    sealing = Sealing(store, Sealer(store, files, step=laid.append))
    await alert(store)
    sealing.start()
    async with asyncio.timeout(30):
        await files.was_full.wait()
    await sealing.stop()
    assert "laid" in laid
    assert len(files.list_ids()) == 1


async def test_where_the_plan_has_no_keys_nothing_is_cut_or_laid(store: Store) -> None:
    await store.write(lambda c: sessions.save(c, sign_in_row()))
    await alert(store)
    assert await Sealer(store).run() == 0
    assert await store.read(outbox.open_writes) == ()
    assert not (store.path.parent / "sealed").exists()

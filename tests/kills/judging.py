"""After a kill or a power loss: what the device holds when opened again, and both sides once it sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.domain.visit import Visit, VisitDraft, VisitStatus
from app.errors import HearthsideError, NotFound
from app.store import attachments, health, visits
from app.store.engine import Store
from app.store.files import StoreFiles
from tests.faults.checker import Checker, DeviceFile, Facts
from tests.faults.nurse import Charted, Nurse
from tests.kills.backend import KEY, Backend, connected, open_tablet

PASSES = 5


@dataclass
class Report:
    """What came of many runs. `effective`: deaths by the moment at which they came; `saved`: things seen saved."""

    count: int = 0
    seed: int = 0
    seconds: float = 0.0
    saved: int = 0
    lost: int = 0
    doubled: int = 0
    wrongly_received: int = 0
    damaged: int = 0
    effective: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    """One line a run that was not fine: seed, moment, and ids and counts of what was found."""

    @property
    def fine(self) -> bool:
        return not self.failures

    def __str__(self) -> str:
        moments = ", ".join(f"{name}: {n}" for name, n in sorted(self.effective.items()))
        return (
            f"{self.count} deaths (seed {self.seed}) in {self.seconds:.0f} s, {self.saved} things seen saved: "
            f"lost {self.lost}, doubled {self.doubled}, wrongly reported received {self.wrongly_received}, "
            f"damaged {self.damaged}; {len(self.failures)} runs not fine. Effective: {moments}"
        )


@dataclass(frozen=True)
class Device:
    """One tablet as it lies on the disk, and what its nurse saw being saved on it."""

    files: StoreFiles
    nurse: Nurse
    people: list[str]
    pictures: frozenset[str] = frozenset()
    """Ids of pictures and signatures that were seen kept."""


def charted(said: Mapping[str, Any]) -> Charted:
    """What a child's line about a visit says was saved."""
    return Charted(**said["charted"])


@dataclass(frozen=True)
class Findings:
    damaged: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    wrongly_received: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.damaged, *self.lost, *self.doubled, *self.wrongly_received, *self.broken)

    def count_into(self, report: Report, moment: str) -> None:
        report.damaged += bool(self.damaged)
        report.lost += len(self.lost)
        report.doubled += len(self.doubled)
        report.wrongly_received += len(self.wrongly_received)
        if self.all:
            report.failures.append(f"{moment}: {'; '.join(self.all[:4])}")


async def judge(backend: Backend, checker: Checker, device: Device) -> Findings:
    """Open the store as the app does, look for everything that was seen saved, send, and judge both sides."""
    try:
        store = await open_tablet(device.files)
    except HearthsideError as error:
        return Findings(damaged=(f"{type(error).__name__} {error.detail}",))
    try:
        found = await store.read(health.examine)
        damaged = () if found.whole else (f"integrity {found.integrity}, seals {found.seal}",)
        await _take_in_what_was_under_way(store, device.nurse)
        lost = tuple([one async for one in _missing(store, device)])
        async with connected(store) as engine:
            for _ in range(PASSES):
                last = await engine.run_pass()
                if not await _waits(store):
                    break
        device.nurse.store = store
        claims = await device.nurse.list_received()
    except HearthsideError as error:
        return Findings(damaged=(f"{type(error).__name__} {error.detail}",))
    finally:
        await store.close()
    file = DeviceFile(device.nurse.name, store.path, KEY, backend.nurse.reference)
    verdict = checker.check(
        Facts(
            server=backend.database,
            devices=(file,),
            saved=tuple(device.nurse.saved()),
            claims={device.nurse.name: claims},
            whole=False,
            at_rest=True,
        )
    )
    signed = {visit_id for visit_id, made in device.nurse.charted.items() if made.signed}
    strangers = backend.encounters(device.people) - signed
    broken = tuple(f"{number}: {one}" for number, several in verdict.broken.items() for one in several)
    return Findings(
        damaged=damaged,
        lost=(*lost, *verdict.lost),
        doubled=(*verdict.doubled, *(f"Encounter {one} that nobody signed" for one in sorted(strangers))),
        wrongly_received=verdict.wrongly_received,
        broken=(*broken, *(() if last.ok else (f"last pass: {last.outcome} {last.detail}",))),
    )


async def _waits(store: Store) -> bool:
    query = (
        "SELECT (SELECT count(*) FROM change WHERE state = 'new')"
        " + (SELECT count(*) FROM write WHERE state IN ('cut', 'attempted'))"
    )
    return await store.read(lambda c: bool(c.exec_driver_sql(query).scalar_one()))


async def _take_in_what_was_under_way(store: Store, nurse: Nurse) -> None:
    """A signature whose commit went through while the device died counts, though the nurse never saw it."""
    for visit_id, made in nurse.charted.items():
        try:
            row = await store.read(partial(visits.get_row, visit_id=visit_id))
        except NotFound:
            continue
        made.signed = made.signed or row.status == VisitStatus.SIGNED.value


def _read(connection: Connection, visit_id: str, *, signed: bool) -> Visit | VisitDraft:
    return (visits.read_signed if signed else visits.read_draft)(connection, visit_id)


async def _missing(store: Store, device: Device) -> AsyncIterator[str]:
    for picture in device.pictures:
        if await store.read(partial(attachments.find_body, attachment_id=picture)) is None:
            yield f"picture {picture}"
    for visit_id, made in device.nurse.charted.items():
        try:
            visit = await store.read(partial(_read, visit_id=visit_id, signed=made.signed))
        except NotFound:
            yield f"visit {visit_id}"
            continue
        entries = [answers for group in visit.entries.values() for one in group for answers in [one.answers]]
        held = {link: one.value for answers in (visit.answers, *entries) for link, one in answers.items()}
        for link, value in made.values.items():
            if held.get(link) != value:
                yield f"{link} of {visit_id}"
        if made.note and visit.note.strip() != made.note.strip():
            yield f"note of {visit_id}"

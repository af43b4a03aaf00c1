"""Two nurses' devices, their supervisor and their plan: made from templates, healed, and judged."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.store import meta
from app.store.engine import create_store
from app.store.tables import Base, table_of
from app.sync.engine import LOOK_AGAIN_SECONDS, PassReport
from tests.faults.checker import Checker, DeviceFile, Facts, Verdict
from tests.faults.device import KEYS, ROLES, Device
from tests.faults.faulty_network import Fault, Judge
from tests.faults.nurse import Charted
from tests.faults.serving import Serving
from tests.faults.ward import NURSES, Ward, make_empty_plan

PASSES = 5
"""Within so many passes after healing everything must be where it belongs (I12)."""
CHARTED = "charted.json"
"""The visit that lies in the templates: Ana's, with an alert and a referral; and the time at which they were made."""
MARK = "☂☂☂"
"""Stands in every text that a nurse of these worlds writes: found nowhere in clear bytes."""


async def make_templates(directory: Path) -> None:
    """A plan with its panel, and two stores that had their first load and share Ana's first visit: copied by each
    schedule.
    """
    making = directory / "making"
    making.mkdir()
    make_empty_plan(making / "plan.db")
    for name in NURSES:
        user = f"Practitioner/{name}"
        store = await create_store(
            making / f"{name}.db", KEYS[name], store_id=name, user_reference=user, user_name=ROLES[name]
        )
        await store.close()
    world = Many(making, directory)
    await world.ward.load()
    await world.start()
    await world.ana.sync()
    await world.ben.sync()
    visit_id = await world.ana.document("a", 9, note=f"The first {MARK}.", extra="refer")
    assert visit_id is not None
    for device in world.devices:
        report = await device.sync()
        assert report.outcome == "ok", report
    charted = asdict(world.ana.charted[visit_id]) | {"id": visit_id, "at": world.ward.clock.at.isoformat()}
    (directory / CHARTED).write_text(json.dumps(charted))
    await world.close()
    shutil.rmtree(making)


class Many:
    def __init__(self, templates: Path, directory: Path, serving: Serving | None = None) -> None:
        self.ward = Ward(templates, directory, serving)
        self.devices = tuple(Device(name, self.ward, directory, templates / f"{name}.db") for name in NURSES)
        self.ana, self.ben = self.devices
        self._sent = 0
        if (templates / CHARTED).exists():
            held = json.loads((templates / CHARTED).read_text())
            visit_id = held.pop("id")
            # Time goes on from there: a world that began before its own records would sweep in each first pass.
            self.ward.clock.at = datetime.fromisoformat(held.pop("at"))
            self.ana.charted[visit_id] = Charted(**held)
        self._watches = {device.name: Watch(device, self.ward) for device in self.devices}

    async def start(self) -> None:
        for device in self.devices:
            await device.start()
            await device.sign_in()
        self.ward.clock.pass_by(3600)  # nothing is due within the hour

    async def close(self) -> None:
        for device in self.devices:
            await device.close()
        self.ward.close()

    def effective(self) -> Counter[Fault]:
        return self.ana.network.effective + self.ben.network.effective

    async def sync(self, device: Device, judge: Judge | None = None) -> PassReport:
        """A pass, and a look at what the device shows after it (I8, I15)."""
        report = await device.sync(judge)
        await self._watches[device.name].look()
        return report

    async def heal(self) -> None:
        """Good networks, signed in, clocks right: passes by turns until nothing moves, at most five a device."""
        for device in self.devices:
            device.clock.offset = timedelta(0)
        # What the plan says of itself is believed for so long, a restore among it.
        self.ward.clock.pass_by(LOOK_AGAIN_SECONDS + 60)
        # Who left is taken off a device only in the pass after the one that saw it.
        least = 3 if self.ward.moved else 1
        quiet: dict[str, int] = {}
        for number in range(1, PASSES + 1):
            for device in self.devices:
                if number > least and quiet.get(device.name) == self._sent:
                    continue  # nobody has sent anything since it had nothing to do
                if not await device.is_signed_in():
                    await device.sign_in()
                report = await self.sync(device)
                self._sent += report.pushed
                if report.ok and not report.pushed:
                    quiet[device.name] = self._sent
            self.ward.clock.pass_by(60)
            if number >= least and all(quiet.get(device.name) == self._sent for device in self.devices):
                break

    async def check(self, checker: Checker, *, at_rest: bool = True) -> None:
        """Everything that files can tell, asked of another process."""
        verdict = await self.judge(checker, at_rest=at_rest)
        assert verdict.fine, verdict
        if at_rest:
            await self.compare()

    async def compare(self) -> None:
        """I3, by what the app itself would show."""
        for device in self.devices:
            await self._watches[device.name].compare_with_server()

    async def judge(self, checker: Checker, *, at_rest: bool) -> Verdict:
        said = {(one.type, one.id): one.text for one in self.ward.said if one.type == "Encounter"}
        stand = [(kind, own, text) for (kind, own), text in said.items()]
        for one in (one for one in self.ward.said if one.type != "Encounter"):
            stand += [(one.type, one.id, one.text), (one.type, one.id, f"colour of {one.text}")]
        facts = Facts(
            server=self.ward.path,
            devices=tuple(DeviceFile(d.name, d.path, d.key, d.me.reference) for d in self.devices),
            saved=tuple(saved for device in self.devices for saved in device.saved()),
            claims={device.name: await device.list_received() for device in self.devices},
            at_rest=at_rest,
            secrets=(MARK, "esas-pain"),
            stand=tuple(stand),
        )
        return await asyncio.to_thread(checker.check, facts)


class Watch:
    """What one device shows, from pass to pass: never older than before, and gone for a reason only."""

    def __init__(self, device: Device, ward: Ward) -> None:
        self._device = device
        self._ward = ward
        self._shown: dict[tuple[str, str], Any] = {}
        self._met: tuple[str, str | None] = ("", None)

    async def look(self) -> None:
        """I15: no older version after a newer one; I8: what she may read and held does not disappear."""
        table = table_of(Base)
        columns = (table.c.type, table.c.id, table.c.patient_id, table.c.last_updated, table.c.deleted)
        rows = await self._device.store.read(
            lambda c: c.execute(table.select().with_only_columns(*columns)).all()
        )
        met = self._ward.epoch(), await self._device.store.read(lambda c: meta.find(c, meta.STORE_EPOCH))
        shown = {(row.type, row.id): row for row in rows}
        if met == self._met and met[0] == met[1]:  # what a restored server lost is no longer shown
            mine = self._ward.panel_of(self._device.me.reference)
            for key, before in self._shown.items():
                now = shown.get(key)
                assert now is not None or before.patient_id not in mine, f"{key} disappeared (I8)"
                assert now is None or _at(now) >= _at(before), f"{key} went back to an older version (I15)"
        self._shown, self._met = shown, met

    async def compare_with_server(self) -> None:
        """I3: what the app shows of a person is what the server holds, her own unsent versions aside."""
        from app.store.current import list_current
        from tests.faults.checker_rows import Server, content, parse

        server = Server(self._ward.path)
        for patient_id in sorted(server.panel_of(self._device.me.reference)):
            current = {k: v.content for k, v in server.current().items() if v.patient_id == patient_id}
            kinds = sorted({kind for kind, _ in current})
            held = await self._device.store.read(
                lambda c, p=patient_id, k=kinds: list_current(c, p, *k)  # type: ignore[misc]  # bound at once
            )
            for one in held:
                if not one.pending and not one.set_aside:
                    shown = content(parse(one.body))
                    assert shown == current.get((one.type, one.id)), (
                        f"{one.type}/{one.id} is shown otherwise (I3)"
                    )


def _at(row: Any) -> datetime:
    return datetime.fromisoformat(row.last_updated)

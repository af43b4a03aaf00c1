"""A nurse's tablet, the whole app below its screens, in front of the server double in the same process."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx

from app.domain.visit import AnsweredBy, Modality, Setting
from app.services.models import VisitStatus
from app.services.summaries import status_of
from app.services.visits import Visits
from app.store import outbox
from app.store.engine import open_store
from app.sync.engine import PassReport, SyncEngine
from app.sync.tokens import make_client
from tests.faults.double.server import FhirDouble, Quirks
from tests.faults.faulty_network import Fault, FaultyNetwork, Judge
from tests.faults.world import ANA, KEY, SIGN_IN, Now
from tests.plan.fhir_builders import careteam, patient


class DoubleTablet:
    """`templates`: where `make_templates` put a signed-in store. Ana has the patients a and b."""

    def __init__(self, templates: Path, directory: Path, quirks: Quirks | None = None) -> None:
        self.double = FhirDouble(quirks)
        for name in ("a", "b"):
            self.double.load([patient(name), careteam(f"ct-{name}", name, "ana")])
        self.network = FaultyNetwork(httpx.ASGITransport(self.double))
        self._path = directory / "double-store.db"
        shutil.copy(templates / "store.db", self._path)

    async def start(self) -> None:
        self.store = await open_store(self._path, KEY, store_id="s")
        self.client = make_client(self.store, SIGN_IN, transport=self.network)
        self.engine = SyncEngine(self.store, self.client)
        self.visits = Visits(self.store, ANA, Now())

    async def close(self) -> None:
        await self.client.aclose()
        await self.store.close()

    async def sync(self, judge: Judge | None = None) -> PassReport:
        self.network.judge = judge or (lambda request: Fault.NONE)
        return await self.engine.run_pass()

    async def document(self, patient_id: str = "a", note: str = "Slept well.", **values: int) -> str:
        """A whole visit, signed; `values` by short link id (`pain=7`)."""
        visit_id = await self.visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
        await self.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
        for name, value in values.items():
            await self.visits.answer(visit_id, f"esas-{name}", value=value)
        await self.visits.set_note(visit_id, note)
        await self.visits.leave(visit_id)
        await self.visits.sign(visit_id)
        return visit_id

    async def status(self, visit_id: str) -> VisitStatus:
        rows = await self.store.read(lambda c: outbox.visit_status_rows(c, [visit_id]))
        return status_of(rows.get(visit_id))

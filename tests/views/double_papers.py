"""Papers without a store: made from the world's people and parts, and kept instead of printed."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.device.papers import PaperFiles
from app.errors import HearthsideError
from app.paper.compose import finish
from app.paper.letters import load_letters
from app.paper.model import Hand, Sheet
from app.paper.source import Source
from app.services.paper import SealedPaper
from app.services.patient_parts import PatientParts
from tests.views.double_world import NURSE, World, now

PASSWORD = "amber river quiet lantern stone"


@dataclass
class DoublePapers:
    world: World
    printer: str | None = "Office"
    files: PaperFiles | None = None
    error: HearthsideError | None = None
    printed: list[Sheet] = field(default_factory=list)
    made: list[Sheet] = field(default_factory=list)

    async def read(self, patient_id: str) -> Source:
        load_letters()
        parts = self.world.parts.get(patient_id, PatientParts())
        return Source(
            self.world.people[patient_id],
            NURSE.name,
            now().date(),
            statements=parts.code_status,
            people=parts.people,
            conversation=parts.conversation.versions,
            medicines=parts.medicines.last,
            plan=parts.plan,
            settings=parts.settings,
        )

    async def find_printer(self) -> str | None:
        return self.printer

    async def print_out(self, patient_id: str, sheet: Sheet, hand: Hand) -> None:
        if self.error is not None:
            raise self.error
        self.printed.append(finish(sheet, hand))

    async def make_file(self, patient_id: str, sheet: Sheet, hand: Hand) -> SealedPaper:
        if self.error is not None:
            raise self.error
        self.made.append(finish(sheet, hand))
        return SealedPaper(b"%PDF-2.0 /Encrypt", PASSWORD)

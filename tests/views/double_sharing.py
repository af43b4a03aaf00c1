"""Sharing and the worklist in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.domain.sharing import Agreeing, NewSharing, Sharing, SharingAsk, SharingEnd, SharingPage
from app.domain.worklist import WorklistPage
from tests.views.double_world import now

LINK = "https://plan.example/shared/FeOuhY0Y7qLl_xmJbWhO9Psd_2kEzdrAZVaFCz79Po8"


@dataclass
class DoubleSharing:
    """`error` is raised by whatever asks the plan."""

    page: SharingPage = field(
        default_factory=lambda: SharingPage(
            "María Colón Ríos",
            (
                Agreeing("Patient/p0", "María Colón Ríos", is_person=True),
                Agreeing("RelatedPerson/r1", "Guadalupe Villaseñor"),
            ),
            ("Amara Nwosu, MD",),
        )
    )
    shared: list[Sharing] = field(default_factory=list)
    asked: list[SharingAsk] = field(default_factory=list)
    error: Exception | None = None

    async def read(self, patient_id: str) -> SharingPage:
        return self.page

    async def list(self, patient_id: str) -> tuple[Sharing, ...]:
        self._check()
        return tuple(self.shared)

    async def share(self, ask: SharingAsk) -> NewSharing:
        self._check()
        self.asked.append(ask)
        until = now().replace(microsecond=0)
        one = Sharing(f"s{len(self.asked)}", ask.audience, ask.recipient, "Ana Ruiz, RN", now(), until)
        self.shared.insert(0, one)
        return NewSharing(one.id, LINK, "48291735", until)

    async def withdraw(self, patient_id: str, share_id: str) -> None:
        self._check()
        self.shared = [
            replace(one, end=SharingEnd.WITHDRAWN) if one.id == share_id else one for one in self.shared
        ]

    def _check(self) -> None:
        if self.error is not None:
            raise self.error


@dataclass
class DoubleWorklist:
    """`error` is raised when the plan is asked."""

    page: WorklistPage = field(default_factory=WorklistPage)
    refreshed: int = 0
    referred: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    error: Exception | None = None

    async def read(self) -> WorklistPage:
        return self.page

    async def refresh(self) -> None:
        self.refreshed += 1
        if self.error is not None:
            raise self.error

    async def refer(self, patient_id: str, target: str, why: Sequence[str]) -> str:
        self.referred.append((patient_id, target, tuple(why)))
        return f"ServiceRequest/{len(self.referred)}"

    async def take_back(self, patient_id: str, reference: str) -> None:
        self.taken_back.append(reference)

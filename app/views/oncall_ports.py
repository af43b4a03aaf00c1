"""What the screens of the on-call pack ask of services, by shape."""

from __future__ import annotations

from typing import Protocol

from app.domain.on_call import Head, PackPage, Why
from app.services.oncall import OnCallState


class OnCall(Protocol):
    """The pack of a nurse on duty."""

    async def read(self) -> OnCallState: ...
    async def search(self, sought: str) -> tuple[Head, ...]: ...
    async def open(self, patient_id: str, why: Why) -> PackPage: ...
    async def begin_visit(self, page: PackPage) -> str: ...


class WithOnCall(Protocol):
    """Part of `OpenSession`."""

    @property
    def on_call(self) -> OnCall: ...

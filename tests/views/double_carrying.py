"""In-memory hand-overs with the same doors as the real ones."""

from __future__ import annotations

from app.services.carrying import NAME, Carried, HandOver, Taken

CODE = "YCUAC EOEHI AAAAA AAAAA"


class DoubleCarrying:
    def __init__(self) -> None:
        self.carried = Carried()
        self.open, self.come = False, Taken()
        self.called: list[str] = []
        self.error: Exception | None = None

    async def state(self) -> Carried:
        return self.carried

    async def make_file(self) -> HandOver:
        return HandOver(NAME, b"{}", self.carried.own, self.carried.receipts)

    async def take(self, data: bytes) -> Taken:
        return self.come

    async def listen(self) -> str:
        self.open = True
        return CODE

    async def stop_listening(self) -> None:
        self.open = False

    def look(self) -> tuple[bool, Taken]:
        return self.open, self.come

    async def call(self, code: str) -> Taken:
        if self.error is not None:
            raise self.error
        self.called.append(code)
        return self.come

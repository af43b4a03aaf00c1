"""How people like their screens, as the double of the device keeps it."""

from __future__ import annotations

from dataclasses import replace

from app.domain.look import Look
from app.services.models import UserOnDevice


class DoubleLooks:
    found: list[UserOnDevice]

    def __init__(self) -> None:
        self.kept_looks: list[tuple[str, Look]] = []

    async def keep_look(self, store_id: str, look: Look) -> None:
        self.kept_looks.append((store_id, look))
        self.found = [replace(one, look=look) if one.store_id == store_id else one for one in self.found]

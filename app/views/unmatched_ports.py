"""What screens ask of services about people who are on nobody's list, by shape."""

from __future__ import annotations

from typing import Protocol

from app.domain.unmatched import MatchingPage, NewPerson, Standing


class Unlisted(Protocol):
    """Making somebody for a visit."""

    async def make(self, person: NewPerson) -> str: ...
    async def find_standing(self, patient_id: str) -> Standing | None: ...


class Matching(Protocol):
    """Saying which members they are."""

    async def count(self) -> tuple[int, int]: ...
    async def read(self) -> MatchingPage: ...
    async def look_for(self, person_id: str, name: str) -> MatchingPage: ...
    async def join(self, person_id: str, member_id: str) -> MatchingPage: ...
    async def undo(self, person_id: str) -> MatchingPage: ...


class WithUnmatched(Protocol):
    """Part of `OpenSession`."""

    @property
    def unlisted(self) -> Unlisted: ...
    @property
    def matching(self) -> Matching: ...

"""What a session writes about one person beside her visits: each a record of its own, offline."""

from __future__ import annotations

from app.domain.visit import PersonRef
from app.services.clock import Clock
from app.services.comfort import ComfortLevels
from app.services.declines import Declines
from app.services.going_in import GoingInFacts
from app.services.stays import Stays
from app.services.unmatched import Unlisted
from app.store.engine import Store


class PersonRecords:
    """Part of `OpenSession`."""

    stays: Stays
    going_in: GoingInFacts
    comfort: ComfortLevels
    declines: Declines
    unlisted: Unlisted

    def take_records(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self.stays = Stays(store, me, clock)
        self.going_in = GoingInFacts(store, me, clock)
        self.comfort = ComfortLevels(store, me, clock)
        self.declines = Declines(store, me, clock)
        self.unlisted = Unlisted(store, me, clock)

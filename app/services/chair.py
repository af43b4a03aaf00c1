"""What a session asks of the plan at once, beside the sync passes: the team board, sharing a record, other drafts."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.visit import PersonRef
from app.services.board import Board
from app.services.clock import Clock
from app.services.drafts import Drafts
from app.services.leaves import Leaves
from app.services.mentoring import Mentoring
from app.services.outcomes import Outcomes
from app.services.sharing import SharingRecords
from app.services.twice import Twice
from app.services.unmatched import Matching
from app.services.worklist import Worklist
from app.store.engine import Store
from app.sync.transport import FhirClient


class Chair:
    """Part of `OpenSession`."""

    board: Board
    sharing: SharingRecords
    worklist: Worklist
    outcomes: Outcomes
    mentoring: Mentoring
    leaves: Leaves
    matching: Matching
    drafts: Drafts
    twice: Twice

    def take_chair(
        self, store: Store, client: FhirClient, me: PersonRef, clock: Clock, wake: Callable[[], None]
    ) -> None:
        """`wake` makes the sync loop go."""
        self.board = Board(store, client, me, clock, wake)
        self.sharing = SharingRecords(store, client, me, clock)
        self.worklist = Worklist(store, client, me, clock)
        self.outcomes = Outcomes(store, client, me, clock)
        self.mentoring = Mentoring(store, client, me, clock)
        self.leaves = Leaves(store, client, me, clock, wake)
        self.matching = Matching(store, client, me, clock, wake)
        self.drafts = Drafts(store, client, me, clock)
        self.twice = Twice(store, me, clock)

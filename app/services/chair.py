"""What a session asks of the plan at once, beside the sync passes: the team board, sharing a record, other drafts."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.visit import PersonRef
from app.services.board import Board
from app.services.clock import Clock
from app.services.drafts import Drafts
from app.services.emergency import Emergency
from app.services.leaves import Leaves
from app.services.mentoring import Mentoring
from app.services.oncall import OnCall
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
    emergency: Emergency
    on_call: OnCall
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
        self.emergency = Emergency(store, client, me, clock, wake)
        self.on_call = OnCall(store, me, clock, wake)
        self.matching = Matching(store, client, me, clock, wake)
        self.drafts = Drafts(store, client, me, clock)
        self.twice = Twice(store, me, clock)

    async def close_what_is_over(self) -> None:
        """Before anything is shown: what was open for a time only leaves this device once that is over."""
        await self.emergency.close_what_is_over()
        await self.on_call.drop_if_over()

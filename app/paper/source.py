"""What a paper is made from: the record as it lies on this device, read in one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.care_plan import PlanOfCare
from app.domain.code_status import Statement
from app.domain.conversation import ConversationVersion
from app.domain.on_paper import Paper, may_be_added, stands
from app.domain.patient import FaceSheet
from app.domain.people import PeopleOnRecord
from app.domain.reconciliation import Reconciliation
from app.domain.settings import PlanSettings
from app.domain.visit import Answer


@dataclass(frozen=True, slots=True)
class Source:
    """One person's record. `author` is the nurse who makes the paper, `today` the day that stands on it."""

    sheet: FaceSheet
    author: str
    today: date
    statements: Sequence[Statement] = ()
    people: PeopleOnRecord = field(default_factory=PeopleOnRecord)
    conversation: Sequence[ConversationVersion] = ()
    medicines: Reconciliation | None = None
    """The plan's list beside what visits found in the house; None where it was never gone through."""
    plan: PlanOfCare = field(default_factory=PlanOfCare)
    settings: PlanSettings = field(default_factory=PlanSettings)
    values: Mapping[str, Answer] = field(default_factory=dict)
    """By link id: the newest value of any visit. Read only through `answer`."""
    last_visit_at: datetime | None = None

    def answer(self, paper: Paper, link_id: str) -> Answer | None:
        """The newest answer, where it may stand on this paper by itself."""
        return self.values.get(link_id) if stands(paper, link_id) else None

    def answer_to_add(self, paper: Paper, link_id: str) -> Answer | None:
        """The newest answer, where the nurse may put it on this paper."""
        return self.values.get(link_id) if may_be_added(paper, link_id) else None

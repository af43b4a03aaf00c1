"""A visit for a mentor, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.mentor import MentorAsk, MentorPassage, MentorReading, MentorSection
from app.domain.sharing import NewSharing
from tests.views.double_sharing import LINK
from tests.views.double_world import now

READING = MentorReading(
    "d1",
    ("A person of 75 to 79 years with cancer.", "Please do not try to find out who it is."),
    (
        MentorSection(
            "The course up to this visit",
            (
                "Day 1. Visit in person at home. Of 10: pain 8, dyspnea 2. Phase: unstable.",
                "Day 4. For 4 days in hospital.",
            ),
        ),
        MentorSection("Edmonton Symptom Assessment System", ("Pain: 8, then 3", "Nausea: 2", "Anxiety: 5")),
        MentorSection("Conversation", ("Going to hospital: Only if it helps with comfort",)),
    ),
    (
        MentorPassage("p1", "Conversation: In their own words", "To sit in the garden once more."),
        MentorPassage(
            "p2",
            "Conversation: More about it",
            "Her sister Philippa.",
            "A name from the record stands in it.",
        ),
    ),
)


@dataclass
class DoubleMentoring:
    """`error` is raised by whatever asks the plan."""

    reading: MentorReading = READING
    asked: list[MentorAsk] = field(default_factory=list)
    error: Exception | None = None

    async def read(self, visit_id: str) -> MentorReading:
        if self.error is not None:
            raise self.error
        return self.reading

    async def invite(self, ask: MentorAsk) -> NewSharing:
        if self.error is not None:
            raise self.error
        self.asked.append(ask)
        return NewSharing("m1", LINK, "48291735", now())

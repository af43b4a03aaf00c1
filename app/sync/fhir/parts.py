"""The records that a signed visit makes beside its answers: one encoder a subject, listed here.

The answers (QuestionnaireResponses) are the source of truth; these say the same in the shape that other systems look
for. An encoder is pure and total: it makes its records of any valid visit, none where nothing was said.
"""

from __future__ import annotations

from collections.abc import Callable

from app.domain.visit import Visit
from app.sync.fhir import care_plan, code_status, conversation, medicine_use, people, prescriber, referral
from app.sync.fhir.frame import Json

Encoder = Callable[[Visit], list[Json]]

PARTS: tuple[Encoder, ...] = (
    conversation.encode,
    code_status.encode,
    people.encode,
    medicine_use.encode,
    prescriber.encode,
    care_plan.encode,
    referral.encode,
)
"""In the order in which they are sent."""


def encode_parts(visit: Visit) -> list[Json]:
    return [resource for encode in PARTS for resource in encode(visit)]

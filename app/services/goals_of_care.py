"""Code status, people and conversations of one person, from what is on the device; nothing waits for the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from app.content.acp_codes import acp_code, acp_names
from app.domain import people
from app.domain.code_status import Statement
from app.domain.conversation import ConversationVersion, PlanSaying, has_conversation, newest_first, write_saw
from app.domain.conversation_fields import FORM, SAW
from app.domain.people import PeopleOnRecord
from app.domain.visit import Answer, VisitDraft
from app.store.current import CurrentRecord, list_current
from app.sync.fhir import code_status_read, codes, conversation_read
from app.sync.fhir import people as people_fhir
from app.sync.fhir.acp import Held
from app.sync.fhir.json_text import loads


@dataclass(frozen=True, slots=True)
class ConversationPart:
    """`versions`, newest first, and what other systems recorded of the person's goals and wishes."""

    versions: tuple[ConversationVersion, ...] = ()
    others: tuple[PlanSaying, ...] = ()

    @property
    def saw(self) -> str:
        """What the hidden item holds for somebody who has all this before her."""
        return write_saw(self.versions)


def _needles() -> tuple[str, ...]:
    """Texts one of which stands in every Observation that is read here."""
    found = {acp_code(name).code for name in acp_names()} - {acp_code("yes").code}
    return (*sorted(found), f"{codes.OPTION}{people.WANTS}")


def _held(connection: Connection, patient_id: str, types: Iterable[str], form: str) -> list[Held]:
    """Records of these types. A person has hundreds of Observations and of responses: those of other subjects and
    forms are not even parsed.
    """
    wanted = {"Observation": _needles(), "QuestionnaireResponse": (f"{codes.QUESTIONNAIRE}{form}",)}

    def concerns(record: CurrentRecord) -> bool:
        return record.type not in wanted or any(needle in record.body for needle in wanted[record.type])

    records = list_current(connection, patient_id, *types)
    return [(_load(one), one.pending or one.set_aside) for one in records if concerns(one)]


def _load(record: CurrentRecord) -> dict[str, Any]:
    body = loads(record.body)
    return body if isinstance(body, dict) else {}


def read_code_status(connection: Connection, patient_id: str) -> tuple[Statement, ...]:
    """Every statement on record, superseded ones too; `app.domain.code_status.compose` makes the line of them."""
    return code_status_read.decode(
        _held(connection, patient_id, code_status_read.READ_TYPES, code_status_read.FORM)
    )


def read_people(connection: Connection, patient_id: str) -> PeopleOnRecord:
    held = _held(connection, patient_id, people_fhir.READ_TYPES, people.FORM)
    return people.compose(people_fhir.decode(held), people_fhir.decode_wants(held))


def read_conversation(connection: Connection, patient_id: str) -> ConversationPart:
    held = _held(connection, patient_id, conversation_read.READ_TYPES, FORM)
    versions = newest_first(conversation_read.decode(held))
    return ConversationPart(versions, conversation_read.decode_others(held))


def name_versions_seen(connection: Connection, draft: VisitDraft) -> VisitDraft:
    """A draft that is about to be signed, with the conversation versions that its author had before her.

    The page writes them down when the conversation is first touched; where it did not, what is on the device now
    counts. Where the conversation was taken back, so are they.
    """
    if not has_conversation(draft.answers):
        kept = {link: answer for link, answer in draft.answers.items() if link != SAW}
        return replace(draft, answers=kept) if SAW in draft.answers else draft
    if SAW in draft.answers:
        return draft
    saw = read_conversation(connection, draft.patient_id).saw
    if not saw:
        return draft
    at = max(answer.at for answer in draft.answers.values())
    answers: Mapping[str, Answer] = {**draft.answers, SAW: Answer(at=at, value=saw)}
    return replace(draft, answers=answers)

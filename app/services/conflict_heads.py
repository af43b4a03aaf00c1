"""Two versions on record of one thing, read from what is on the device, and the version that a choice makes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.conversation import newest_first, read_saw, write_saw
from app.domain.conversation_fields import SAW as CONVERSATION_SAW
from app.domain.merging_heads import Subject, TwoHeads, Version, choose
from app.domain.merging_subjects import FORMS, find_conversation, find_entries
from app.domain.reconciliation import SAW
from app.domain.visit import Answer, Entry, PersonRef
from app.services.conflict_models import WHOLE
from app.services.goals_of_care import read_conversation
from app.store import visits
from app.store.current import CurrentRecord, list_current
from app.sync.fhir import codes, json_text
from app.sync.fhir.conversation_read import decode
from app.sync.fhir.heads_read import decode_versions, find_consents, list_withdrawn, needle
from app.sync.fhir.medicines import decode_medicines
from app.sync.fhir.resolution import Resolution
from app.sync.fhir.versions import reference_of

_CONVERSATION = f"{codes.QUESTIONNAIRE}conversation|"
_KEEPS_TIME = (Subject.CODE_STATUS, Subject.MEDICINES)
"""What was seen or found: choosing it later does not make it seen later."""
_CONSENT = "person-consent"


def read_two_heads(connection: Connection, patient_id: str) -> tuple[TwoHeads, ...]:
    """Everything about one person of which two versions stand and differ, offline; most often nothing."""
    responses = list_current(connection, patient_id, "QuestionnaireResponse")
    found: list[TwoHeads] = []
    talks = [one for one in responses if _CONVERSATION in one.body]
    if len(talks) > 1:
        held = [*talks, *list_current(connection, patient_id, "Procedure")]
        versions = newest_first(decode((_parse(one), one.pending or one.set_aside) for one in held))
        talk = find_conversation(versions)
        found += [talk] if talk is not None else []
    for subject in FORMS:
        mine = [one for one in responses if needle(subject) in one.body]
        if len(mine) > 1:
            found += _read_entries(connection, patient_id, subject, mine)
    return tuple(found)


def _read_entries(
    connection: Connection, patient_id: str, subject: Subject, responses: Sequence[CurrentRecord]
) -> tuple[TwoHeads, ...]:
    held = [(_parse(one), one.pending or one.set_aside) for one in responses]
    starts = {row.id: row.began_at for row in visits.list_for_patient(connection, patient_id)}
    versions = decode_versions(subject, held, starts)
    found = find_entries(subject, versions)
    if not found:
        return ()
    standing = _find_standing(connection, patient_id, versions)
    if subject is Subject.MEDICINES:
        orders = [_parse(one) for one in list_current(connection, patient_id, "MedicationRequest")]
        listed = {medicine.reference for medicine in decode_medicines(orders)}
        versions = tuple(one for one in versions if one.about in listed)
    return find_entries(subject, [one for one in versions if one.id in standing])


def _find_standing(connection: Connection, patient_id: str, versions: Sequence[Version]) -> frozenset[str]:
    """Those whose own record is still there and was not withdrawn as a mistake."""
    wanted = {one.id for one in versions}
    types = sorted({own.partition("/")[0] for own in wanted})
    held = list_current(connection, patient_id, *types)
    records = [_parse(one) for one in held if f"{one.type}/{one.id}" in wanted]
    return frozenset(map(reference_of, records)) - list_withdrawn(records)


def make_resolution(
    connection: Connection,
    patient_id: str,
    found: TwoHeads,
    choices: Mapping[str, int],
    me: PersonRef,
    now: datetime,
) -> Resolution:
    """The version that follows all sides. Raises ValueError for missing or impossible choices, RecordError for words
    that are too long together.
    """
    answers = choose(found, choices, now)
    own_id = str(uuid.uuid4())
    if found.subject is Subject.CONVERSATION:
        versions = read_conversation(connection, patient_id).versions
        saw = write_saw(versions)
        answers[CONVERSATION_SAW] = Answer(now, value=saw)
        return Resolution(own_id, patient_id, found.subject, me, now, now, me, read_saw(answers)[0], answers)
    names = tuple(dict.fromkeys(name for side in found.sides for name in side.names))
    as_of, said_by, about = now, me, " ".join(names)
    if found.subject in _KEEPS_TIME:
        side = found.sides[choices[WHOLE]]
        as_of, said_by = side.at, PersonRef("", side.said_by) if side.said_by else side.author
    else:
        answers = {link_id: replace(answer, at=now) for link_id, answer in answers.items()}
    if found.subject is Subject.MEDICINES:
        about = found.sides[0].about or ""
        answers[SAW] = Answer(as_of, value=" ".join(names))
    if found.subject is Subject.PEOPLE:
        answers |= _consents(connection, patient_id, names, now)
    entry = Entry(str(uuid.uuid4()), answers, about)
    return Resolution(own_id, patient_id, found.subject, me, now, as_of, said_by, names, {}, entry)


def _consents(
    connection: Connection, patient_id: str, names: Sequence[str], now: datetime
) -> dict[str, Answer]:
    records = [_parse(one) for one in list_current(connection, patient_id, "Consent")]
    named = " ".join(find_consents(records, names))
    return {_CONSENT: Answer(now, value=named)} if named else {}


def _parse(record: CurrentRecord) -> Any:
    try:
        return json_text.loads(record.body)
    except json_text.BadJson:
        return None

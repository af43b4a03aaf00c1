"""An addendum as it is written down: what was typed, and answers of the visit that should read otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from app.domain.addendum import Addendum, Correction
from app.domain.correcting import in_record_words
from app.domain.visit import LONGEST_NOTE, Visit
from app.errors import RecordError
from app.language import tr
from app.services.alert_corrections import check_corrected
from app.store.records import NewChange
from app.sync.fhir import json_text
from app.sync.fhir.addendum import encode_addendum


def write_down(
    connection: Connection, visit: Visit, typed: Addendum, corrections: Sequence[Correction]
) -> NewChange:
    """The record of an addendum, for who calls to store. An alert that the corrections raise is stored here, in a
    write of its own, and so leaves ahead of it.

    Raises RecordError for a text that is too long.
    """
    right = tuple(in_record_words(one, visit.answers.get(one.link_id)) for one in corrections)
    text = "\n".join([*([typed.text] if typed.text else []), *(one.sentence for one in right)])
    if len(text) > LONGEST_NOTE:
        raise RecordError(tr("Please keep it under {number} letters.", number=LONGEST_NOTE))
    if right:
        right = check_corrected(connection, visit, right, typed.at, typed.author)
    whole = replace(typed, text=text, corrections=right)
    document = encode_addendum(whole, visit.patient_id, has_note=bool(visit.note))
    return NewChange("DocumentReference", typed.id, json_text.dumps(document))

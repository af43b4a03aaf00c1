"""Visits between row and domain, and the two places where a whole visit row is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.content import load
from app.domain.visit import (
    Answer,
    AnsweredBy,
    Modality,
    PersonRef,
    Setting,
    Visit,
    VisitDraft,
    VisitStatus,
)
from app.errors import NotFound
from app.store import tables, unfinished
from app.store.answer_rows import Answers, Entries, replace_all
from app.store.quick import Quick
from app.store.times import at_offset, offset_of, to_text
from app.store.visit_more import NOTHING_MORE, More, more_of, put_more

ESAS_R = "esas-r"
"""The scale that lists and the log know visits by."""
OWN = "own"
PULLED = "pulled"

visit_table = tables.table_of(tables.Visit)
_SIGNED = (
    *("patient_id", "status", "nurse_reference", "nurse_name", "modality", "setting", "answered_by", "note"),
    *("began_at", "began_offset", "left_at", "left_offset", "signed_at", "signed_offset"),
    *("clock_offset_ms", "highest_score", "written_afterwards"),
)
"""What `signed_values` says."""
_SIGN = Quick(
    update(visit_table)
    .where(visit_table.c.id == bindparam("of_visit"), visit_table.c.status == VisitStatus.DRAFT.value)
    .values({name: bindparam(f"new_{name}") for name in _SIGNED})
)


def draft_values(draft: VisitDraft, content_version: str) -> dict[str, Any]:
    """The row of a new draft."""
    return {
        "id": draft.id,
        "patient_id": draft.patient_id,
        "status": VisitStatus.DRAFT.value,
        "origin": OWN,
        "nurse_reference": draft.nurse.reference,
        "nurse_name": draft.nurse.name,
        "modality": draft.modality.value,
        "setting": draft.setting.value,
        **moment("began", draft.began_at),
        **moment("left", draft.left_at),
        "answered_by": None if draft.answered_by is None else draft.answered_by.value,
        "note": draft.note,
        "content_version": content_version,
        "arriving": False,
        "written_afterwards": draft.written_afterwards,
    }


def signed_values(visit: Visit) -> dict[str, Any]:
    """What a signed visit says, own or pulled; id, origin, content version and `arriving` are the caller's."""
    return {
        "patient_id": visit.patient_id,
        "status": VisitStatus.SIGNED.value,
        "nurse_reference": visit.nurse.reference,
        "nurse_name": visit.nurse.name,
        "modality": visit.modality.value,
        "setting": visit.setting.value,
        **moment("began", visit.began_at),
        **moment("left", visit.left_at),
        **moment("signed", visit.signed_at),
        "answered_by": None if visit.answered_by is None else visit.answered_by.value,
        "note": visit.note,
        "clock_offset_ms": visit.clock_offset_ms,
        "highest_score": find_highest(visit.answers),
        "written_afterwards": visit.written_afterwards,
    }


def find_highest(answers: Mapping[str, Answer]) -> int | None:
    """The highest number given to any ESAS-r item, later measurements among them; None without any."""
    own = [answers[item.link_id] for item in load()[ESAS_R].items if item.link_id in answers]
    values = [value for answer in own for value in (answer.value, *(one.value for one in answer.again))]
    return max((value for value in values if isinstance(value, int)), default=None)


def moment(name: str, at: datetime | None) -> dict[str, Any]:
    """The two columns of a time: UTC text, and the offset of the clock that gave it."""
    return {
        f"{name}_at": None if at is None else to_text(at),
        f"{name}_offset": None if at is None else offset_of(at),
    }


def find_moment(text: str | None, offset: int | None) -> datetime | None:
    """A time from its two columns."""
    return None if text is None else at_offset(text, offset)


def sign_draft(connection: Connection, visit: Visit) -> None:
    """Raises NotFound unless `visit.id` is a draft here. Answers are written again: what was signed is what is kept."""
    values = {f"new_{name}": value for name, value in signed_values(visit).items()}
    if _SIGN.run(connection, values | {"of_visit": visit.id}) != 1:
        raise NotFound(detail="no such draft")
    replace_all(connection, visit.id, visit.answers, visit.entries)
    unfinished.remove(connection, visit.id)
    put_more(connection, visit.id, more_of(visit))


def put_signed(
    connection: Connection, visit: Visit, *, origin: str, content_version: str, arriving: bool
) -> None:
    """Store or replace a signed visit with its answers."""
    values = signed_values(visit) | {
        "id": visit.id,
        "origin": origin,
        "content_version": content_version,
        "arriving": arriving,
    }
    statement = upsert(visit_table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    replace_all(connection, visit.id, visit.answers, visit.entries)
    put_more(connection, visit.id, more_of(visit))


def to_draft(
    row: Any,
    answers: Answers,
    entries: Entries,
    texts: Mapping[str, str],
    stars: tuple[str, ...] = (),
    more: More = NOTHING_MORE,
) -> VisitDraft:
    return VisitDraft(
        id=row.id,
        patient_id=row.patient_id,
        nurse=PersonRef(row.nurse_reference, row.nurse_name),
        modality=Modality(row.modality),
        setting=Setting(row.setting),
        began_at=at_offset(row.began_at, row.began_offset),
        left_at=find_moment(row.left_at, row.left_offset),
        answered_by=None if row.answered_by is None else AnsweredBy(row.answered_by),
        note=row.note,
        answers=answers,
        entries=entries,
        written_afterwards=row.written_afterwards,
        unfinished=texts,
        stars=stars,
        draft_of=more.draft_of,
        from_paper=more.from_paper,
    )


def to_signed(row: Any, answers: Answers, entries: Entries, more: More = NOTHING_MORE) -> Visit:
    return Visit(
        id=row.id,
        patient_id=row.patient_id,
        nurse=PersonRef(row.nurse_reference, row.nurse_name),
        modality=Modality(row.modality),
        setting=Setting(row.setting),
        began_at=at_offset(row.began_at, row.began_offset),
        left_at=at_offset(row.left_at, row.left_offset),
        signed_at=at_offset(row.signed_at, row.signed_offset),
        answered_by=None if row.answered_by is None else AnsweredBy(row.answered_by),
        note=row.note,
        answers=answers,
        clock_offset_ms=row.clock_offset_ms,
        entries=entries,
        written_afterwards=row.written_afterwards,
        draft_of=more.draft_of,
        from_paper=more.from_paper,
    )

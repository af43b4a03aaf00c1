"""Drafts tap by tap, signed visits, pulled visits, and the lists over them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection
from store_builders import ANA, NOON, answer, make_changes, make_draft, make_patient, make_visit

from app.domain import visit as domain
from app.domain.visit import Absent, Answer, AnsweredBy, Modality, PersonRef, Setting, VisitStatus
from app.errors import NotFound
from app.store import outbox, patients, records, visits
from app.store.engine import Store
from app.store.outbox import NewReceipt
from app.store.times import at_offset, from_text, offset_of, to_text

BEN = PersonRef("Practitioner/ben", "Ben Okafor, RN")


def receive(connection: Connection, visit_id: str, at: str = "2026-03-02T14:02:00.000Z") -> None:
    """The plan's answer for everything of a visit."""
    (group,) = [one for one in outbox.pending(connection) if one.group_id == visit_id]
    outbox.cut_write(connection, f"write-{visit_id}", [one.seq for one in group.changes], "{}", NOON)
    outbox.mark_attempted(connection, f"write-{visit_id}", NOON)
    receipts = [NewReceipt(one.type, one.id, "v1", at, at) for one in group.changes]
    assert outbox.settle(connection, f"write-{visit_id}", receipts)


async def test_every_tap_of_a_draft_comes_back(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(4)))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(7)))
    declined = Answer(at=NOON, absent=Absent.DECLINED)
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-anxiety", declined))
    other = Answer(at=NOON, value=3, name="itch")
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-other", other))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-nausea", answer(1)))
    await store.write(lambda c: visits.clear_answer(c, "visit-1", "esas-nausea"))
    await store.write(lambda c: visits.clear_answer(c, "visit-1", "esas-nausea"))
    await store.write(lambda c: visits.set_note(c, "visit-1", "Señora, “ok”"))
    await store.write(lambda c: visits.set_answered_by(c, "visit-1", AnsweredBy.FAMILY))
    await store.write(lambda c: visits.set_where(c, "visit-1", Modality.VIDEO, Setting.NURSING_HOME_LONG))
    await store.write(lambda c: visits.leave(c, "visit-1", NOON + timedelta(minutes=30)))
    await store.write(lambda c: visits.leave(c, "visit-1", NOON + timedelta(minutes=50)))
    draft = await store.read(lambda c: visits.read_draft(c, "visit-1"))
    assert draft == domain.VisitDraft(
        id="visit-1",
        patient_id="patient-1",
        nurse=ANA,
        modality=Modality.VIDEO,
        setting=Setting.NURSING_HOME_LONG,
        began_at=NOON,
        left_at=NOON + timedelta(minutes=30),
        answered_by=AnsweredBy.FAMILY,
        note="Señora, “ok”",
        answers={"esas-pain": answer(7), "esas-anxiety": declined, "esas-other": other},
    )
    await store.write(lambda c: visits.undo_leave(c, "visit-1"))
    assert (await store.read(lambda c: visits.read_draft(c, "visit-1"))).left_at is None


async def test_drafts_are_kept_apart_by_visit_f30(store: Store) -> None:
    for id in ("visit-1", "visit-2"):
        await store.write(lambda c, id=id: visits.begin(c, make_draft(id), "1"))
    await store.write(lambda c: visits.put_answer(c, "visit-2", "esas-pain", answer(9)))
    assert (await store.read(lambda c: visits.read_draft(c, "visit-1"))).answers == {}


async def test_nothing_can_be_tapped_into_a_visit_that_is_not_a_draft(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.write(lambda c: records.save_signed(c, make_visit(), make_changes()))
    taps = (
        lambda c, id: visits.put_answer(c, id, "esas-pain", answer(1)),
        lambda c, id: visits.clear_answer(c, id, "esas-drowsiness"),
        lambda c, id: visits.set_note(c, id, "x"),
        lambda c, id: visits.set_answered_by(c, id, None),
        lambda c, id: visits.set_where(c, id, Modality.VIDEO, Setting.HOME),
        lambda c, id: visits.leave(c, id, NOON),
        lambda c, id: visits.undo_leave(c, id),
        lambda c, id: visits.read_draft(c, id),
        lambda c, id: records.save_signed(c, make_visit(id), make_changes(id)),
    )
    for tap in taps:
        for id in ("visit-1", "no-such-visit"):
            with pytest.raises(NotFound):
                await store.write(lambda c, tap=tap, id=id: tap(c, id))
    assert await store.read(lambda c: visits.read_signed(c, "visit-1")) == make_visit()
    assert (await store.read(outbox.count)).changes == 2


async def test_only_an_empty_draft_can_be_discarded(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(1)))
    assert not await store.write(lambda c: visits.discard(c, "visit-1"))
    await store.write(lambda c: visits.clear_answer(c, "visit-1", "esas-pain"))
    await store.write(lambda c: visits.set_note(c, "visit-1", "x"))
    assert not await store.write(lambda c: visits.discard(c, "visit-1"))
    await store.write(lambda c: visits.set_note(c, "visit-1", ""))
    assert await store.write(lambda c: visits.discard(c, "visit-1"))
    assert await store.read(visits.list_drafts) == ()


async def test_signing_writes_record_and_outbox_together_or_not_at_all(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    with pytest.raises(ValueError, match="goes to the plan"):
        await store.write(lambda c: records.save_signed(c, make_visit(), []))
    assert (await store.read(lambda c: visits.get_row(c, "visit-1"))).status is VisitStatus.DRAFT
    seqs = await store.write(lambda c: records.save_signed(c, make_visit(), make_changes()))
    assert list(seqs) == sorted(seqs)
    (group,) = await store.read(outbox.pending)
    assert [one.payload for one in group.changes] == [one.payload for one in make_changes()]
    row = await store.read(lambda c: visits.get_row(c, "visit-1"))
    assert (row.status, row.origin, row.highest_score, row.arriving) == (VisitStatus.SIGNED, "own", 7, False)


async def test_times_come_back_with_the_offset_of_the_clock_that_gave_them(store: Store) -> None:
    summer = timezone(timedelta(hours=-7))
    began = datetime(2026, 6, 1, 23, 30, tzinfo=summer)
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    visit = make_visit(began_at=began)
    await store.write(lambda c: records.save_signed(c, visit, make_changes()))
    kept = await store.read(lambda c: visits.read_signed(c, "visit-1"))
    assert kept == visit
    assert [at.isoformat() for at in (kept.began_at, kept.signed_at)] == [
        "2026-06-01T23:30:00-07:00",
        "2026-06-02T00:25:00-07:00",
    ]


def test_time_text_sorts_as_time_and_needs_an_offset() -> None:
    early = datetime(2026, 3, 1, 23, 0, tzinfo=timezone(timedelta(hours=-8)))
    late = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert to_text(early) < to_text(late)
    assert from_text("2026-03-02T07:00:00Z") == early
    assert at_offset(to_text(early), offset_of(early)).isoformat() == early.isoformat()
    naive = late.replace(tzinfo=None)
    for refuse in (
        lambda: to_text(naive),
        lambda: from_text("2026-03-02T07:00:00"),
        lambda: offset_of(naive),
    ):
        with pytest.raises(ValueError, match="offset"):
            refuse()


async def test_a_pulled_visit_never_overwrites_a_draft_or_unsent_work(store: Store) -> None:
    theirs = make_visit(note="from the plan", answers={})

    def pull(connection: Connection, arriving: bool = False) -> bool:
        return visits.save_pulled(connection, theirs, arriving=arriving, content_version="1")

    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(7)))
    assert not await store.write(pull)
    await store.write(lambda c: records.save_signed(c, make_visit(), make_changes()))
    assert not await store.write(pull)
    await store.write(lambda c: receive(c, "visit-1"))
    assert not await store.write(lambda c: pull(c, arriving=True))
    assert await store.read(lambda c: visits.read_signed(c, "visit-1")) == make_visit()
    assert await store.write(pull)
    assert await store.read(lambda c: visits.read_signed(c, "visit-1")) == theirs
    assert (await store.read(lambda c: visits.get_row(c, "visit-1"))).origin == "own"


async def test_a_colleagues_visit_arrives_in_parts_and_then_whole(store: Store) -> None:
    theirs = make_visit(nurse=BEN)
    for arriving in (True, False):
        assert await store.write(
            lambda c, arriving=arriving: visits.save_pulled(c, theirs, arriving=arriving, content_version="1")
        )
        row = await store.read(lambda c: visits.get_row(c, "visit-1"))
        assert (row.origin, row.arriving, row.nurse_name) == ("pulled", arriving, "Ben Okafor, RN")
    assert await store.read(lambda c: visits.read_signed(c, "visit-1")) == theirs


async def test_lists_say_what_today_needs(store: Store) -> None:
    def fill(c: Connection) -> None:
        patients.upsert(c, make_patient())
        for n in range(4):
            began = NOON + timedelta(days=n)
            visits.begin(c, make_draft(f"visit-{n}"), "1")
            if n < 3:
                records.save_signed(c, make_visit(f"visit-{n}", began_at=began), make_changes(f"visit-{n}"))
        receive(c, "visit-0", "2026-03-05T09:00:00Z")

    await store.write(fill)
    assert [row.id for row in await store.read(visits.list_drafts)] == ["visit-3"]
    assert await store.read(lambda c: visits.find_draft(c, "patient-1")) == "visit-3"
    assert await store.read(lambda c: visits.find_draft(c, "patient-2")) is None
    assert await store.read(visits.list_drafted) == {"patient-1"}
    unsent = await store.read(visits.list_unsent)
    assert [row.id for row in unsent] == ["visit-1", "visit-2"]
    assert unsent[0].patient_name == "María José Núñez-O'Brien"
    history = await store.read(lambda c: visits.list_for_patient(c, "patient-1"))
    assert [row.id for row in history] == ["visit-2", "visit-1", "visit-0"]
    midnight = datetime(2026, 3, 5, tzinfo=UTC)
    assert [row.id for row in await store.read(lambda c: visits.list_received_since(c, midnight))] == [
        "visit-0"
    ]
    later = midnight + timedelta(hours=10)
    assert await store.read(lambda c: visits.list_received_since(c, later)) == ()
    before = NOON + timedelta(days=2)
    assert await store.read(lambda c: visits.last_visit_at(c, "patient-1", before)) == NOON + timedelta(
        days=1
    )
    assert (await store.read(lambda c: visits.last_values(c, "patient-1", before)))["esas-pain"] == answer(7)
    assert await store.read(lambda c: visits.last_visit_at(c, "patient-1", NOON)) is None
    assert await store.read(lambda c: visits.last_values(c, "patient-1", NOON)) == {}


async def test_a_visit_that_is_not_here_is_said(store: Store) -> None:
    for read in (visits.get_row, visits.read_signed, visits.read_draft):
        with pytest.raises(NotFound):
            await store.read(lambda c, read=read: read(c, "nowhere"))

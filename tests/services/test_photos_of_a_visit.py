"""Photos and signatures in a draft: kept as they are taken, taken away and brought back, frozen at signing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.domain.attachment import MOST_IN_A_VISIT, AttachmentKind
from app.domain.visit import AnsweredBy, Modality, Setting
from app.errors import NotFound, RecordError
from app.services.attachments import Attachments, NotHereYet
from app.services.visits import Visits
from app.store import attachment_sending, attachments, outbox
from app.store.engine import Store, open_store
from app.store.outbox_rows import change
from app.store.tables import AuditEvent, table_of
from app.sync.transport import FhirClient
from tests.services.conftest import ANA, NOBODY_THERE, SteppingClock
from tests.support.photos import jpeg

STROKES = [[(0.1, 0.1), (0.2, 0.2), (0.3, 0.1)], [(0.5, 0.2), (0.6, 0.2)]]


@pytest.fixture
async def photos(store: Store, clock: SteppingClock) -> AsyncIterator[Attachments]:
    async with FhirClient(NOBODY_THERE) as client:
        yield Attachments(store, client, ANA, clock)


async def begin(visits: Visits) -> tuple[str, str]:
    """A visit with a wound whose photo was agreed to; returns both ids."""
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=2)
    wound = await visits.add_entry(visit_id, "wounds")
    await visits.answer(visit_id, "wound-photo", value="taken", entry=wound)
    return visit_id, wound


async def sign(visits: Visits, visit_id: str) -> None:
    await visits.leave(visit_id)
    await visits.sign(visit_id)


async def payloads(store: Store) -> dict[tuple[str, str], dict[str, object]]:
    """What lies in the outbox of priority 90, by (type, group)."""
    rows = await store.read(lambda c: c.execute(change.select().where(change.c.priority == 90)).all())
    return {(row.type, row.group_id): json.loads(row.payload) | {"_refs": row.refs} for row in rows}


async def test_a_photo_is_there_at_once_and_after_the_app_was_killed(
    visits: Visits, photos: Attachments, store: Store, tmp_path: Path
) -> None:
    visit_id, wound = await begin(visits)
    photo = await photos.add_picture(visit_id, "wound-photo", jpeg(), entry=wound)
    (line,) = await photos.list_draft(visit_id)
    assert (line.id, line.kind, line.entry) == (photo, AttachmentKind.WOUND, wound)
    assert line.thumbnail is not None
    assert line.counts
    assert not line.waits
    seen = await photos.open(photo)
    await store.close()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"JFIF" not in file.read_bytes(), file.name
    again = await open_store(store.path, bytes(range(32)), store_id="s1")
    try:
        assert await again.read(lambda c: attachments.find_body(c, photo)) == seen
    finally:
        await again.close()


async def test_without_the_answer_that_allows_it_no_photo_is_kept(
    visits: Visits, photos: Attachments
) -> None:
    visit_id, wound = await begin(visits)
    for wrong in ("not-wanted", "not-needed"):
        await visits.answer(visit_id, "wound-photo", value=wrong, entry=wound)
        with pytest.raises(RecordError, match="question"):
            await photos.add_picture(visit_id, "wound-photo", jpeg(), entry=wound)
    with pytest.raises(RecordError):
        await photos.add_picture(visit_id, "esas-pain", jpeg())
    with pytest.raises(RecordError):
        await photos.add_picture(visit_id, "wound-photo", jpeg(), entry="another")
    with pytest.raises(NotFound):
        await photos.add_picture("no-visit", "wound-photo", jpeg(), entry=wound)
    assert await photos.list_draft(visit_id) == ()


async def test_signing_queues_the_file_and_its_document_behind_the_visit(
    visits: Visits, photos: Attachments, store: Store
) -> None:
    visit_id, wound = await begin(visits)
    photo = await photos.add_picture(visit_id, "wound-photo", jpeg(), entry=wound)
    signature = await photos.add_signature(visit_id, STROKES, "Rosa Colón agrees")
    await sign(visits, visit_id)
    queued = await payloads(store)
    assert {kind for kind, _ in queued} == {"Binary", "DocumentReference"}
    binary, document = queued["Binary", photo], queued["DocumentReference", photo]
    assert "data" not in binary
    assert binary["securityContext"] == {"reference": "Patient/p1"}
    assert f"Binary/{binary['id']}" in str(document["_refs"]).split()
    assert f"Encounter/{visit_id}" in str(document["_refs"]).split()
    held = document["content"][0]["attachment"]  # type: ignore[index]  # FHIR JSON
    body = await photos.open(photo)
    assert (held["size"], held["contentType"]) == (len(body), "image/jpeg")
    assert queued["DocumentReference", signature]["description"] == "Rosa Colón agrees"
    groups = await store.read(outbox.pending)
    assert not [one for group in groups for one in group.changes if one.type == "Binary"]
    visit = [one.payload for group in groups for one in group.changes if group.group_id == visit_id]
    assert visit
    assert not [payload for payload in visit if photo in payload or str(binary["id"]) in payload]
    reading = await visits.read(visit_id)
    assert [line.waits for line in reading.attachments] == [True, True]
    assert reading.summary.status.photos_waiting == 2


async def test_what_was_taken_away_comes_back_until_the_visit_is_signed(
    visits: Visits, photos: Attachments, store: Store
) -> None:
    visit_id, wound = await begin(visits)
    kept = await photos.add_picture(visit_id, "wound-photo", jpeg(), entry=wound)
    away = await photos.add_picture(visit_id, "wound-photo", jpeg(300, 200), entry=wound)
    await photos.remove(visit_id, kept)
    await photos.bring_back(visit_id, kept)
    await photos.remove(visit_id, away)
    assert [line.removed for line in await photos.list_draft(visit_id)] == [False, True]
    await sign(visits, visit_id)
    assert [line.id for line in (await visits.read(visit_id)).attachments] == [kept]
    assert await store.read(lambda c: attachments.find(c, away)) is None
    assert {group for _, group in await payloads(store)} == {kept}
    with pytest.raises(NotFound):
        await photos.remove(visit_id, kept)


async def test_a_photo_goes_only_with_consent_as_the_answer_stands_at_signing(
    visits: Visits, photos: Attachments, store: Store
) -> None:
    visit_id, wound = await begin(visits)
    await photos.add_picture(visit_id, "wound-photo", jpeg(), entry=wound)
    await visits.answer(visit_id, "wound-photo", value="not-wanted", entry=wound)
    assert [line.counts for line in await photos.list_draft(visit_id)] == [False]
    await sign(visits, visit_id)
    assert await payloads(store) == {}
    assert (await visits.read(visit_id)).attachments == ()


async def test_photos_of_an_entry_go_and_come_back_with_it(visits: Visits, photos: Attachments) -> None:
    visit_id, wound = await begin(visits)
    photo = await photos.add_picture(visit_id, "wound-photo", jpeg(), entry=wound)
    await visits.remove_entry(visit_id, wound)
    assert [line.counts for line in await photos.list_draft(visit_id)] == [False]
    new = await visits.add_entry(visit_id, "wounds", answers={"wound-photo": "taken"})
    await photos.move_entry(visit_id, wound, new)
    (line,) = await photos.list_draft(visit_id)
    assert (line.id, line.entry, line.counts) == (photo, new, True)


async def test_a_visit_with_a_photo_is_not_dropped_as_empty(visits: Visits, photos: Attachments) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    signature = await photos.add_signature(visit_id, STROKES, "Rosa Colón")
    assert not await visits.discard(visit_id)
    await photos.remove(visit_id, signature)
    assert await visits.discard(visit_id)


async def test_a_visit_holds_so_many_photos_and_no_more(
    visits: Visits, photos: Attachments, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit_id, wound = await begin(visits)
    for _ in range(MOST_IN_A_VISIT):
        await photos.add_picture(visit_id, "wound-photo", jpeg(64, 64), entry=wound)
    with pytest.raises(RecordError, match="at most"):
        await photos.add_picture(visit_id, "wound-photo", jpeg(64, 64), entry=wound)


async def test_a_signature_says_who_signs(visits: Visits, photos: Attachments) -> None:
    visit_id, _ = await begin(visits)
    for title in ("", "  \n ", "x" * 200):
        with pytest.raises(RecordError):
            await photos.add_signature(visit_id, STROKES, title)


async def test_a_refused_visit_that_is_opened_again_takes_its_documents_along(
    visits: Visits, photos: Attachments, store: Store
) -> None:
    visit_id, wound = await begin(visits)
    photo = await photos.add_picture(visit_id, "wound-photo", jpeg(), entry=wound)
    await sign(visits, visit_id)
    (file,) = await store.read(lambda c: attachment_sending.list_to_send(c, None))
    await store.write(lambda c: attachment_sending.mark_attempted(c, photo))
    await store.write(lambda c: attachment_sending.take_back(c, visit_id))
    assert {kind for kind, _ in await payloads(store)} == {"Binary"}
    await store.write(
        lambda c: attachment_sending.queue(c, file.attachment, "{}", "{}", file.attachment.taken_at)
    )
    assert {kind for kind, _ in await payloads(store)} == {"Binary", "DocumentReference"}


async def test_taking_and_opening_is_in_the_audit_log_without_its_words(
    visits: Visits, photos: Attachments, store: Store
) -> None:
    visit_id, _ = await begin(visits)
    signature = await photos.add_signature(visit_id, STROKES, "Rosa Colón agrees")
    await photos.open(signature)
    events = table_of(AuditEvent)
    rows = await store.read(lambda c: c.execute(events.select()).all())
    about = [(row.action, row.subject) for row in rows if row.subject == f"DocumentReference/{signature}"]
    assert [action for action, _ in about] == ["photo", "read"]
    assert not any("Rosa" in str(row) for row in rows)


async def test_what_is_not_here_says_so_without_a_network(photos: Attachments) -> None:
    with pytest.raises(NotFound):
        await photos.open("unknown")
    assert str(NotHereYet()).startswith("Not on this tablet yet")

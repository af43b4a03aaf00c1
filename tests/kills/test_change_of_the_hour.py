"""F24 where the hour changes: a visit keeps its length, and a list's day is as long as the day was."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from app.domain.visit import AnsweredBy, Modality, PersonRef, Setting
from app.services.team import start_of
from app.services.visits import Visits
from app.store import patients, visits
from app.store.engine import Store, create_store
from app.store.log_query import LogQuery
from app.store.log_rows import log
from app.sync.fhir import json_text
from app.sync.fhir.visit import encode_visit
from tests.kills.backend import KEY, STORE_ID
from tests.store.store_builders import make_patient

PACIFIC = ZoneInfo("America/Los_Angeles")
DAY = timedelta(days=1)


class Hands:
    """A clock on the wall in Los Angeles that a test moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at.astimezone(PACIFIC)

    def pass_by(self, **time_passed: int) -> None:
        self.at += timedelta(**time_passed)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await create_store(tmp_path / "store.db", KEY, store_id=STORE_ID)
    await opened.write(lambda c: patients.upsert(c, make_patient("p1")))
    yield opened
    await opened.close()


CHANGES = {
    "the hour that comes twice": (datetime(2026, 11, 1, 8, 40, tzinfo=UTC), (-420, -480)),
    "the hour that is left out": (datetime(2027, 3, 14, 9, 40, tzinfo=UTC), (-480, -420)),
}


@pytest.mark.parametrize(("began_at", "offsets"), CHANGES.values(), ids=list(CHANGES))
async def test_f24_a_visit_across_a_change_of_the_hour_keeps_its_length(
    store: Store, began_at: datetime, offsets: tuple[int, int]
) -> None:
    """Begun at 1:40 by one clock and left 40 minutes later by the other: it ends after it began."""
    clock = Hands(began_at)
    service = Visits(store, PersonRef("Practitioner/ana", "Ana Ruiz, RN"), clock)
    visit_id = await service.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await service.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await service.answer(visit_id, "esas-pain", value=3)
    clock.pass_by(minutes=40)
    await service.leave(visit_id)
    clock.pass_by(minutes=5)
    await service.sign(visit_id)
    visit = await store.read(lambda c: visits.read_signed(c, visit_id))
    assert visit.left_at - visit.began_at == timedelta(minutes=40)
    assert visit.signed_at - visit.left_at == timedelta(minutes=5)
    found = [at.utcoffset() for at in (visit.began_at, visit.left_at)]
    assert found == [timedelta(minutes=one) for one in offsets], "each time as that clock showed it"
    encounter = next(json_text.loads(p.body) for p in encode_visit(visit) if p.type == "Encounter")
    sent = [datetime.fromisoformat(encounter["period"][name]) for name in ("start", "end")]
    assert sent == [visit.began_at, visit.left_at]
    assert [at.utcoffset() for at in sent] == found


@pytest.fixture
def los_angeles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/Los_Angeles")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 11, 1), 25), (date(2027, 3, 14), 23), (date(2026, 7, 1), 24)]
)
async def test_f24_a_day_of_a_list_is_as_long_as_the_day_was(
    store: Store, los_angeles: None, day: date, hours: int
) -> None:
    """A visit in the last hour of a day that has 25 belongs to that day, and to it alone."""
    begin, end = start_of(day), start_of(day + DAY)
    assert end - begin == timedelta(hours=hours)
    clock = Hands(end - timedelta(minutes=50))
    service = Visits(store, PersonRef("Practitioner/ana", "Ana Ruiz, RN"), clock)
    visit_id = await service.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await service.set_note(visit_id, "Late.")
    clock.pass_by(minutes=20)
    await service.leave(visit_id)
    await service.sign(visit_id)
    days = {one: await store.read(partial(list_day, day=one)) for one in (day - DAY, day, day + DAY)}
    assert days == {day - DAY: [], day: [visit_id], day + DAY: []}


def list_day(connection: Connection, day: date) -> list[str]:
    query = LogQuery(from_at=start_of(day), to_at=start_of(day + DAY))
    return [row.id for row in log(connection, query)]

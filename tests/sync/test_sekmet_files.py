"""Files against a FHIR server that we did not write: it takes no bare bytes and ignores If-None-Match."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.domain.visit import PersonRef
from tests.support.field import Person
from tests.support.photo_visits import Photographer
from tests.support.photos import jpeg
from tests.support.relay import DROP_ANSWER, Once, Relay
from tests.support.sekmet import Sekmet, start_sekmet
from tests.sync.test_sekmet import admit, get, make

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def sekmet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sekmet]:
    with start_sekmet(tmp_path_factory.mktemp("sekmet-files")) as server:
        yield server


async def test_a_photo_arrives_once_although_its_answer_was_lost_and_another_device_opens_it(
    tmp_path: Path, sekmet: Sekmet
) -> None:
    person = Person("ana", "Ana Ruiz, RN", str(uuid4()), str(uuid4()), "nurse")
    patient_id = admit(sekmet, person)
    me = PersonRef(person.reference, person.name)
    async with Relay(sekmet.base_url.removesuffix("/fhir")) as relay:
        hers = await make(tmp_path, sekmet, person, relay.url)
        other = await make(tmp_path, sekmet, person)
        try:
            assert (await hers.sync()).outcome == "ok"
            ana = Photographer(hers.store, hers.client, me)
            visit_id, (photo,) = await ana.visit(patient_id, jpeg(1000, 800, noise=True))
            relay.judge = Once(DROP_ANSWER, lambda r: r.method == "PUT" and "/Binary/" in r.path)
            await hers.sync()
            assert relay.fired[DROP_ANSWER.name] == 1
            await hers.store.write(
                lambda c: c.exec_driver_sql("UPDATE attachment SET retry_at = NULL")
            )  # its pause is over
            for _ in range(2):
                report = await hers.sync()
                assert report.outcome == "ok", report
            line = await ana.line(visit_id)
            assert line.received_at is not None, (line.refused, line.problem)
            binary = get(sekmet, f"DocumentReference/{photo}")["content"][0]["attachment"]["url"]
            assert get(sekmet, binary)["meta"]["versionId"] == "1"
            for _ in range(3):
                await other.sync()
            there = Photographer(other.store, other.client, me)
            assert await there.photos.open(photo) == await ana.photos.open(photo)
        finally:
            await hers.close()
            await other.close()

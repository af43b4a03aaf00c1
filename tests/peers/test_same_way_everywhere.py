"""The same end-to-end run on every server: visits signed offline, an answer lost, an alert first, a colleague's edit,
a second device that ends the same; and on the server each write once.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from app.content.rules import Level
from app.domain.alert import AlertState
from app.domain.visit import PersonRef, Visit
from app.errors import NotFound
from app.services import alert_writes
from app.store import alerts, outbox, visits
from app.sync import limits
from app.sync.fhir import codes
from app.sync.limits import Limits
from tests.peers.places import NAMES, Place, open_place
from tests.support.alert_records import make_alert
from tests.support.field import ALL_NINE, Person, Tablet, make_tablet
from tests.support.full_visit import make_full_visit
from tests.support.relay import DROP_ANSWER, Once, Relay

ENCOUNTER = b'"resourceType":"Encounter"'
PASSES = 14
"""Most passes until all has come: a server without searches for a type gives a hundred records by id a pass."""


def wanted() -> list[str]:
    return os.environ.get("HEARTHSIDE_PEERS", "").split() or list(NAMES)


def ref(person: Person) -> PersonRef:
    return PersonRef(person.reference, person.name)


async def is_whole(tablet: Tablet, visit: Visit) -> bool:
    try:
        return not (await tablet.store.read(lambda c: visits.get_row(c, visit.id))).arriving
    except NotFound:
        return False


async def sync_until_whole(tablet: Tablet, *told: Visit) -> None:
    for _ in range(PASSES):
        report = await tablet.sync()
        assert report.outcome == "ok", report
        if all([await is_whole(tablet, visit) for visit in told]):
            return
    pytest.fail(f"still arriving after {PASSES} passes: {report}")


async def send_all(tablet: Tablet, *told: Visit) -> None:
    for _ in range(PASSES):
        report = await tablet.sync()
        if all([await tablet.received(visit.id) for visit in told]):
            return
    reasons = [(await tablet.status(visit.id)).reason for visit in told]
    pytest.fail(f"not received after {PASSES} passes: {report} {reasons}")


@pytest.mark.peer
@pytest.mark.parametrize("name", wanted())
async def test_the_whole_way_on_a_server(tmp_path: Path, name: str) -> None:
    with open_place(name, tmp_path) as place:
        await walk(place, tmp_path)


async def walk(place: Place, directory: Path) -> None:
    ana, ben = place.people
    async with Relay(place.root) as relay:
        tablet = await make_tablet(directory, ana, relay.url, place.tokens[0])
        other = await make_tablet(directory, ben, place.root, place.tokens[1])
        try:
            # Offline: two visits are documented and signed, and an alert is raised after them.
            short = await tablet.document(place.patient_id, "Daughter asks about nights.", **ALL_NINE)
            full = await tablet.sign(make_full_visit(ref(ana), place.patient_id, 4))
            alert = make_alert(place.patient_id, short.id)
            write = partial(alert_writes.write, alert=alert, me=ref(ana), now=datetime.now(UTC))
            await tablet.store.write(write)

            # The alert leaves first; the answer to the first visit is lost after the server took it.
            relay.judge = Once(DROP_ANSWER, lambda r: r.is_write and ENCOUNTER in r.body)
            report = await tablet.sync()
            assert relay.fired[DROP_ANSWER.name] == 1, report
            first = next(request for request in relay.seen if request.is_write)
            assert b'"resourceType":"Task"' in first.body
            assert ENCOUNTER not in first.body
            assert not await tablet.received(short.id) or not await tablet.received(full.id)
            await send_all(tablet, short, full)

            # A colleague's device holds the same, and she takes the alert.
            await sync_until_whole(other, short, full)
            for visit in (short, full):
                assert await other.store.read(partial(visits.read_signed, visit_id=visit.id)) == visit
            seen = await other.store.read(lambda c: alerts.get(c, alert.id))
            taken = replace(seen, state=AlertState.ACKNOWLEDGED)
            edit = partial(alert_writes.write, alert=taken, me=ref(ben), now=datetime.now(UTC))
            await other.store.write(edit)
            assert (await other.sync()).outcome == "ok"

            # It comes back to the first, who makes it more urgent; both end the same.
            assert (await tablet.sync()).outcome == "ok"
            back = await tablet.store.read(lambda c: alerts.get(c, alert.id))
            assert back.state is AlertState.ACKNOWLEDGED
            worse = replace(back, level=Level.ACT_NOW, due_at=back.fired_at)
            again = partial(alert_writes.write, alert=worse, me=ref(ana), now=datetime.now(UTC))
            await tablet.store.write(again)
            for device in (tablet, other):
                assert (await device.sync()).outcome == "ok"
            found = [await d.store.read(lambda c: alerts.get(c, alert.id)) for d in (tablet, other)]
            assert found[0] == replace(found[1], origin=found[0].origin)
            assert found[0].level is Level.ACT_NOW

            for device in (tablet, other):
                waits = await device.store.read(outbox.count)
                assert waits.changes == 0, waits
            expect_each_once(place, short, full)
            if place.follows_references:
                before = len(relay.seen)
                await walk_in_parts(place, tablet, other)
                sent = [one for one in relay.seen[before:] if one.is_write]
                assert len(sent) > 9, "it travelled in parts"
        finally:
            await tablet.close()
            await other.close()


async def walk_in_parts(place: Place, tablet: Tablet, other: Tablet) -> None:
    """A visit in parts of three and its alert: nothing goes before what it points to."""
    small = partial(limits.save, server=tablet.client.base_url, limits=Limits(entries=3, said_so=True))
    await tablet.store.write(small)
    visit = await tablet.sign(make_full_visit(ref(tablet.person), place.patient_id, 4))
    alert = make_alert(place.patient_id, visit.id)
    write = partial(alert_writes.write, alert=alert, me=ref(tablet.person), now=datetime.now(UTC))
    await tablet.store.write(write)
    await send_all(tablet, visit)
    assert (await tablet.store.read(outbox.count)).changes == 0
    assert [place.versions(one) for one in place.records("Encounter")] == [1, 1, 1]
    await sync_until_whole(other, visit)
    assert await other.store.read(partial(visits.read_signed, visit_id=visit.id)) == visit


def expect_each_once(place: Place, *told: Visit) -> None:
    """On the server, past the app: one Encounter a visit in one version, no record twice, one Provenance a write."""
    encounters = place.records("Encounter")
    ours = [
        one
        for one in encounters
        if any(i.get("system") == codes.VISIT_IDENTIFIER for i in one.get("identifier", []))
    ]
    values = sorted(i["value"] for one in ours for i in one["identifier"])
    assert values == sorted(visit.id for visit in told)
    assert [place.versions(one) for one in ours] == [1] * len(told)
    observations = place.records("Observation")
    numbers = [i["value"] for one in observations for i in one.get("identifier", [])]
    assert len(numbers) == len(set(numbers)) > 0
    (task,) = [one for one in place.records("Task") if one.get("priority") == "stat"]
    assert place.versions(task) == 3
    writes = [
        tag["code"]
        for one in place.records("Provenance")
        for tag in one["meta"].get("tag", [])
        if tag.get("system") == codes.WRITE_TAG
    ]
    assert len(writes) == len(set(writes)) >= 5

"""Visits still arriving: all have their turn, none keeps every pass busy, one that cannot be proved says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.visit import Visit
from app.services.models import VisitState
from app.services.summaries import status_of
from app.store import arriving, outbox, visits
from app.store.outbox import OutboxChange
from app.sync.fhir import json_text
from app.sync.fhir.bundle import make_body
from app.sync.fhir.visit import encode_visit
from tests.faults.conftest import templates as templates
from tests.faults.double.server import FhirDouble, Quirks, Trouble
from tests.faults.one_tablet import NURSE, make_double, open_tablet
from tests.faults.world import ANA
from tests.support.field import Tablet, make_visit

PROVENANCE_HIDDEN = Quirks(provenance_by_record_only=True)


@pytest.fixture
async def double() -> FhirDouble:
    return make_double("p1", quirks=PROVENANCE_HIDDEN)


@pytest.fixture
async def tablet(templates: Path, tmp_path: Path, double: FhirDouble) -> AsyncIterator[Tablet]:
    opened = await open_tablet(templates, tmp_path, double)
    yield opened
    await opened.close()


def put_visit(double: FhirDouble, number: int, *leave_out: str) -> Visit:
    """A visit of somebody else as the server holds it."""
    visit = make_visit(NURSE, "p1", f"visit {number}", {"pain": number % 10})
    changes = [
        OutboxChange(n, visit.id, part.type, part.id, "p1", 10, None, part.body)
        for n, part in enumerate(encode_visit(visit))
    ]
    entries: list[dict[str, Any]] = json_text.loads(make_body(f"w{number}", changes, ANA, visit.signed_at))[
        "entry"
    ]
    double.load(e["resource"] for e in entries if e["resource"]["resourceType"] not in leave_out)
    return visit


async def list_arriving(tablet: Tablet) -> set[str]:
    return set(await tablet.store.read(lambda c: visits.list_arriving(c, 1000)))


async def test_all_arriving_visits_have_their_turn_however_many_there_are(
    double: FhirDouble, tablet: Tablet
) -> None:
    for number in range(130):
        put_visit(double, number)
    await tablet.sync()
    assert double.effective["provenance_by_record_only"], "a search found the manifests after all"
    assert not await list_arriving(tablet)


async def test_visits_that_cannot_become_whole_do_not_starve_the_others(
    double: FhirDouble, tablet: Tablet
) -> None:
    stuck = {put_visit(double, number, "Provenance").id for number in range(60)}
    await tablet.sync()
    assert await list_arriving(tablet) == stuck
    whole = put_visit(double, 99)
    double.clock.advance(1)
    await tablet.sync()
    assert await list_arriving(tablet) == stuck
    assert (await tablet.store.read(lambda c: visits.get_row(c, whole.id))).arriving is False


async def test_one_whose_proof_is_refused_says_so_and_is_asked_for_ever_more_seldom(
    double: FhirDouble, tablet: Tablet
) -> None:
    visit = put_visit(double, 1)
    double.quirks = replace(double.quirks, troubles=(Trouble(403, on="Provenance", where="read"),))
    for _ in range(arriving.OFTEN):
        await tablet.sync()
    rows = await tablet.store.read(lambda c: outbox.visit_status_rows(c, [visit.id]))
    status = status_of(rows[visit.id])
    assert (status.state, status.reason) == (VisitState.ARRIVING, arriving.UNPROVED)
    double.requests.clear()
    await tablet.sync()
    assert len(double.requests) == 2, "a quiet pass stays quiet"
    double.quirks = replace(double.quirks, troubles=())
    double.clock.advance(3601)
    await tablet.sync()
    assert not await list_arriving(tablet)
    assert not await tablet.store.read(arriving.read_all)


def test_the_pauses_grow() -> None:
    from tests.faults.double.wire import START

    asked = arriving.Asked(arriving.OFTEN, "404", START)
    assert not asked.is_due(START + timedelta(minutes=59))
    assert asked.is_due(START + timedelta(minutes=60))
    assert asked.is_due(START - timedelta(days=1)), "a clock that went back keeps nothing waiting"
    later = arriving.Asked(arriving.SELDOM, "404", START)
    assert not later.is_due(START + timedelta(hours=23))
    assert later.is_due(START + timedelta(hours=24))
    assert arriving.NEVER.is_due(START)

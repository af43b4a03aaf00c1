"""What the plan's own report becomes in the app, when it is asked for, and that a pass goes on without it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from app.domain.outcomes import Report, Span
from app.errors import PlanDown
from app.store import meta
from app.store.engine import Store, create_store
from app.sync.answer import Answer
from app.sync.capabilities import ASSUMED, Capabilities, decode_capabilities
from app.sync.fhir import json_text
from app.sync.fhir.outcomes import decode_outcomes
from app.sync.outcomes import KEPT, MARK, ask_people, read_outcomes, refresh_outcomes
from app.sync.transport import FhirClient
from plan.outcomes.report.making import make_report
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan
from tests.plan_report.report_world import NOW, SPANISH, load_world
from tests.support.plan_files import open_new_plan

HAS = Capabilities("plan", None, True, True, frozenset(), outcomes=True)
YEAR = Span(date(2025, 7, 1), date(2026, 6, 30))
AT = datetime(2026, 5, 28, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    engine = open_new_plan(tmp_path_factory.mktemp("told") / "plan.db", load_panel)
    load_world(engine)
    make_report(engine, NOW)
    yield make_plan(engine, Clock(NOW))
    engine.dispose()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await create_store(tmp_path / "store-0001.db", bytes(range(32)), store_id="s-outcomes")
    yield opened
    await opened.close()


@dataclass
class Line:
    """A client whose requests go straight to that backend. `down`: nothing is answered."""

    plan: Plan
    user: str = "sue"
    down: bool = False
    server_at: datetime | None = AT
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    async def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        self.asked.append((path, dict(headers or {})))
        if self.down:
            raise PlanDown(detail="no answer")
        told = self.plan.as_user(self.user).request(method, path, headers=dict(headers or {}))
        resource = json_text.find_object(told.text)
        return Answer(told.status_code, {k.lower(): v for k, v in told.headers.items()}, resource)


def client(line: Line) -> FhirClient:
    return cast("FhirClient", line)


async def told(store: Store) -> Report:
    found = await store.read(read_outcomes)
    assert found is not None
    return found


async def test_the_report_arrives_with_its_age_and_its_hidden_numbers_hidden(
    store: Store, plan: Plan
) -> None:
    await refresh_outcomes(store, client(Line(plan)), HAS, "supervisor")

    report = await told(store)
    assert (report.as_of, report.team, len(report.measures)) == (AT, "team-1", 19)
    pain = next(one for one in report.measures if one.id == "NQF1634")
    mine, whole = pain.find("team-1"), pain.find("")
    assert mine is not None
    assert whole is not None
    assert mine.span == YEAR
    assert len(mine.quarters) == 4
    assert mine.everybody.find("no-visit") is None
    assert mine.everybody.find("died") == 0
    spanish = next(one for one in mine.parts["language"] if one.value == "es")
    assert spanish.is_hidden
    assert spanish.share is None
    assert next(one for one in whole.parts["language"] if one.value == "es").find("denominator") is None
    survey = next(one for one in report.measures if one.id == "MIPS495")
    assert survey.feed
    assert survey.has_no_data
    assert [one.id for one in report.measures if one.is_length] == ["PHASE-LENGTH"]


def test_the_plans_figures_have_an_age_of_their_own(plan: Plan) -> None:
    bundle = plan.as_user("sue").get("$hearthside-outcomes").json()
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "MeasureReport" and "reporter" not in entry["resource"]:
            entry["resource"]["date"] = "2026-05-01T20:00:00Z"
    report = decode_outcomes(bundle)
    assert report is not None
    assert report.find_age("team-1") == AT
    assert report.find_age("") == datetime(2026, 5, 1, 20, tzinfo=UTC)


async def test_it_is_asked_for_once_an_hour_and_not_sent_again_unchanged(store: Store, plan: Plan) -> None:
    line = Line(plan)
    await refresh_outcomes(store, client(line), HAS, "supervisor")
    await refresh_outcomes(store, client(line), HAS, "supervisor")
    assert len(line.asked) == 1

    before = await store.read(lambda connection: meta.find(connection, KEPT))
    line.server_at = AT + timedelta(hours=2)
    await refresh_outcomes(store, client(line), HAS, "supervisor")
    assert line.asked[1][1]["If-None-Match"].startswith('W/"')
    assert await store.read(lambda connection: meta.find(connection, KEPT)) == before


async def test_without_an_answer_the_last_report_stays(store: Store, plan: Plan) -> None:
    line = Line(plan)
    await refresh_outcomes(store, client(line), HAS, "supervisor")
    line.down, line.server_at = True, AT + timedelta(hours=3)
    await refresh_outcomes(store, client(line), HAS, "supervisor")
    assert len((await told(store)).measures) == 19


async def test_who_may_not_read_it_any_more_keeps_nothing(store: Store, plan: Plan) -> None:
    line = Line(plan)
    await refresh_outcomes(store, client(line), HAS, "supervisor")
    line.user, line.server_at = "ana", AT + timedelta(hours=3)
    await refresh_outcomes(store, client(line), HAS, "supervisor")
    assert await store.read(read_outcomes) is None
    assert await store.read(lambda connection: meta.find(connection, MARK)) is None


@pytest.mark.parametrize(("role", "capabilities"), [("nurse", HAS), ("supervisor", ASSUMED)])
async def test_nobody_else_asks(store: Store, plan: Plan, role: str, capabilities: Capabilities) -> None:
    line = Line(plan)
    await refresh_outcomes(store, client(line), capabilities, role)
    assert line.asked == []


async def test_names_are_asked_for_with_nothing_about_anybody_in_the_address(plan: Plan) -> None:
    line = Line(plan)
    found = await ask_people(client(line), "NQF1634", "team-1", YEAR, ("language", "es"), "met")
    assert found
    assert set(found) <= {f"one{number}" for number in range(SPANISH)}
    assert not any(who in path for path, _ in line.asked for who in found)


@pytest.mark.parametrize(
    "odd", [None, {}, {"resourceType": "Bundle"}, {"resourceType": "Bundle", "entry": [1, {}]}]
)
def test_what_is_no_report_is_none(odd: Any) -> None:
    assert decode_outcomes(odd) is None


def test_the_plan_says_that_it_has_outcomes(plan: Plan) -> None:
    found = decode_capabilities(plan.as_user("sue").get("metadata").json())
    assert found is not None
    assert found.outcomes


def test_a_median_is_read_as_the_plan_wrote_it() -> None:
    text = """{"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Measure", "id": "M", "url": "urn:m"}},
        {"resource": {"resourceType": "MeasureReport", "type": "summary", "measure": "urn:m",
         "date": "2026-05-28T20:00:00Z", "period": {"start": "2025-07-01", "end": "2026-06-30"},
         "group": [{"extension": [{"url": "urn:hearthside:median", "valueDecimal": 26.5}]}]}}]}"""
    report = decode_outcomes(json_text.find_object(text))
    assert report is not None
    assert report.measures[0].figures[0].everybody.median == 26.5

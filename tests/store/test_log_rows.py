"""The visit log of a store: every filter, every order by keyset, and what a page costs with five thousand visits."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, update
from store_builders import ANA, NOON, answer, make_patient, make_visit

from app.content.rules import Level
from app.domain import evv
from app.domain.alert import AlertState
from app.domain.visit import Answer, Modality, PersonRef, Setting, Visit
from app.domain.visit_kind import KIND, VisitKind
from app.services.team import read_lines
from app.store import patients, tables, visits
from app.store.answer_rows import answer_table, answer_values
from app.store.engine import Store
from app.store.log_query import NOT_SAID, Arrival, Flag, LogQuery
from app.store.log_rows import LogSort, count_log, list_nurses, list_said, read_log_page
from app.store.times import to_text
from app.store.visit_rows import signed_values, visit_table

BEN = PersonRef("Practitioner/ben", "Ben Okafor, RN")
_patient = tables.table_of(tables.Patient)
_alert = tables.table_of(tables.Alert)


def said(value: str) -> Answer:
    return Answer(NOON, value)


async def ids(store: Store, query: LogQuery, sort: LogSort = LogSort.NEWEST, limit: int = 50) -> list[int]:
    rows = await store.read(lambda c: read_log_page(c, query, sort, limit=limit).rows)
    return [int(row.id.rpartition("-")[2]) for row in rows]


def put_alert(
    connection: Connection, visit_id: str, level: Level, state: AlertState, *, private: bool = False
) -> None:
    connection.execute(
        insert(_alert).values(
            id=f"alert-{visit_id}-{level}",
            patient_id="patient-1",
            visit_id=visit_id,
            rule="r",
            subject="",
            level=level.value,
            state=state.value,
            finding="f",
            detail="",
            private=private,
            owner="Practitioner/ana",
            fired_at=to_text(NOON),
            origin="pulled",
        )
    )


async def test_each_filter_of_the_log_finds_its_visits(store: Store) -> None:
    def fill(c: Connection) -> None:
        patients.upsert(c, make_patient())
        patients.upsert(c, make_patient("patient-2", "Émile Durand"))
        for n in range(6):
            answers = {"esas-pain": answer(n)}
            if n < 3:
                answers[evv.LINE_OF_BUSINESS] = said("Medicaid" if n else "Medicare Advantage")
            if n == 4:
                answers |= {evv.ORGANISATION: said("Valley Hospice"), KIND: said(VisitKind.NOT_SEEN)}
            visit = make_visit(
                f"visit-{n}",
                f"patient-{n % 2 + 1}",
                began_at=NOON + timedelta(days=n),
                nurse=BEN if n % 3 == 0 else ANA,
                setting=Setting.OFFICE if n == 5 else Setting.HOME,
                answers=answers,
            )
            if n == 3:
                visit = replace(visit, modality=Modality.TELEPHONE)
            visits.save_pulled(c, visit, arriving=n == 1, content_version="1")
        put_alert(c, "visit-2", Level.ACT_NOW, AlertState.DONE)
        put_alert(c, "visit-5", Level.TODAY, AlertState.OPEN)

    await store.write(fill)

    assert await ids(store, LogQuery()) == [5, 4, 3, 2, 1, 0]
    assert await ids(store, LogQuery(), LogSort.OLDEST) == [0, 1, 2, 3, 4, 5]
    assert await ids(store, LogQuery(), LogSort.PERSON) == [5, 3, 1, 4, 2, 0]
    assert await ids(store, LogQuery(), LogSort.NURSE) == [5, 4, 2, 1, 3, 0]
    assert await ids(store, LogQuery(nurse_name="Ben Okafor, RN")) == [3, 0]
    assert await ids(store, LogQuery(patient_text="emi")) == [5, 3, 1]
    assert await ids(store, LogQuery(setting=Setting.OFFICE)) == [5]
    assert await ids(store, LogQuery(modality=Modality.VIDEO)) == []
    assert await ids(store, LogQuery(minimum_score=4)) == [5, 4]
    assert await ids(store, LogQuery(from_at=NOON + timedelta(days=1), to_at=NOON + timedelta(days=3))) == [
        2,
        1,
    ]
    assert await ids(store, LogQuery(place="12")) == [4, 2, 1, 0]
    assert await ids(store, LogQuery(place="10")) == [3]
    assert await ids(store, LogQuery(place="99")) == []
    assert await ids(store, LogQuery(line="Medicaid")) == [2, 1]
    assert await ids(store, LogQuery(line=NOT_SAID)) == [5, 4, 3]
    assert await ids(store, LogQuery(organisation="Valley Hospice")) == [4]
    assert await ids(store, LogQuery(arrival=Arrival.ARRIVING)) == [1]
    assert await ids(store, LogQuery(arrival=Arrival.WHOLE)) == [5, 4, 3, 2, 0]
    assert await ids(store, LogQuery(flags=frozenset({Flag.ACT_NOW}))) == [2]
    assert await ids(store, LogQuery(flags=frozenset({Flag.ALERT_OPEN}))) == [5]
    assert await ids(store, LogQuery(flags=frozenset({Flag.NOT_SEEN}))) == [4]
    assert await ids(store, LogQuery(flags=frozenset({Flag.ACT_NOW, Flag.ALERT_OPEN}))) == []
    assert await ids(store, LogQuery(in_person_only=True)) == [5, 2, 1, 0]
    assert await store.read(lambda c: count_log(c, LogQuery(patient_text="DURAND é"))) == 3
    assert await store.read(list_nurses) == ("Ana Ruiz, RN", "Ben Okafor, RN")
    assert await store.read(lambda c: list_said(c, evv.LINE_OF_BUSINESS)) == (
        "Medicaid",
        "Medicare Advantage",
    )


async def test_only_people_on_the_list_may_leave(store: Store) -> None:
    def fill(c: Connection) -> None:
        for n in range(4):
            patients.upsert(c, make_patient(f"patient-{n}", f"Person {n}"))
            visit = make_visit(f"visit-{n}", f"patient-{n}")
            visits.save_pulled(c, visit, arriving=False, content_version="1")
        visits.save_pulled(c, make_visit("visit-4", "patient-gone"), arriving=False, content_version="1")
        patients.set_active_members(c, ["patient-0", "patient-1", "patient-2"])
        until = {"access_until": to_text(NOON)}
        c.execute(update(_patient).where(_patient.c.id == "patient-2").values(**until))

    await store.write(fill)
    assert len(await ids(store, LogQuery())) == 5
    assert sorted(await ids(store, LogQuery(may_leave=True))) == [0, 1]


CASES: list[dict[str, Any]] = [
    {},
    {"written_afterwards": True},
    {"clock_offset_ms": None},
    {"clock_offset_ms": -300_000},
    {"clock_offset_ms": 299_999},
    {"signed_at": NOON + timedelta(hours=24, minutes=40)},
    {"signed_at": NOON + timedelta(hours=24, minutes=41)},
    {"nurse": PersonRef("Practitioner/x", "")},
    {"modality": Modality.VIDEO, "clock_offset_ms": None},
    {"address": evv.ELSEWHERE},
    {"address": None},
    {"address": None, "kind": VisitKind.NOT_SEEN},
]


async def test_what_sql_calls_an_exception_is_what_the_rule_calls_one(store: Store) -> None:
    def fill(c: Connection) -> None:
        patients.upsert(c, make_patient())
        for n, case in enumerate(CASES):
            answers = {evv.ADDRESS: said(address)} if (address := case.get("address", evv.ON_RECORD)) else {}
            if "kind" in case:
                answers[KIND] = said(case["kind"])
            frame = {name: value for name, value in case.items() if name not in ("address", "kind")}
            usual = replace(make_visit(f"visit-{n}", answers=answers), clock_offset_ms=12)
            visits.save_pulled(c, replace(usual, **frame), arriving=False, content_version="1")

    await store.write(fill)
    by_sql = set(await ids(store, LogQuery(flags=frozenset({Flag.EVV}))))
    rows = await store.read(lambda c: read_lines(c, read_log_page(c, LogQuery()).rows))
    by_rule = {int(row.visit.id.rpartition("-")[2]) for row in rows if row.exceptions}
    assert by_sql == by_rule == {1, 2, 3, 6, 7, 9, 10}


def fill_many(connection: Connection, number: int) -> None:
    """Rows as pulled visits leave them, written in bulk."""
    pick = random.Random(7)
    for n in range(100):
        patients.upsert(connection, make_patient(f"patient-{n}", f"Person {n % 40}"))
    rows, answers = [], []
    for n in range(number):
        began = NOON + timedelta(minutes=pick.randrange(60 * 24 * 90))
        visit = make_visit(f"visit-{n}", f"patient-{n % 100}", began_at=began, nurse=pick.choice([ANA, BEN]))
        own = {"id": visit.id, "origin": "pulled", "content_version": "1", "arriving": False}
        rows.append(signed_values(visit) | own | {"highest_score": pick.choice([None, 0, 4, 9])})
        for link_id, value in (
            (KIND, "routine"),
            (evv.LINE_OF_BUSINESS, "Medicaid"),
            (evv.ADDRESS, "on-record"),
        ):
            answers.append(answer_values(visit.id, link_id, said(value)))
    connection.execute(insert(visit_table), rows)
    connection.execute(insert(answer_table), answers)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_five_thousand_visits_cost_no_more_than_fifty_a_page(store: Store) -> None:
    await store.write(lambda c: fill_many(c, 5_000))

    def walk(c: Connection, sort: LogSort) -> tuple[list[str], list[int]]:
        seen: list[str] = []
        costs: list[int] = []
        after = None
        with counted(c.engine) as statements:
            for _ in range(10):
                statements.clear()
                page = read_log_page(c, LogQuery(), sort, after, 500)
                assert len(page.rows) == 500
                if not seen:
                    read_lines(c, page.rows[:50])
                costs.append(len(statements))
                seen += [row.id for row in page.rows]
                after = page.last
        assert after is None
        return seen, costs

    for sort in LogSort:
        seen, costs = await store.read(partial(walk, sort=sort))
        assert len(seen) == len(set(seen)) == 5_000, sort
        assert costs[0] <= 20, sort
        assert set(costs[1:]) == {1}, sort
    far = await store.read(lambda c: read_log_page(c, LogQuery(), LogSort.NEWEST, None, 50))
    assert len(far.rows) == 50
    assert all(a.began_at >= b.began_at for a, b in pairwise(far.rows))


async def test_a_visit_that_comes_meanwhile_moves_no_page(store: Store) -> None:
    await store.write(lambda c: fill_many(c, 120))
    first = await store.read(lambda c: read_log_page(c, LogQuery(), limit=50))
    before = await store.read(lambda c: read_log_page(c, LogQuery(), after=first.last, limit=50))
    newest = make_visit("visit-new", "patient-1", began_at=NOON + timedelta(days=365))
    await store.write(lambda c: visits.save_pulled(c, newest, arriving=False, content_version="1"))
    now = await store.read(lambda c: read_log_page(c, LogQuery(), after=first.last, limit=50))
    assert [row.id for row in now.rows] == [row.id for row in before.rows]


@pytest.mark.parametrize("sort", list(LogSort))
async def test_equal_values_come_once_each(store: Store, sort: LogSort) -> None:
    """All at the same time, with the same nurse and score: only the id tells them apart."""

    def same(at: datetime, n: int) -> Visit:
        return make_visit(f"visit-{n}", "patient-1", began_at=at)

    def fill(c: Connection) -> None:
        patients.upsert(c, make_patient())
        for n in range(7):
            visits.save_pulled(c, same(NOON, n), arriving=False, content_version="1")

    await store.write(fill)
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = await store.read(partial(read_log_page, query=LogQuery(), sort=sort, after=after, limit=3))
        seen += [row.id for row in page.rows]
        after = page.last
    assert after is None
    assert sorted(seen) == [f"visit-{n}" for n in range(7)]

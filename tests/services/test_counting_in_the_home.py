"""Counting opioids in a visit, on a real store: the last count is found, a difference is an alert, the nurse may what
the plan allows."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from app.domain import home_count as count
from app.domain.alert import AlertState
from app.domain.home_count import CountLine, first_answers
from app.domain.visit import Value
from app.errors import RecordError
from app.services.plan_settings import META_KEY
from app.services.visits import Visits
from app.store import meta
from app.store.engine import Store
from tests.services.alert_steps import begin, finish_visit, held, tasks

MORPHINE = "Morphine 10 mg/5 mL"


async def count_it(visits: Visits, visit_id: str, **given: Value) -> str:
    """One medicine, as the page does it: the last count before her goes along."""
    page = await visits.page(visit_id)
    last = count.find_last(page.parts.counts, MORPHINE, None)
    answers = {count.UNIT: "ml"} | first_answers(CountLine(MORPHINE, None, None, last))
    entry = await visits.add_entry(visit_id, count.GROUP, answers=answers)
    for link, value in given.items():
        await visits.answer(visit_id, f"hc-{link.replace('_', '-')}", value=value, entry=entry)
    return entry


async def signed_count(visits: Visits, now: str, **given: Value) -> None:
    visit_id = await begin(visits)
    await count_it(visits, visit_id, now=Decimal(now), **given)
    await visits.answer(visit_id, count.WITH, value="Rosa Lopez")
    await finish_visit(visits, visit_id)


async def test_a_count_that_differs_tells_the_supervisor_once_it_is_said_who_counted(
    visits: Visits, store: Store
) -> None:
    await signed_count(visits, "60")
    visit_id = await begin(visits)
    entry = await count_it(visits, visit_id, given=Decimal("17.5"), now=Decimal(40))
    assert await held(store, visit_id) == (), "numbers that are still being typed alarm nobody"
    await visits.answer(visit_id, count.WITH, value="Rosa Lopez")
    (alert,) = await held(store, visit_id)
    assert (alert.rule, alert.owner, alert.state) == (count.RULE, "supervisor", AlertState.OPEN)
    assert alert.finding == f"{MORPHINE}: 2.5 mL less than expected (40 there, 42.5 expected)."
    assert (await tasks(store))[-1]["code"]["text"] == alert.finding
    await visits.answer(visit_id, "hc-now", value=Decimal("42.5"), entry=entry)
    (alert,) = await held(store, visit_id)
    assert alert.state is AlertState.CLOSED


async def test_a_difference_is_told_at_the_end_though_nobody_says_who_counted(
    visits: Visits, store: Store
) -> None:
    await signed_count(visits, "60")
    visit_id = await begin(visits)
    await count_it(visits, visit_id, now=Decimal(40))
    await finish_visit(visits, visit_id)
    (alert,) = await held(store, visit_id)
    assert (alert.rule, alert.state) == (count.RULE, AlertState.OPEN)


async def test_the_next_count_begins_from_what_was_left_after_the_destruction(visits: Visits) -> None:
    await signed_count(visits, "60", gone=Decimal(60), gone_how="trash", gone_by="Rosa Lopez")
    visit_id = await begin(visits)
    (last,) = (await visits.page(visit_id)).parts.counts
    assert (last.name, last.left, last.unit, last.together_with) == (MORPHINE, Decimal(0), "ml", "Rosa Lopez")
    await count_it(visits, visit_id, received=Decimal(30), now=Decimal(30))
    await visits.answer(visit_id, count.ALONE, value="nobody-there")
    assert [one.rule for one in (await visits.page(visit_id)).alerts] == []


@pytest.mark.parametrize(
    ("link", "switch"),
    [
        (count.GONE_NURSE, "nurse-destroys-medicines"),
        (count.WITNESS_NURSE, "nurse-witnesses-destruction"),
    ],
)
async def test_a_nurse_destroys_or_witnesses_only_where_the_plan_allows_it(
    visits: Visits, store: Store, link: str, switch: str
) -> None:
    visit_id = await begin(visits)
    entry = await count_it(visits, visit_id, now=Decimal(5))
    with pytest.raises(RecordError):
        await visits.answer(visit_id, link, value="yes", entry=entry)
    allowed = json.dumps({"version": "1", "switches": {switch: True}})
    await store.write(lambda connection: meta.put(connection, META_KEY, allowed))
    await visits.answer(visit_id, link, value="yes", entry=entry)

"""Sent & waiting on a real encrypted store: why each thing waits, what was received, what can be done."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, update

from app.domain.visit import Modality, Setting
from app.services.models import VisitState
from app.services.sending_models import Why
from app.services.visits import Visits
from app.store import outbox, passes, sessions
from app.store.attempts import BootTime
from app.store.outbox_kinds import GroupKind
from app.store.outbox_rows import change
from app.store.records import NewChange, save_record
from app.store.tables import Attachment, table_of
from app.sync.connection_steps import Verdict
from app.sync.engine import PassReport
from tests.services.conftest import sign_in_row
from tests.services.sending_desk import PLAN_TIME, Desk, answer, cut, desk, receive, seqs_of, sign_one

__all__ = ["desk"]
_attachment = table_of(Attachment)


async def test_a_visit_signed_without_a_network_says_so_with_its_age_and_size(
    desk: Desk, visits: Visits
) -> None:
    visit_id = await sign_one(visits)
    await desk.ended("no-network")
    desk.clock.at += timedelta(hours=5)
    page = await desk.page()
    (line,) = page.waiting
    assert (line.why, line.visit_id, line.kind) == (Why.NO_NETWORK, visit_id, GroupKind.VISIT)
    assert (line.patient_name, line.kb > 0, line.do) == ("Rosa Colón", True, ())
    assert timedelta(hours=5) < desk.clock.at - line.since < timedelta(hours=5, minutes=1)
    assert line.began_at is not None
    assert page.day.waiting == Counter({GroupKind.VISIT: 1})
    assert (page.received, page.last_success_at, page.day.ever) == ((), None, False)


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ("captive-portal", Why.PORTAL),
        ("plan-down", Why.PLAN_DOWN),
        ("wrong-date", Why.WRONG_DATE),
        ("untrusted", Why.UNTRUSTED),
        ("update-needed", Why.UPDATE),
        ("sign-in-needed", Why.SIGN_IN),
        ("ok", Why.NEXT),
        ("stopped", Why.NEXT),
        ("problem", Why.NEXT),
    ],
)
async def test_the_newest_pass_says_what_everything_waits_for(
    desk: Desk, visits: Visits, outcome: str, why: Why
) -> None:
    visit_id = await sign_one(visits)
    await desk.ended("no-network")
    await desk.ended(outcome)
    await desk.store.write(lambda c: passes.begin(c, desk.clock.now()))  # one under way says nothing yet
    assert (await desk.line(visit_id)).why is why


async def test_a_plan_that_asked_to_wait_is_said_with_the_time_and_only_until_then(
    desk: Desk, visits: Visits
) -> None:
    visit_id = await sign_one(visits)
    await desk.ended("plan-down")
    desk.loop.last = PassReport("plan-down", retry_after=600.0)
    line = await desk.line(visit_id)
    assert line.why is Why.BUSY
    assert line.until is not None
    assert timedelta(0) < line.until - desk.clock.at < timedelta(seconds=600)
    desk.clock.at += timedelta(minutes=11)
    assert (await desk.line(visit_id)).why is Why.PLAN_DOWN


async def test_a_restored_plan_is_named(desk: Desk, visits: Visits) -> None:
    visit_id = await sign_one(visits)
    await desk.ended("partly", detail="restored 3")
    assert (await desk.line(visit_id)).why is Why.RESTORED


async def test_an_ended_sign_in_comes_before_the_network(desk: Desk, visits: Visits) -> None:
    visit_id = await sign_one(visits)
    await desk.ended("no-network")
    await desk.store.write(lambda c: sessions.save(c, replace(sign_in_row(), ended=True)))
    assert (await desk.line(visit_id)).why is Why.SIGN_IN
    assert (await desk.page()).day.sign_in


async def test_f23_received_is_said_after_the_plans_receipt_for_every_part_and_never_before(
    desk: Desk, visits: Visits
) -> None:
    visit_id = await sign_one(visits)
    for outcome in ("ok", "ok"):  # passes that went well say nothing about this visit
        await desk.ended(outcome, server_at=datetime(2026, 11, 22, 22, 1, tzinfo=UTC))
    assert (await desk.page()).received == ()
    await desk.store.write(lambda c: cut(c, visit_id))
    await desk.store.write(lambda c: outbox.mark_attempted(c, f"w-{visit_id}", datetime.now(UTC)))
    assert (await desk.line(visit_id)).why is Why.ASKED
    parts = len(await desk.store.read(lambda c: seqs_of(c, visit_id)))
    await desk.store.write(lambda c: answer(c, visit_id, parts - 1))
    line = await desk.line(visit_id)
    assert (line.why, line.parts) == (Why.ARRIVING, (parts - 1, parts))
    assert (await desk.page()).received == ()
    await desk.store.write(lambda c: answer(c, visit_id))
    page = await desk.page()
    (got,) = page.received
    assert (got.visit_id, got.received_at) == (visit_id, datetime(2026, 11, 22, 22, 2, tzinfo=UTC))
    assert page.waiting == ()
    assert page.day.done
    assert page.last_success_at == datetime(2026, 11, 22, 22, 1, tzinfo=UTC)


async def test_a_lost_visit_is_said_as_lost_here_and_in_every_list(desk: Desk, visits: Visits) -> None:
    visit_id = await sign_one(visits)
    await desk.store.write(lambda c: receive(c, visit_id))
    mine = change.c.group_id == visit_id
    await desk.store.write(
        lambda c: c.execute(update(change).where(mine).values(state="new", lost_at=PLAN_TIME))
    )
    await desk.ended("no-network")
    assert (await desk.line(visit_id)).why is Why.LOST
    assert (await visits.read(visit_id)).summary.status.state is VisitState.LOST


async def test_a_draft_is_left_of_the_day_too(desk: Desk, visits: Visits) -> None:
    await visits.begin("p1", Modality.TELEPHONE, Setting.HOME)
    day = (await desk.page()).day
    assert (day.drafts, day.done) == (1, False)


async def test_the_connection_test_knows_an_ended_sign_in_and_a_date_that_was_right_before(
    desk: Desk,
) -> None:
    test = await desk.sending.make_test(lambda: None)
    async with asyncio.timeout(10):
        assert (await test.run()).verdict is Verdict.SERVER_DOWN
    assert not desk.sending._is_date_right()
    desk.client.clock_offset_ms = 400
    assert desk.sending._is_date_right()
    desk.clock.at += timedelta(days=3)
    assert not desk.sending._is_date_right(), "somebody set the date"
    desk.boot = BootTime("b", 3 * 86_400.0)
    assert desk.sending._is_date_right(), "three days went by"


async def test_a_picture_goes_last_opens_its_visit_and_says_what_came_of_its_last_turn(
    desk: Desk, visits: Visits
) -> None:
    visit_id = await sign_one(visits)

    def add(connection: Connection) -> None:
        connection.execute(
            insert(_attachment).values(
                id="doc",
                binary_id="bin",
                patient_id="p1",
                visit_id=visit_id,
                kind="wound",
                content_type="image/jpeg",
                size=780_000,
                sha1="x",
                taken_at="t",
                author="a",
                origin="own",
                problem="The connection broke off. It is sent again by itself.",
            )
        )
        save_record(
            connection,
            group_id="doc",
            patient_id="p1",
            changes=[NewChange("Binary", "bin", "{}", priority=90)],
            at=desk.clock.now(),
            write_row=lambda _: None,
        )

    await desk.store.write(add)
    await desk.ended("ok")
    line = await desk.line("doc")
    assert (line.kind, line.why, line.visit_id, line.kb) == (GroupKind.ATTACHMENT, Why.LAST, visit_id, 780)
    assert line.said.startswith("The connection broke off.")
    assert (await desk.page()).day.waiting == Counter({GroupKind.VISIT: 1, GroupKind.ATTACHMENT: 1})

"""Sent & waiting on a real encrypted store: what was set aside, and what a person can do about it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from app.errors import RecordError
from app.services.sending import CHOOSE_FIRST
from app.services.sending_models import Do, Why
from app.services.visits import Visits
from app.store import conflicts, meta
from app.store.outbox_kinds import GroupKind
from app.sync import files
from app.sync.deliver import TOO_LARGE, UNREADABLE
from app.sync.push import RETRIED_AT, SERVER_FAILED
from tests.services.conftest import SteppingClock
from tests.services.sending_desk import Desk, desk, receive, refuse, seqs_of, sign_one

__all__ = ["desk"]


async def test_a_refused_visit_can_be_corrected_or_tried_again_with_the_plans_own_words(
    desk: Desk, visits: Visits
) -> None:
    visit_id = await sign_one(visits)
    await refuse(desk, visit_id, "unknown member")
    line = await desk.line(visit_id)
    assert (line.why, line.said, line.do) == (Why.REFUSED, "unknown member", (Do.CORRECT, Do.TRY_AGAIN))
    assert (await desk.page()).day.set_aside == Counter({GroupKind.VISIT: 1})
    await desk.sending.try_again(visit_id)
    assert (await desk.line(visit_id)).why is Why.NEXT
    assert desk.loop.woken == 1


async def test_a_refused_visit_becomes_a_draft_again_with_all_its_answers(desk: Desk, visits: Visits) -> None:
    visit_id = await sign_one(visits)
    await refuse(desk, visit_id, "unknown member")
    await desk.sending.correct(visit_id)
    page = await desk.page()
    assert (page.set_aside, page.waiting, page.day.drafts) == ((), (), 1)
    draft = (await visits.page(visit_id)).draft
    assert (draft.answers["esas-pain"].value, draft.note) == (3, "Slept badly.")


async def test_what_may_have_arrived_is_not_corrected(desk: Desk, visits: Visits) -> None:
    visit_id = await sign_one(visits)
    await desk.store.write(lambda c: receive(c, visit_id))
    with pytest.raises(RecordError):
        await desk.sending.correct(visit_id)
    assert len((await desk.page()).received) == 1


async def test_one_with_two_versions_leads_to_the_choice_and_is_not_sent_over_it(
    desk: Desk, visits: Visits
) -> None:
    visit_id = await sign_one(visits)
    await refuse(desk, visit_id, "changed")

    def contest(connection: Connection) -> int:
        seq = seqs_of(connection, visit_id)[0]
        return conflicts.open_conflict(
            connection, type="Encounter", record_id=visit_id, seq=seq, theirs="{}", at=datetime.now(UTC)
        )

    conflict = await desk.store.write(contest)
    line = await desk.line(visit_id)
    assert (line.why, line.conflict, line.do) == (Why.CONFLICT, conflict, (Do.CHOOSE,))
    with pytest.raises(RecordError, match=CHOOSE_FIRST):
        await desk.sending.try_again(visit_id)
    assert (await desk.line(visit_id)).why is Why.CONFLICT


async def test_too_large_and_a_failing_server_each_say_what_to_do(desk: Desk, visits: Visits) -> None:
    large, failing = await sign_one(visits), await sign_one(visits)
    await refuse(desk, large, TOO_LARGE)
    await refuse(desk, failing, f"{SERVER_FAILED}. Hearthside tries again every day.")
    await desk.store.write(lambda c: meta.put(c, RETRIED_AT, "2026-11-22T20:00:00.000Z"))
    assert ((await desk.line(large)).why, (await desk.line(failing)).why) == (Why.TOO_LARGE, Why.SERVER_FAILS)
    assert (await desk.line(failing)).until == datetime(2026, 11, 23, 20, tzinfo=UTC)
    settings = '{"phones": {"supervisor": "+1 559 555 0100"}}'
    from app.services.plan_settings import META_KEY

    await desk.store.write(lambda c: meta.put(c, META_KEY, settings))
    assert (await desk.line(large)).do[0] is Do.CALL
    assert (await desk.page()).supervisor_phone == "+1 559 555 0100"


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (UNREADABLE, Why.HIDDEN),
        (files.TOO_LARGE.format(size=1400), Why.TOO_LARGE),
        ("This visit is too large for my taste", Why.REFUSED),
        ("", Why.REFUSED),
    ],
)
async def test_the_reason_decides_what_is_said(desk: Desk, visits: Visits, reason: str, why: Why) -> None:
    visit_id = await sign_one(visits)
    await refuse(desk, visit_id, reason)
    line = await desk.line(visit_id)
    assert (line.why, line.set_aside) == (why, True)


async def test_what_depends_on_a_refused_one_names_it(
    desk: Desk, visits: Visits, clock: SteppingClock
) -> None:
    from app.services.addenda import Addenda
    from tests.services.conftest import ANA

    visit_id = await sign_one(visits)
    addendum = await Addenda(desk.store, ANA, clock).add(visit_id, "Daughter called.")
    await desk.ended("ok")
    line = await desk.line(addendum)
    assert (line.why, line.kind) == (Why.AFTER, GroupKind.ADDENDUM)
    await refuse(desk, visit_id, "unknown member")
    line = await desk.line(addendum)
    assert line.why is Why.BEHIND
    assert line.blocker is not None
    assert (line.blocker.group_id, line.blocker.kind) == (visit_id, GroupKind.VISIT)

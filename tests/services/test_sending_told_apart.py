"""Sent & waiting on a real store: what tells rows apart, what a second refusal shows, and what keeps a day open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest
from sqlalchemy import Connection

from app.domain.alert import PRIVATE_TEXT
from app.services.alert_discretion import ON_THE_PAGE
from app.services.conflict_models import ConflictKind, ConflictLine
from app.services.conflict_words import say_title
from app.services.conflicts import Conflicts
from app.services.hard_day import HardDay
from app.services.sending import Sending
from app.services.sending_models import RefusedBefore, Why
from app.services.visits import Visits
from app.store import conflicts, outbox
from app.store.outbox_kinds import GroupKind
from app.store.records import NewChange, save_record
from app.sync.fhir.codes import CONFIDENTIALITY
from app.sync.fhir.promise import PROMISE
from app.sync.loop import SyncLoop
from app.sync.merge import CHANGED_FIRST
from app.views import say
from app.views.wording import waiting as said
from tests.services.conftest import ANA
from tests.services.sending_desk import Desk, desk, receive, refuse, seqs_of, sign_one
from tests.support.alert_records import make_alert, raise_alert

__all__ = ["desk"]
AT = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def sent_and_refused(connection: Connection, group: str, number: int, reason: str) -> None:
    """The plan said no to one write of this group."""
    name = f"w{number}-{group}"
    outbox.cut_write(connection, name, seqs_of(connection, group), "body", AT.replace(minute=number))
    outbox.mark_attempted(connection, name, AT.replace(minute=number))
    outbox.refuse(connection, name, reason)


async def test_each_try_that_was_refused_is_counted_and_its_reason_stays_while_it_waits_again(
    desk: Desk, visits: Visits
) -> None:
    visit_id = await sign_one(visits)
    await desk.store.write(lambda c: sent_and_refused(c, visit_id, 1, "unknown member"))
    line = await desk.line(visit_id)
    assert (line.why, line.refusals, line.refused_at) == (Why.REFUSED, 1, AT.replace(minute=1))
    await desk.sending.try_again(visit_id)
    line = await desk.line(visit_id)
    assert (line.set_aside, line.said) == (False, "unknown member")
    await desk.store.write(lambda c: sent_and_refused(c, visit_id, 2, "unknown code"))
    line = await desk.line(visit_id)
    assert (line.why, line.said) == (Why.REFUSED, "unknown code")
    assert (line.refusals, line.refused_at) == (2, AT.replace(minute=2))


async def test_somebody_who_was_quicker_is_no_refusal_of_the_plans(desk: Desk, visits: Visits) -> None:
    visit_id = await sign_one(visits)
    await desk.store.write(lambda c: sent_and_refused(c, visit_id, 1, CHANGED_FIRST))
    line = await desk.line(visit_id)
    assert (line.set_aside, line.refusals, line.refused_at) == (True, 0, None)


async def test_a_visit_that_is_a_draft_again_still_knows_why(desk: Desk, visits: Visits) -> None:
    visit_id = await sign_one(visits)
    assert await desk.sending.refused_before(visit_id) is None
    for number, reason in ((1, "unknown member"), (2, "unknown code")):
        await desk.sending.try_again(visit_id)
        await desk.store.write(lambda c, n=number, r=reason: sent_and_refused(c, visit_id, n, r))  # type: ignore[misc]  # bound at once
    await desk.sending.correct(visit_id)
    found = await desk.sending.refused_before(visit_id)
    assert found == RefusedBefore("unknown code", AT.replace(minute=2))


async def test_alerts_of_one_person_are_told_apart_and_a_private_one_says_no_more_than_that(
    desk: Desk,
) -> None:
    pain = replace(make_alert("p1"), rule="SEVERE_SYMPTOM")
    harm = replace(make_alert("p1"), finding="Thoughts of being better off dead", private=True)
    for alert in (pain, harm):
        await desk.store.write(lambda c, a=alert: raise_alert(c, a, ANA))  # type: ignore[misc]  # bound at once
    page = await desk.page()
    assert {line.about for line in page.waiting} == {"Pain 9", PRIVATE_TEXT}
    assert (await desk.line(pain.id)).began_at == pain.fired_at
    await desk.store.write(lambda c: receive(c, pain.id))
    (got,) = (await desk.page()).received
    assert (got.kind, got.about) == (GroupKind.ALERT, "Pain 9")


@pytest.mark.parametrize("rule", ["SUICIDE_ITEM", "LAST_DAYS", "A_RULE_OF_A_NEWER_APP"])
async def test_what_todays_list_does_not_spell_out_is_not_spelled_out_while_it_waits_or_once_received(
    desk: Desk, rule: str
) -> None:
    worried = replace(make_alert("p1"), rule=rule, finding="This person may not want to live")
    await desk.store.write(lambda c: raise_alert(c, worried, ANA))
    assert (await desk.line(worried.id)).about == ON_THE_PAGE
    await desk.store.write(lambda c: receive(c, worried.id))
    (got,) = (await desk.page()).received
    assert got.about == ON_THE_PAGE


async def test_a_call_that_she_asks_for_herself_is_counted_and_the_list_does_not_say_what_it_is(
    desk: Desk,
) -> None:
    await HardDay(desk.store, ANA, desk.clock).ask()
    page = await desk.page()
    (line,) = page.waiting
    assert (line.kind, line.patient_id, line.about) == (GroupKind.TASK, "", "")
    assert (said.title(line), said.subtitle(line, AT)) == (said.NO_PATIENT, "Task")
    assert not page.day.sent
    await desk.syncing.start()
    assert say.unsent_line(desk.syncing.state()) == "1 other record on this tablet, not yet received"
    await desk.syncing.stop_listening()


async def test_a_task_says_which_one_it_is_while_it_waits_and_once_it_is_received(desk: Desk) -> None:
    task = '{"resourceType":"Task","id":"t","status":"requested","code":{"text":"Referral to hospice"}}'
    await desk.store.write(
        lambda c: save_record(
            c,
            group_id="g",
            patient_id="p1",
            changes=[NewChange("Task", "t", task)],
            at=AT,
            write_row=lambda _: None,
        )
    )
    line = await desk.line("g")
    assert (line.kind, line.about) == (GroupKind.TASK, "Referral to hospice")
    await desk.store.write(lambda c: receive(c, "g"))
    (got,) = (await desk.page()).received
    assert got.about == "Referral to hospice"


def test_a_promise_is_called_so_and_what_was_promised_stays_with_the_team() -> None:
    restricted = {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}
    task = {"resourceType": "Task", "meta": restricted, "description": "To ask about the lump."}
    assert say_title(task | {"code": {"coding": [PROMISE], "text": "Promise"}}) == "Promise"
    assert say_title(task | {"code": {"text": "The lump"}}) == PRIVATE_TEXT


class TwoVersions:
    """What needs a person, as a test puts it there."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def list_all(self) -> tuple[ConflictLine, ...]:
        kind = ConflictKind.VERSIONS
        return tuple(ConflictLine(one, "p1", "Rosa Colón", kind, "plan", "", (), AT) for one in self.ids)


async def test_an_open_choice_keeps_the_day_open_and_one_that_waits_in_the_outbox_counts_once(
    desk: Desk, visits: Visits
) -> None:
    versions = TwoVersions()
    sending = Sending(
        desk.store,
        desk.client,
        cast(SyncLoop, desk.loop),
        desk.syncing,
        desk.clock,
        conflicts=cast(Conflicts, versions),
    )
    assert (await sending.page()).day.done
    versions.ids = ["plan p1 CarePlan/a"]
    day = (await sending.page()).day
    assert (day.choices, day.sent, day.done) == (1, True, False)
    visit_id = await sign_one(visits)
    await refuse(desk, visit_id, "changed")

    def contest(connection: Connection) -> int:
        seq = seqs_of(connection, visit_id)[0]
        return conflicts.open_conflict(
            connection, type="Encounter", record_id=visit_id, seq=seq, theirs="{}", at=AT
        )

    number = await desk.store.write(contest)
    versions.ids.append(f"task-{number}")
    day = (await sending.page()).day
    assert (day.choices, day.set_aside.total()) == (1, 1)

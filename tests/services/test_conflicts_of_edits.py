"""One task changed by two: merged where each changed something else, else a person chooses; never a resurrection."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.alert import Alert, AlertState
from app.errors import RecordError
from app.services import alert_writes
from app.services.conflict_models import BOTH, KEEP_AS_NEW, LET_GO, ConflictKind
from app.store import alerts, bases, conflicts, outbox
from app.store.outbox_waiting import pending
from app.sync.merge import settle_contested
from tests.support.alert_records import close_alert, make_alert, raise_alert
from tests.support.two_nurses import PATIENT, Desk, Team, meeting


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    async with meeting(tmp_path) as found:
        yield found


async def raised(team: Team) -> Alert:
    alert = make_alert(PATIENT)
    await team.ana.store.write(lambda c: raise_alert(c, alert, team.ana.me))
    await team.meet()
    return alert


async def edit(team: Team, alert: Alert, **members: Any) -> None:
    """The supervisor changes the task at the plan, with another program."""
    async with team.as_user("sue") as plan:
        task = (await plan.get(f"Task/{alert.id}")).json()
        guard = {"If-Match": f'W/"{task["meta"]["versionId"]}"'}
        (await plan.put(f"Task/{alert.id}", json=task | members, headers=guard)).raise_for_status()


async def at_plan(team: Team, task_id: str) -> dict[str, Any]:
    async with team.as_user("sue") as plan:
        found: dict[str, Any] = (await plan.get(f"Task/{task_id}")).json()
        return found


async def close(desk: Desk, alert: Alert) -> None:
    await desk.store.write(lambda c: close_alert(c, alert, "She is comfortable now"))


async def waits(desk: Desk) -> int:
    return (await desk.store.read(outbox.count)).changes


NOTE = {
    "authorReference": {"reference": "Practitioner/sue", "display": "Sue Park, RN"},
    "text": "I call her.",
}
ACCEPTED = {"status": "accepted", "note": [NOTE], "lastModified": "2026-11-22T12:00:00Z"}


async def test_a_note_there_and_a_state_here_are_merged_and_travel_in_the_same_pass(team: Team) -> None:
    alert = await raised(team)
    await edit(team, alert, note=[NOTE])
    await close(team.ana, alert)
    await team.ana.sync()
    task = await at_plan(team, alert.id)
    assert (task["status"], task["note"][0]["text"]) == ("cancelled", "I call her.")
    assert await waits(team.ana) == 0
    assert await team.ana.conflicts.list_all() == ()
    (kept,) = await team.ana.store.read(lambda c: conflicts.list_for_record(c, "Task", alert.id))
    assert kept.resolution == "merged"
    assert json.loads(kept.ours or "")["status"] == "cancelled", "both sides stay on record"


async def test_two_states_are_chosen_by_a_person_and_both_devices_end_the_same(team: Team) -> None:
    alert = await raised(team)
    await edit(team, alert, **ACCEPTED)
    await close(team.ana, alert)
    await team.ana.sync()
    renewed = await team.ana.store.write(lambda c: alert_writes.renew_refused(c, team.ana.me, alert.fired_at))
    assert not renewed, "no machine goes over what a person has to choose"
    page = await team.ana.open()
    assert page.line.kind is ConflictKind.EDIT
    assert [(one.title, one.texts) for one in page.sections] == [
        ("Where it stands", ("Closed: She is comfortable now", "Somebody has taken it"))
    ]
    assert page.sides[1].plan
    with pytest.raises(RecordError, match="choose"):
        await team.ana.conflicts.choose(page.line.id, {page.sections[0].id: BOTH}, page.mark)
    await team.ana.conflicts.choose(page.line.id, {page.sections[0].id: 0}, page.mark)
    await team.meet()
    task = await at_plan(team, alert.id)
    assert (task["status"], task["note"][0]["text"]) == ("cancelled", "I call her.")
    for desk in (team.ana, team.ben):
        held = await desk.store.read(lambda c: alerts.get(c, alert.id))
        assert (held.state, held.closed_reason) == (AlertState.CLOSED, "She is comfortable now")
        assert await desk.conflicts.list_all() == ()


async def test_theirs_lets_our_change_go_and_keeps_it_to_be_read(team: Team) -> None:
    alert = await raised(team)
    await edit(team, alert, **ACCEPTED)
    await close(team.ana, alert)
    await close(team.ana, alert)
    await team.ana.sync()
    page = await team.ana.open()
    await team.ana.conflicts.choose(page.line.id, {page.sections[0].id: 1}, page.mark)
    assert await waits(team.ana) == 0
    held = await team.ana.store.read(lambda c: alerts.get(c, alert.id))
    assert (held.state, held.origin) == (AlertState.ACKNOWLEDGED, "own")
    (row,) = await team.ana.store.read(lambda c: conflicts.list_for_record(c, "Task", alert.id))
    assert row.resolution == "theirs"
    assert "She is comfortable now" in (row.ours or "")
    await team.meet()
    assert (await at_plan(team, alert.id))["status"] == "accepted"


async def test_somebody_who_was_quicker_again_is_asked_about_anew(team: Team) -> None:
    alert = await raised(team)
    await edit(team, alert, **ACCEPTED)
    await close(team.ana, alert)
    await team.ana.sync()
    page = await team.ana.open()
    await edit(team, alert, status="in-progress")
    await team.ana.conflicts.choose(page.line.id, {page.sections[0].id: 0}, page.mark)
    await team.ana.sync()
    again = await team.ana.open()
    assert again.line.id != page.line.id
    assert (await at_plan(team, alert.id))["status"] == "in-progress", "nothing was overwritten"


async def contested(team: Team, alert: Alert, *, deleted: bool) -> None:
    """As when the plan answers an edit with 410."""

    def settle(connection: Any) -> None:
        (change,) = next(group.changes for group in pending(connection))
        held = bases.find(connection, "Task", alert.id)
        assert held is not None
        assert not settle_contested(connection, change, replace(held, deleted=deleted), alert.fired_at)

    await team.ana.store.write(settle)


@pytest.mark.parametrize("choice", [LET_GO, KEEP_AS_NEW])
async def test_what_the_plan_deleted_is_never_brought_back_by_itself(team: Team, choice: int) -> None:
    alert = await raised(team)
    await close(team.ana, alert)
    await contested(team, alert, deleted=True)
    await team.ana.sync()
    page = await team.ana.open()
    assert page.line.kind is ConflictKind.DELETED
    assert "She is comfortable now" in page.agreed[0].texts[0]
    with pytest.raises(RecordError):
        await team.ana.conflicts.choose(page.line.id, {}, page.mark)
    await team.ana.conflicts.choose(page.line.id, {"whole": choice}, page.mark)
    await team.meet()
    assert await team.ana.conflicts.list_all() == ()
    assert (await at_plan(team, alert.id))["status"] == "requested", "the deleted one was left alone"
    standing = await team.sue.store.read(lambda c: alerts.list_since(c, PATIENT, alert.fired_at))
    assert len(standing) == (2 if choice == KEEP_AS_NEW else 1)

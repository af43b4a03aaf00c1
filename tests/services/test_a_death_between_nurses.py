"""A death through a real plan: on every device at the next contact, in the plan's facts, and taken back by another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.death import DeathDraft
from app.domain.sharing import Agreeing
from app.services.clock import SystemClock
from app.services.death import Deaths
from app.services.sharing import read_sharing_page
from app.store import patients
from plan.database import read_transaction
from plan.deaths import list_dead
from plan.outcomes.facts.person import has_died, read_deaths
from plan.outcomes.record import Record, make_record
from plan.outcomes.zone import find_zone
from tests.support.two_nurses import PATIENT, Desk, Team, meeting


def deaths_of(desk: Desk) -> Deaths:
    return Deaths(desk.store, desk.me, SystemClock())


async def who_agrees(desk: Desk) -> tuple[Agreeing, ...]:
    return (await desk.store.read(lambda c: read_sharing_page(c, PATIENT))).agreeing


async def who_is_dead(team: Team) -> list[str]:
    """By whose device the person has died, and the plan where it says so."""
    found = [
        one.name for one in team.desks if (await one.store.read(lambda c: patients.get(c, PATIENT))).deceased
    ]
    with read_transaction(team.database) as connection:
        return found + (["plan"] if list_dead(connection, [PATIENT]) else [])


async def test_it_is_on_every_device_and_whoever_of_the_team_takes_it_back_takes_it_back_everywhere(
    tmp_path: Path,
) -> None:
    at = datetime.now(UTC).astimezone().replace(microsecond=0) - timedelta(hours=2)
    draft = DeathDraft(
        {"told-by": ("@Maria Diaz (daughter)",), "place": ("home",), "calls": ("@Doctor",)}, at
    )
    async with meeting(tmp_path) as team:
        await deaths_of(team.ana).record(PATIENT, draft)
        assert await who_is_dead(team) == ["ana"], "at once where it was recorded, and nowhere else"
        await team.meet()
        assert await who_is_dead(team) == ["ana", "ben", "sue", "plan"]
        assert list(read_deaths(await gather(team))) == [int(at.timestamp() * 1000)]
        for desk in team.desks:
            death = (await deaths_of(desk).page(PATIENT)).part.death
            assert death is not None
            assert (death.at, dict(death.answers), death.by) == (at, dict(draft.answers), team.ana.me)
            assert not death.pending
        assert [len(await deaths_of(one).news()) for one in team.desks] == [0, 1, 1]
        assert not await who_agrees(team.ben), "nobody can say yes to sharing any more"

        await deaths_of(team.ben).undo(PATIENT)
        assert await who_is_dead(team) == ["ana", "sue", "plan"]
        assert await who_agrees(team.ben)
        await team.meet()
        assert await who_is_dead(team) == []

        await deaths_of(team.ana).record(PATIENT, draft)
        await deaths_of(team.ben).record(PATIENT, draft)
        await team.meet()
        assert len(await held(team, "final")) >= 2, "two recorded it: both stand, neither is merged"
        await deaths_of(team.ana).undo(PATIENT)
        await team.meet()
        assert await who_is_dead(team) == []
        assert not has_died(await gather(team))
        for desk in team.desks:
            assert await desk.conflicts.list_all() == ()
            assert (await deaths_of(desk).page(PATIENT)).part.calls == ()
        said = {(one["status"], one["performer"][0]["display"]) for one in await held(team)}
        assert ("entered-in-error", team.ana.me.name) in said, "her own says so itself"
        assert ("final", team.ben.me.name) in said, "his is replaced by a cancelled one"


async def held(team: Team, status: str | None = None) -> list[dict[str, Any]]:
    async with team.as_user("sue") as client:
        answer = await client.get("Observation", params={"patient": PATIENT, "code": "81956-5"})
    found = [one["resource"] for one in answer.json().get("entry", [])]
    return [one for one in found if status in (None, one["status"])]


async def gather(team: Team) -> Record:
    async with team.as_user("sue") as client:
        patient = (await client.get(f"Patient/{PATIENT}")).json()
    with read_transaction(team.database) as connection:
        zone = find_zone(connection)
    return make_record(PATIENT, [patient, *await held(team)], zone)

"""The demo panel: true R4, believable, readable by the app, and seen only by those who should."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select

from plan.app import make_app
from plan.database import make_engine, read_transaction, write_transaction
from plan.demo_panel.load import SIGN_INS_FILE, USERS, all_members, load_demo, panel_resources
from plan.demo_panel.model import NONE_KNOWN, Line
from plan.demo_panel.records import SYNTHETIC
from plan.demo_panel.visits import past_visits
from plan.fhir.tables import resource
from plan.fhir.validate import validate
from plan.people import team_id
from plan.problems import PlanProblem
from plan.schema import create_schema
from plan.signin.tokens import make_token
from plan.users import User, add_user, get_user
from tests.support.r4 import r4_errors

BASE = "http://127.0.0.1:8600"
NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


def make_users() -> dict[str, User]:
    return {
        name: User(
            id=name, username=name, display_name=shown, role=role, practitioner_id=f"p-{name}",
            team_id=team_id(team), created_ms=0,
        )
        for name, shown, role, team in USERS
    }  # fmt: skip


@pytest.fixture(scope="module")
def groups() -> list[list[dict[str, Any]]]:
    return panel_resources(make_users(), NOW)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Path]:
    """A loaded demo."""
    directory = tmp_path_factory.mktemp("demo")
    engine = make_engine(f"sqlite:///{directory}/plan.db")
    create_schema(engine)
    load_demo(engine, directory / "plan.db")
    return engine, directory


async def read_all(engine: Engine, token: str, kind: str) -> list[Any]:
    """What that token's user finds of one type."""
    transport = httpx.ASGITransport(make_app(engine, base_url=BASE))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as http:
        found: list[Any] = (await http.get(f"/fhir/{kind}?_count=100")).json().get("entry", [])
        return found


def of_type(group: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in group if each["resourceType"] == kind]


def test_every_resource_passes_the_servers_check_and_is_marked_as_test_data(
    groups: list[list[dict[str, Any]]],
) -> None:
    for group in groups:
        for each in group:
            validate(each)
            if each["resourceType"] != "CareTeam":
                assert SYNTHETIC[0] in each["meta"]["tag"], each["resourceType"]


def test_every_resource_passes_the_second_opinion(groups: list[list[dict[str, Any]]]) -> None:
    # One of each shape: the slow validator need not see the same elements a hundred times. What the app makes of a
    # visit is checked where the app makes it.
    shapes = {shape(each): each for group in groups for each in group if not is_written_by_the_app(each)}
    problems = [(each["resourceType"], text) for each in shapes.values() for text in r4_errors(each)]
    assert problems == []


def is_written_by_the_app(each: dict[str, Any]) -> bool:
    return any(tag["system"] == "urn:hearthside:write" for tag in each.get("meta", {}).get("tag", []))


def shape(value: Any) -> Any:
    """Names of elements, codes and systems, without texts and ids."""
    if isinstance(value, dict):
        kept = ("resourceType", "system", "code", "url", "status", "gender", "criticality")
        return frozenset(
            (name, member if name in kept and isinstance(member, str) else shape(member))
            for name, member in value.items()
        )
    return frozenset(shape(item) for item in value) if isinstance(value, list) else type(value).__name__


def test_ids_are_unique_and_every_reference_leads_somewhere(groups: list[list[dict[str, Any]]]) -> None:
    everything = [each for group in groups for each in group]
    names = [f"{each['resourceType']}/{each['id']}" for each in everything]
    assert len(set(names)) == len(names)
    known = set(names) | {f"Practitioner/p-{name}" for name, *_ in USERS}
    known |= {f"Organization/{team_id(team)}" for *_, team in USERS}

    def references(value: Any) -> list[str]:
        if isinstance(value, list):
            return [found for item in value for found in references(item)]
        if isinstance(value, dict):
            own = [value["reference"]] if isinstance(value.get("reference"), str) else []
            return own + [found for item in value.values() for found in references(item)]
        return []

    for each in everything:
        assert [name for name in references(each) if not name.startswith("#") and name not in known] == []


def test_the_panel_has_the_spread_it_promises() -> None:
    members = all_members()
    assert len(members) >= 12
    assert {member.line for member in members} == set(Line)
    assert len({member.language for member in members}) >= 6
    assert sum(member.interpreter is True for member in members) >= 4
    assert len({member.lives_in for member in members}) == 4, (
        "home, assisted living, nursing home short and long"
    )
    assert [member.key for member in members if not member.allergies], "one with nothing recorded"
    assert [member.key for member in members if member.allergies == (NONE_KNOWN,)]
    assert sum(member.discharge is not None for member in members) == 2
    assert sum(bool(past_visits(member.key)) for member in members if "ana.ruiz" in member.nurses) >= 7
    assert sum(member.admitted is not None for member in members) == 1
    assert sum(member.hospice_days is not None for member in members) == 1
    assert sum(member.agent for member in members) >= 3
    assert sum(member.polst is not None for member in members) == 2
    kinds = {drug.dose.rate is not None for member in members for drug in member.drugs if drug.dose}
    assert kinds == {True, False}
    opioids = ("morphine", "oxycodone", "fentanyl", "hydromorphone")
    assert sum(any(drug.text.casefold().startswith(opioids) for drug in m.drugs) for m in members) >= 5


def test_two_members_came_home_from_a_facility_in_the_last_48_hours(
    groups: list[list[dict[str, Any]]],
) -> None:
    stays = [
        each
        for group in groups
        for each in of_type(group, "Encounter")
        if "hospitalization" in each and each["status"] == "finished"
    ]
    assert sorted(
        (NOW - datetime.fromisoformat(each["period"]["end"])).total_seconds() / 3600 for each in stays
    ) == [20, 40]
    for stay in stays:
        ended = datetime.fromisoformat(stay["period"]["end"])
        assert NOW - timedelta(hours=48) < ended < NOW
        assert stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "home"
        assert stay["serviceProvider"]["reference"].startswith("Organization/")


@pytest.mark.parametrize(
    ("username", "members"),
    [
        ("ana.ruiz", 11),
        ("ben.cole", 4),
        ("maria.ortiz", 13),
        ("david.kim", 2),
        ("ruth.adler", 2),
        ("lena.hart", 5),
    ],
)
async def test_each_user_sees_her_own_panel_and_a_supervisor_her_team(
    demo: tuple[Engine, Path], username: str, members: int
) -> None:
    engine, _ = demo
    with write_transaction(engine) as connection:
        token = make_token(connection, username, 5)
    assert len(await read_all(engine, token, "Patient")) == members
    assert len(await read_all(engine, token, "CareTeam")) == members


def test_the_passwords_are_random_kept_for_the_owner_only_and_made_anew_when_lost(
    demo: tuple[Engine, Path],
) -> None:
    engine, directory = demo
    file = directory / SIGN_INS_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text(encoding="utf-8"))["sign_ins"]
    assert [each["username"] for each in kept] == [name for name, *_ in USERS]
    assert len({each["password"] for each in kept}) == len(USERS)
    with read_transaction(engine) as connection:
        before = connection.execute(select(resource.c.version_id)).scalars().all()
    load_demo(engine, directory / "plan.db")
    assert json.loads(file.read_text(encoding="utf-8"))["sign_ins"] == kept
    with read_transaction(engine) as connection:
        assert connection.execute(select(resource.c.version_id)).scalars().all() == before
    file.unlink()
    lines = load_demo(engine, directory / "plan.db")
    anew = json.loads(file.read_text(encoding="utf-8"))["sign_ins"]
    assert {each["password"] for each in anew}.isdisjoint({each["password"] for each in kept})
    assert any(anew[0]["password"] in line for line in lines)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(PlanProblem, match="cannot be read"):
        load_demo(engine, directory / "plan.db")


def test_a_database_that_has_one_of_the_demos_names_is_left_alone(
    engine: Engine, ana: str, tmp_path: Path
) -> None:
    with pytest.raises(PlanProblem, match="is no demo"):
        load_demo(engine, tmp_path / "db" / "plan.db")
    assert not (tmp_path / "db" / SIGN_INS_FILE).exists()


async def test_a_panel_user_works_with_anas_members_beside_her(engine: Engine, tmp_path: Path) -> None:
    with write_transaction(engine) as connection:
        who = {"username": "guest.nurse", "display_name": "Guest", "role": "nurse", "team": "Guests"}
        add_user(connection, password="lantern-harbor-29", **who)
    for _ in range(2):
        load_demo(engine, tmp_path / "db" / "plan.db", panel_user="guest.nurse")
    with write_transaction(engine) as connection:
        token = make_token(connection, "guest.nurse", 5)
        assert get_user(connection, "guest.nurse").team_id == team_id("guests")
    assert len(await read_all(engine, token, "Patient")) == 11

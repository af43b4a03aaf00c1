"""Load the demo panel and its users, once a database."""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, true

from plan.clinical_settings import put_settings
from plan.database import write_transaction
from plan.demo_panel.coordination import answered, coordination_resources
from plan.demo_panel.members import MEMBERS
from plan.demo_panel.model import Member
from plan.demo_panel.more_members import MORE_MEMBERS
from plan.demo_panel.planned import planned_resources
from plan.demo_panel.plans import ANSWERS, STATES
from plan.demo_panel.records import Resource, member_resources, patient_id, shared_resources
from plan.demo_panel.visits import visit_resources
from plan.fhir.store import find_current
from plan.people import team_id
from plan.principal import CARE_MANAGER, NURSE, SUPERVISOR
from plan.problems import PlanProblem
from plan.resources import put_all_as_system, put_as_system
from plan.seed_panel import compose_careteam
from plan.users import User, add_user, find_user, get_user, reset_password

USERS = (
    ("ana.ruiz", "Ana Ruiz, RN", NURSE, "North"),
    ("ben.cole", "Ben Cole, RN", NURSE, "North"),
    ("maria.ortiz", "Maria Ortiz, MSN, RN", SUPERVISOR, "North"),
    ("david.kim", "David Kim, RN", NURSE, "South"),
    ("ruth.adler", "Ruth Adler, NP", SUPERVISOR, "South"),
    ("lena.hart", "Lena Hart, MSW, CCM", CARE_MANAGER, "Care management"),
)
"""User name, display name, role, team."""

SETTINGS = {
    "version": "demo",
    "phones": {
        "supervisor": "213-555-0190",
        "on-call": "213-555-0191",
        "abuse-home": "213-555-0192",
        "abuse-facility": "213-555-0193",
        "family-day": "213-555-0194",
        "family-night": "213-555-0195",
    },
    "video_link": "https://video.golden-valley.example/visit",
    "state": "CA",
}
"""What this plan decides for its nurses. No such number is in use."""

ON_CALL = "ben.cole"
"""Who is on duty, day and night, so that her on-call pack can be looked at whenever the demo is."""

_LONGEST_LOAD = 300.0
"""Seconds. Nobody else writes yet."""

SIGN_INS_FILE = "demo-sign-ins.json"
"""Beside a SQLite database, mode 0600: {"sign_ins": [{"username", "password", "name", "role", "team"}, …]}."""


def all_members() -> tuple[Member, ...]:
    return MEMBERS + MORE_MEMBERS


def panel_resources(users: dict[str, User], now: datetime) -> list[list[Resource]]:
    """Every resource of the panel, in groups to be stored together: shared ones first, then one group a member."""
    groups = [shared_resources()]
    for number, member in enumerate(all_members(), start=1):
        team = [users[name] for name in (*member.nurses, member.care_manager) if name is not None]
        since = now - timedelta(days=120)
        group = member_resources(member, number, now)
        group.append(compose_careteam(patient_id(member), team, team_id(member.team), since))
        group += coordination_resources(member, number, users, now)
        group += planned_resources(member, users, now)
        group += visit_resources(member.key, users, now)
        groups.append(group)
    return groups


def later_versions(groups: list[list[Resource]], users: dict[str, User], now: datetime) -> list[Resource]:
    """What the care manager answered to referrals: further versions of Tasks that are in `groups`."""
    known = {f"{each['resourceType']}/{each['id']}": each for group in groups for each in group}
    members = {member.key: member for member in all_members()}
    found = []
    for key, target, state, days, words in ANSWERS:
        subject = {"reference": f"Patient/{patient_id(members[key])}"}
        for task in known.values():
            if task["resourceType"] != "Task" or task["for"] != subject:
                continue
            request = known.get(task.get("focus", {}).get("reference", ""), {})
            codes = [coding["code"] for coding in request.get("code", {}).get("coding", ())]
            if target in codes:
                manager = users[members[key].care_manager or ""]
                found.append(answered(task, STATES[state], words, manager, now - timedelta(days=days)))
    return found


def load_demo(
    engine: Engine, database: Path | None, *, panel_user: str | None = None, now: datetime | None = None
) -> list[str]:
    """Make users and members unless they are there, and return lines that say how to sign in.

    With `panel_user` every member of Ana Ruiz's panel gets a second CareTeam, with that user and her team.

    Passwords are random. They are kept in a file beside a SQLite `database`; where that file is gone (or for any
    other database) they are made anew and the old ones stop. Raises PlanProblem when a demo user's name belongs to
    somebody else already.
    """
    now = (now or datetime.now(UTC)).replace(microsecond=0)
    kept = _read_passwords(database)
    passwords = {name: kept.get(name) or secrets.token_urlsafe(12) for name, *_ in USERS}
    with write_transaction(engine, seconds=_LONGEST_LOAD) as connection:
        users = {name: find_user(connection, name) for name, *_ in USERS}
        found = [user for user in users.values() if user is not None]
        if found and len(found) < len(USERS):
            if find_current(connection, "Patient", patient_id(MEMBERS[0]), true()) is not None:
                raise PlanProblem(
                    "This demo was made by an earlier version. Begin anew, with --fresh or another --db."
                )
            raise PlanProblem(
                "This database has some of the demo's users, but is no demo. Choose another with --db."
            )
        if found:
            for name in passwords:
                if name not in kept:
                    reset_password(connection, name, passwords[name])
        else:
            _make(connection, passwords, now)
        if panel_user is not None:
            _add_careteams(connection, get_user(connection, panel_user), now)
    _keep_passwords(database, passwords)
    return _lines(passwords, database)


def _make(connection: Connection, passwords: dict[str, str], now: datetime) -> None:
    users = {
        name: add_user(
            connection, username=name, display_name=shown, role=role, password=passwords[name], team=team
        )
        for name, shown, role, team in USERS
    }
    groups = panel_resources(users, now)
    for group in [*groups, later_versions(groups, users, now)]:
        put_all_as_system(connection, group)
    on_call = {"who": f"Practitioner/{users[ON_CALL].practitioner_id}", "from": "00:00", "to": "00:00"}
    put_settings(connection, SETTINGS | {"duty": {"list": [on_call]}})


def _add_careteams(connection: Connection, user: User, now: datetime) -> None:
    if user.team_id is None:
        raise PlanProblem(f'The user "{user.username}" has no team, so nobody can be on her panel.')
    for member in MEMBERS:
        careteam = compose_careteam(patient_id(member), [user], user.team_id, now, key=user.username)
        held = find_current(connection, "CareTeam", careteam["id"], true())
        if held is None or held.deleted:
            put_as_system(connection, careteam)


def _read_passwords(database: Path | None) -> dict[str, str]:
    if database is None:
        return {}
    try:
        document = json.loads((database.parent / SIGN_INS_FILE).read_text(encoding="utf-8"))
        return {str(each["username"]): str(each["password"]) for each in document["sign_ins"]}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        file = database.parent / SIGN_INS_FILE
        raise PlanProblem(f"{file} cannot be read. Delete it to get new passwords.") from error


def _keep_passwords(database: Path | None, passwords: dict[str, str]) -> None:
    if database is None:
        return
    path = database.parent / SIGN_INS_FILE
    sign_ins = [
        {"username": name, "password": passwords[name], "name": shown, "role": role, "team": team}
        for name, shown, role, team in USERS
    ]
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"sign_ins": sign_ins}, file, ensure_ascii=False, indent=1)


def _lines(passwords: dict[str, str], database: Path | None) -> list[str]:
    lines = ["Demo sign-ins (user name, password, role, team):"]
    lines += [f"  {name:<12} {passwords[name]}  {role}, {team}" for name, _, role, team in USERS]
    if database is not None:
        lines.append(f"They are kept in {database.parent / SIGN_INS_FILE}")
    return lines

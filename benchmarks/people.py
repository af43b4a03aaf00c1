"""Resources of a large made-up panel: the demo's people again and again, each with visits every few days.

A copy of a person has ids and a given name of its own. What makes a day's work (planned visits, stays, tasks) comes
with the first copy only: a nurse with a hundred people has not a hundred things to do today.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.sync.fhir import json_text
from plan.demo_panel.coordination import coordination_resources
from plan.demo_panel.load import USERS, all_members
from plan.demo_panel.model import Member
from plan.demo_panel.planned import planned_resources
from plan.demo_panel.records import Resource, member_resources, patient_id, shared_resources
from plan.demo_panel.visits import FILE, PACIFIC, move
from plan.fhir.json_text import dumps, loads
from plan.people import derive_id
from plan.users import User

NURSE = "ana.ruiz"
DAYS_BETWEEN_VISITS = 5
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ONCE = frozenset({"Appointment", "Task", "Encounter"})
"""Kinds that only the first copy of a person has, beside her visits."""
_EVERY_VISIT = frozenset(
    {"Encounter", "QuestionnaireResponse", "Observation", "DocumentReference", "Provenance"}
)
"""What an older visit brings; what stands until it is replaced (goals, orders, agents) comes with the newest."""


@dataclass(frozen=True)
class PanelMember:
    """Her id, and everything the plan holds of her in the order in which it may be stored."""

    patient_id: str
    resources: tuple[Resource, ...]


def make_users() -> dict[str, User]:
    """The demo's users, in no database."""
    return {
        name: User(
            id=derive_id("bench", name),
            username=name,
            display_name=shown,
            role=role,
            practitioner_id=derive_id("bench", "practitioner", name),
            team_id=derive_id("bench", team),
            created_ms=0,
        )
        for name, shown, role, team in USERS
    }


def make_shared(now: datetime) -> list[Resource]:
    """What belongs to nobody: organizations, practitioners."""
    return list(_as_pulled([_stamped(one, now) for one in shared_resources()]))


def make_people(count: int, visits: int, now: datetime) -> Iterator[PanelMember]:
    """`count` people with `visits` past visits in all, shared out evenly. The same for the same `now`."""
    members, users = all_members(), make_users()
    document = loads(FILE.read_bytes())
    base = date.fromisoformat(document["base"])
    donors: dict[str, list[Any]] = {}
    for each in document["visits"]:
        donors.setdefault(each["member"], []).append(each)
    for number in range(count):
        member = members[number % len(members)]
        copy = number // len(members)
        yield _make_person(
            member,
            number,
            copy,
            donors.get(member.key) or donors[sorted(donors)[number % len(donors)]],
            visits // count + (number < visits % count),
            users,
            base,
            now,
        )


def _make_person(
    member: Member,
    number: int,
    copy: int,
    donated: list[Any],
    visits: int,
    users: Mapping[str, User],
    base: date,
    now: datetime,
) -> PanelMember:
    own = patient_id(member)
    resources = member_resources(member, number + 1, now)
    resources += coordination_resources(member, number + 1, dict(users), now)
    resources += planned_resources(member, users, now)
    if copy:
        resources = [one for one in resources if one["resourceType"] not in _ONCE]
        resources[0] = _renamed(resources[0], copy)
    ids = {one["id"] for one in resources}
    mine = str(uuid5(NAMESPACE_URL, f"bench/{copy}/{own}")) if copy else own
    found = _with_ids(resources, ids, f"{copy}") if copy else list(resources)
    today = now.astimezone(PACIFIC).date()
    for turn in range(visits):
        template = donated[turn % len(donated)]
        day = today - timedelta(days=2 + number % DAYS_BETWEEN_VISITS + turn * DAYS_BETWEEN_VISITS)
        days = day - (base - timedelta(days=template["days_ago"]))
        newest = turn < len(donated) and member.key == template["member"]
        visit = _visit(template["resources"], days, users, everything=newest and not copy)
        theirs = f'"Patient/{patient_id(_member(template["member"]))}"'
        text = dumps(visit).replace(theirs, f'"Patient/{mine}"')
        found += _with_ids(loads(text), {one["id"] for one in visit} - ids, f"{number}/{turn}")
    return PanelMember(mine, _as_pulled([_stamped(one, now) for one in found]))


def _visit(
    resources: list[Resource], days: timedelta, users: Mapping[str, User], *, everything: bool
) -> list[Resource]:
    moved: list[Resource] = [move(one, days, users) for one in resources]
    if everything:
        return moved
    kept = [one for one in moved if one["resourceType"] in _EVERY_VISIT]
    names = {f"{one['resourceType']}/{one['id']}" for one in kept}
    for one in kept:
        if one["resourceType"] == "Provenance":
            one["target"] = [target for target in one["target"] if target["reference"] in names]
    return [one for one in kept if one.get("target", True)]


def _with_ids(resources: list[Resource], ids: set[str], salt: str) -> list[Resource]:
    """The same with new ids wherever one of `ids` stands."""

    def new(match: re.Match[str]) -> str:
        old = match[0]
        if old not in ids:
            return old
        person = f"bench/{salt}/{old}"
        return str(uuid5(NAMESPACE_URL, person))

    made: list[Resource] = loads(_UUID.sub(new, dumps(resources)))
    return made


def _renamed(patient: Resource, copy: int) -> Resource:
    """A given name more, so that a hundred people have a hundred names."""
    names = [dict(name) for name in patient["name"]]
    names[0]["given"] = [
        *names[0]["given"],
        ["Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh"][(copy - 1) % 6],
    ]
    return patient | {"name": names}


def _member(key: str) -> Member:
    return next(member for member in all_members() if member.key == key)


def _as_pulled(resources: list[Resource]) -> tuple[Resource, ...]:
    """Read as the app reads an answer: its numbers are not the plan's."""
    return tuple(json_text.loads(dumps(resources)))


def _stamped(resource: Resource, now: datetime) -> Resource:
    """As a plan gives it: with a version and the time of it."""
    stamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return resource | {"meta": resource.get("meta", {}) | {"versionId": "1", "lastUpdated": stamp}}

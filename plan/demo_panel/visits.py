"""Visits made before the demo began, as the resources that the app sent for them.

`visits.json` is what the app itself makes of them (`tools/make_demo_visits.py`), with the days counted from one fixed
day. Here every date is moved to the day on which the demo is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from plan.demo_panel.records import SYNTHETIC, Resource
from plan.fhir.json_text import loads
from plan.users import User

PACIFIC = timezone(timedelta(hours=-8))
FILE = Path(__file__).with_name("visits.json")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d.*)?\Z", re.ASCII | re.DOTALL)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WRITTEN = re.compile(rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}})(, \d{{4}})?\b", re.ASCII)
_WHO = re.compile(r"Practitioner/([a-z.]+)\Z", re.ASCII)


@cache
def _document() -> Mapping[str, Any]:
    found: Mapping[str, Any] = loads(FILE.read_bytes())
    return found


def past_visits(member_key: str) -> list[Mapping[str, Any]]:
    """What the file holds of one member: {"member", "nurse", "days_ago", "resources"} a visit."""
    return [visit for visit in _document()["visits"] if visit["member"] == member_key]


def visit_resources(member_key: str, users: Mapping[str, User], now: datetime) -> list[Resource]:
    """All resources of a member's past visits, each write's Provenance after what it names."""
    days = now.astimezone(PACIFIC).date() - date.fromisoformat(_document()["base"])
    found = []
    for visit in past_visits(member_key):
        for resource in visit["resources"]:
            moved: Resource = move(resource, days, users)
            tags = [dict(tag) for tag in SYNTHETIC] + moved["meta"].get("tag", [])
            found.append(moved | {"meta": moved["meta"] | {"tag": tags}})
    return found


def move(value: Any, days: timedelta, users: Mapping[str, User]) -> Any:
    """A copy with every date and day in words moved, and user names become ids."""
    if isinstance(value, dict):
        return {name: move(member, days, users) for name, member in value.items()}
    if isinstance(value, list):
        return [move(item, days, users) for item in value]
    if not isinstance(value, str):
        return value
    match = _DAY.match(value)
    if match:
        return (date.fromisoformat(match[1]) + days).isoformat() + (match[2] or "")
    who = _WHO.match(value)
    if who:
        return f"Practitioner/{users[who[1]].practitioner_id}"
    return _WRITTEN.sub(lambda found: _move_written(found, days), value)


def _move_written(found: re.Match[str], days: timedelta) -> str:
    """A day in words, "Mar 12, 2026" or "Mar 12". Without a year it is the base day's or the year before."""
    base = date.fromisoformat(_document()["base"])
    month, number = _MONTHS.index(found[1]) + 1, int(found[2])
    year = int(found[3].removeprefix(", ")) if found[3] else base.year - (month > base.month)
    moved = date(year, month, number) + days
    return f"{_MONTHS[moved.month - 1]} {moved.day}" + (f", {moved.year}" if found[3] else "")

"""The FHIR resources that stand for users and their teams."""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlalchemy import Connection, true

from plan.fhir.json_text import loads
from plan.fhir.store import find_current
from plan.resources import put_as_system

USER_IDENTIFIER = "urn:hearthside:user"
TEAM_IDENTIFIER = "urn:hearthside:team"

_NAMES = uuid.UUID("6d1c7c53-6a54-4a7e-9a52-7d0f6c0f8d11")


def derive_id(*parts: str) -> str:
    """A resource id that is the same each time for the same parts."""
    return str(uuid.uuid5(_NAMES, "/".join(parts)))


def put_if_changed(connection: Connection, resource: dict[str, Any]) -> bool:
    """Store a resource unless the server holds the very same content. True when a version was made.

    For use inside `write_transaction`. Raises plan.fhir.outcomes.Refusal when it is not valid R4.
    """
    held = find_current(connection, resource["resourceType"], resource["id"], true())
    if held is not None and not held.deleted and _content(loads(held.body)) == _content(resource):
        return False
    put_as_system(connection, resource)
    return True


def _content(resource: dict[str, Any]) -> str:
    """The resource without what the server gives it, as text: 72.50 and 72.5 are one number and two contents."""
    content = {name: value for name, value in resource.items() if name != "meta"}
    meta = resource.get("meta") or {}
    kept = {name: value for name, value in meta.items() if name not in ("versionId", "lastUpdated")}
    return json.dumps(content | {"meta": kept}, sort_keys=True, default=str)


def team_id(name: str) -> str:
    """Id of the Organization of the team with that name; case and outer spaces do not matter."""
    return derive_id("team", " ".join(name.split()).casefold())


def put_team(connection: Connection, name: str) -> str:
    """Make the team's Organization when there is none. Returns its id."""
    found = team_id(name)
    if find_current(connection, "Organization", found, true()) is None:
        shown = " ".join(name.split())
        put_as_system(
            connection,
            {
                "resourceType": "Organization",
                "id": found,
                "identifier": [{"system": TEAM_IDENTIFIER, "value": shown.casefold()}],
                "active": True,
                "name": shown,
            },
        )
    return found


def put_practitioner(connection: Connection, practitioner_id: str, username: str, display_name: str) -> None:
    """Make the Practitioner of a user. "Ana Ruiz, RN" becomes family, given and suffix beside the whole text."""
    words, _, letters = display_name.partition(",")
    given, _, family = words.strip().rpartition(" ")
    name: dict[str, Any] = {"text": display_name, "family": family}
    if given:
        name["given"] = given.split()
    if letters.strip():
        name["suffix"] = letters.split()
    put_as_system(
        connection,
        {
            "resourceType": "Practitioner",
            "id": practitioner_id,
            "identifier": [{"system": USER_IDENTIFIER, "value": username}],
            "active": True,
            "name": [name],
        },
    )


def find_team_name(connection: Connection, organization_id: str) -> str:
    """The team's name, its id when the Organization is gone."""
    held = find_current(connection, "Organization", organization_id, true())
    return (
        str(loads(held.body).get("name") or organization_id) if held and not held.deleted else organization_id
    )

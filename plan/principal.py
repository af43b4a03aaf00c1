"""Who is asking: the signed-in user behind a bearer token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

NURSE = "nurse"
SUPERVISOR = "supervisor"
CARE_MANAGER = "care-manager"
"""Works with members through their CareTeams like a nurse, beside the visits: never sees a restricted record."""
OPERATOR = "operator"
"""The plan's own record system and its operator: writes members, teams and orders; sees everything."""

BACKEND = "backend-client"
"""A program with a key of its own (`plan.clients`): exports the groups it was registered for, and nothing else."""

ROLES = (NURSE, SUPERVISOR, CARE_MANAGER, OPERATOR)


@dataclass(frozen=True)
class Principal:
    """One user as the access rules see her.

    `practitioner_id` is the id of her Practitioner resource, `team_id` the id of her team's Organization.
    """

    user_id: str
    username: str
    role: str
    practitioner_id: str
    team_id: str | None
    scopes: frozenset[str]
    family_id: str = ""
    """The sign-in that the token comes from."""
    drain_until_ms: int | None = None
    """Withdrawn: until then she may send what she wrote before, and read nothing."""

    @property
    def draining(self) -> bool:
        """Does the token only send what was written before it was withdrawn?"""
        return self.drain_until_ms is not None

    @property
    def reference(self) -> str:
        """How resources name her: `Practitioner/<id>`."""
        return f"Practitioner/{self.practitioner_id}"


Authenticate = Callable[[Connection, str], Principal | None]
"""Finds the user of a bearer token; None when the token is unknown, expired or revoked."""

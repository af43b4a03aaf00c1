"""One attempt at the plan's door: who asks for what, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HIDDEN = ("Okonkwo", "m-b")
"""Words of patient b's record that nobody may read in an answer who is not on b's team."""


@dataclass(frozen=True)
class Attempt:
    """`who` is a token of the cast. A path without a slash in front lies beneath the FHIR base."""

    what: str
    who: str
    method: str
    path: str
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = HIDDEN
    stores: str = ""
    """`Type/id` that must not be there afterwards."""

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"


def get(what: str, who: str, path: str, status: int, **more: Any) -> Attempt:
    return Attempt(what, who, "GET", path, status, **more)


def put(what: str, who: str, resource: dict[str, Any], status: int, **more: Any) -> Attempt:
    """Refused, it must not be stored, unless it was there before (`stores=""`)."""
    name = f"{resource['resourceType']}/{resource['id']}"
    more.setdefault("stores", "" if status < 300 else name)
    return Attempt(what, who, "PUT", name, status, resource, **more)


def change(what: str, who: str, resource: dict[str, Any], status: int, **more: Any) -> Attempt:
    """A PUT over what is there."""
    return put(what, who, resource, status, stores="", **more)


def delete(what: str, who: str, path: str, status: int, **more: Any) -> Attempt:
    return Attempt(what, who, "DELETE", path, status, **more)


def post(what: str, who: str, path: str, body: Any, status: int, **more: Any) -> Attempt:
    return Attempt(what, who, "POST", path, status, body, **more)

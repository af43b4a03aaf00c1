"""What is known of a resource type: whose it is, who writes it, and what it is searched by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z", re.ASCII)
"""What a FHIR id looks like. Use with `match`. Ends in `\\Z`: `$` lets a line feed pass, and ids go into headers."""

OPEN = "open"  # has no patient: readable by everybody who signed in
PLAN = "plan"  # about a patient, kept by the plan's own systems: nurses only read it
CLINICAL = "clinical"  # written by nurses; changed by its author only
SHARED = "shared"  # written by nurses; every member of the patient's team may change it


@dataclass(frozen=True)
class Param:
    """One search parameter. `column` is set when the value is a column of the resource row."""

    name: str
    kind: str  # token, reference, date, string
    paths: tuple[str, ...] = ()
    column: str | None = None


@dataclass(frozen=True)
class ResourceType:
    """One resource type.

    `authors` are the elements that say who made it. `sources` say whose words it is: they may name the person it is
    about, her family, or somebody by a display alone. `loop` are the elements in which whoever deals with it answers.
    """

    name: str
    group: str
    patient_paths: tuple[str, ...]
    date_paths: tuple[str, ...]
    encounter_path: str | None
    authors: tuple[str, ...]
    sources: tuple[str, ...] = ()
    loop: tuple[str, ...] = ()
    params: dict[str, Param] = field(default_factory=dict)
    searched: bool = True
    """False: read by id only, no searches and no history of the type."""

    @property
    def nurse_writes(self) -> bool:
        return self.group in (CLINICAL, SHARED)

    @property
    def indexed(self) -> list[Param]:
        """Parameters that have rows in an index table."""
        return [param for param in self.params.values() if param.paths and param.column is None]


_EVERY = (
    Param("_id", "token", column="id"),
    Param("_lastUpdated", "date", column="last_updated"),
    Param("_tag", "token", ("meta.tag",)),
    Param("_security", "token", ("meta.security",)),
)


def make_type(
    name: str,
    group: str,
    *,
    patient: str = "",
    patient_params: str = "patient subject",
    date: str = "",
    encounter: str = "",
    status: bool = True,
    tokens: str = "",
    references: str = "",
    strings: str = "",
    authors: str = "",
    sources: str = "",
    loop: str = "",
) -> ResourceType:
    """Write a type down shortly.

    `date` is `parameter=element/element`; `tokens`, `references` and `strings` are lists of `parameter=element`.
    """
    params = {param.name: param for param in _EVERY}

    def add(kind: str, specification: str) -> None:
        for word in specification.split():
            parameter, _, paths = word.partition("=")
            params[parameter] = Param(parameter, kind, tuple((paths or parameter).split("/")))

    add("token", "identifier " + tokens)
    add("reference", references)
    add("string", strings)
    if patient:
        for parameter in patient_params.split():
            params[parameter] = Param(parameter, "reference", tuple(patient.split()), column="patient_id")
    if encounter:
        params["encounter"] = Param("encounter", "reference", (encounter,), column="encounter_id")
    if status:
        params["status"] = Param("status", "token", ("status",), column="status")
    date_name, _, date_paths = date.partition("=")
    dates = tuple(date_paths.split("/")) if date else ()
    if date:
        params[date_name] = Param(date_name, "date", dates, column="date_low")
    return ResourceType(
        name,
        group,
        tuple(patient.split()),
        dates,
        encounter or None,
        tuple(authors.split()),
        tuple(sources.split()),
        tuple(loop.split()),
        params,
    )

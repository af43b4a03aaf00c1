"""Loading FHIR bundles from a directory: what can be read is loaded as it is, what cannot is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from plan.database import write_transaction
from plan.fhir.json_text import NotJson, dumps, loads
from plan.fhir.outcomes import Refusal
from plan.people import derive_id, put_if_changed
from plan.problems import PlanProblem
from plan.seed_panel import make_careteams
from plan.users import get_user

LARGEST_FILE = 100_000_000
_BATCH = 200
"""Resources in one transaction: far below the time a write may take."""

# Loaded first, so that what others refer to is there when they come.
_FIRST = ("Organization", "Practitioner", "Location", "PractitionerRole", "Patient", "Encounter")

Progress = Callable[[int, int], None]
"""Told (files done, files in all)."""


@dataclass(frozen=True)
class Problem:
    """One thing that was not loaded, or not whole. `text` is a sentence without patient data."""

    file: str
    text: str


@dataclass
class SeedReport:
    """What a load did."""

    files: int = 0
    written: int = 0
    unchanged: int = 0
    careteams: int = 0
    problems: list[Problem] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)
    """Ids of the Patients in the files, those that were unchanged included."""


def load_seed(
    engine: Engine, directory: Path, panel_user: str | None = None, on_progress: Progress | None = None
) -> SeedReport:
    """Load every `*.json` of a directory: a Bundle (collection, transaction, …) or a single resource.

    Ids are kept, nothing is left out, every resource passes the server's own check. Loading twice makes no new
    versions. With `panel_user` each Patient of the files who has no CareTeam gets one with that user. Raises
    PlanProblem when there is nothing to read at all or the user does not exist.
    """
    files = _list_files(directory)
    report = SeedReport()
    if panel_user is not None:
        with write_transaction(engine) as connection:
            get_user(connection, panel_user)
    for number, path in enumerate(files):
        if on_progress is not None:
            on_progress(number, len(files))
        _load_file(engine, path, report)
    if panel_user is not None:
        with write_transaction(engine) as connection:
            user = get_user(connection, panel_user)
            report.careteams = make_careteams(connection, user, report.patients)
    if on_progress is not None:
        on_progress(len(files), len(files))
    return report


def _list_files(directory: Path) -> list[Path]:
    if not directory.is_dir():
        raise PlanProblem(f"There is no directory {directory}.")
    try:
        files = sorted(path for path in directory.iterdir() if path.suffix == ".json" and path.is_file())
    except OSError as error:
        raise PlanProblem(f"The directory {directory} cannot be read: {error.strerror}.") from error
    if not files:
        raise PlanProblem(f"There are no .json files in {directory}.")
    return files


def _load_file(engine: Engine, path: Path, report: SeedReport) -> None:
    try:
        resources = read_resources(path)
    except PlanProblem as problem:
        report.problems.append(Problem(path.name, str(problem)))
        return
    report.files += 1
    refused: set[str] = set()
    for start in range(0, len(resources), _BATCH):
        with write_transaction(engine) as connection:
            for resource in resources[start : start + _BATCH]:
                _load_resource(connection, path.name, resource, refused, report)


def _load_resource(
    connection: Connection, file: str, resource: dict[str, Any], refused: set[str], report: SeedReport
) -> None:
    name = f"{resource['resourceType']}/{resource['id']}"
    if refused & set(_references(resource)):
        report.problems.append(Problem(file, f"{name} was left out: the Patient it belongs to was refused."))
        return
    try:
        written = put_if_changed(connection, resource)
    except Refusal as refusal:
        reasons = "; ".join(f"{issue.expression or ''} {issue.text}".strip() for issue in refusal.issues[:3])
        report.problems.append(Problem(file, f"{name} was refused: {reasons or refusal.text}"))
        if resource["resourceType"] == "Patient":
            refused.add(name)
        return
    except NotJson as error:
        report.problems.append(Problem(file, f"{name} was refused: {error}."))
        return
    report.written += written
    report.unchanged += not written
    if resource["resourceType"] == "Patient":
        report.patients.append(resource["id"])


def read_resources(path: Path) -> list[dict[str, Any]]:
    """The resources of one file, `urn:uuid` references made into `Type/id`, in the order in which to load them.

    A resource without an id takes that of its fullUrl, else one made from its content. Raises PlanProblem with a
    sentence when the file is not JSON, or not FHIR.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PlanProblem(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
        document = loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise PlanProblem(f"The file cannot be read: {error.strerror}.") from error
    except NotJson as error:
        raise PlanProblem(f"The file is not JSON: {error}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        raise PlanProblem("The file is JSON, but not a FHIR resource.")
    entries = _entries(document)
    found: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for entry in entries:
        resource, full_url = entry.get("resource"), str(entry.get("fullUrl") or "")
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            continue
        if not isinstance(resource.get("id"), str):
            made = full_url.removeprefix("urn:uuid:") if full_url.startswith("urn:uuid:") else ""
            resource["id"] = made or derive_id("seed", dumps(resource))
        names[full_url] = f"{resource['resourceType']}/{resource['id']}"
        found.append(resource)
    if not found:
        raise PlanProblem("The file holds no resources.")
    names.pop("", None)
    order = {kind: place for place, kind in enumerate(_FIRST)}
    found = [_resolve(resource, names) for resource in found]
    return sorted(found, key=lambda resource: order.get(resource["resourceType"], len(order)))


def _entries(document: dict[str, Any]) -> list[dict[str, Any]]:
    if document["resourceType"] != "Bundle":
        return [{"resource": document}]
    entries = document.get("entry", [])
    if not isinstance(entries, list):
        raise PlanProblem("The Bundle's entries are not a list.")
    return [entry for entry in entries if isinstance(entry, dict)]


def _resolve(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_resolve(item, names) for item in value]
    if isinstance(value, dict):
        resolved = {name: _resolve(member, names) for name, member in value.items()}
        reference = resolved.get("reference")
        if isinstance(reference, str) and reference in names:
            resolved["reference"] = names[reference]
        return resolved
    return value


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for member in value.values():
            yield from _references(member)

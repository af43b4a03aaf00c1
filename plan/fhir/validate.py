"""The check every write passes: is this a true FHIR R4 resource?

fhirkit checks structure, cardinality and primitive formats. Added here: codes of required bindings and types of
reference targets (`r4_tables.json`, made from the R4 core definitions), ids, empty elements, and the invariants a
visit meets. About 0.1 ms a resource. Messages name elements and rules, never the values sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fhirkit

from plan.fhir.extract import date_interval
from plan.fhir.invariants import INVARIANTS
from plan.fhir.json_text import dumps, loads
from plan.fhir.outcomes import Issue, Refusal
from plan.fhir.types import ID

_REFERENCE_TYPE = re.compile(r"(?:https?://.*/)?([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/.*)?\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PATH = re.compile(r"[\w.\[\]]{1,200}\Z", re.ASCII)
_SUBJECT = re.compile(r"^.* is (?=outside |not a FHIR )", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

_TABLES: dict[str, Any] = loads((Path(__file__).parent / "r4_tables.json").read_bytes())
_STRUCTURES: dict[str, dict[str, dict[str, Any]]] = _TABLES["structures"]
_CODES = [frozenset(codes) for codes in _TABLES["codes"]]
_SYSTEMS = [frozenset(code.rpartition("|")[0] for code in codes) for codes in _TABLES["codes"]]
_TARGETS = [frozenset(targets) for targets in _TABLES["targets"]]


def validate(resource: dict[str, Any], text: str | None = None) -> None:
    """Raise Refusal 422 with the problems found. `text` is the resource as JSON, when the caller has it already."""
    text = text or dumps(resource)
    found = [Issue(_clean(issue.message), _clean_path(issue.path)) for issue in _foreign(text)]
    if found:
        # What follows trusts the shape, so it has nothing to say about a resource that has none.
        raise Refusal(422, "This is not a valid FHIR R4 resource.", code="invalid", issues=found)
    kind = resource["resourceType"]
    _check(resource, kind, kind, found)
    for invariant in INVARIANTS.get(kind, ()):
        found.extend(invariant(resource))
    if '"#' in text:
        found.extend(_contained(resource))
    if found:
        raise Refusal(422, "This is not a valid FHIR R4 resource.", code="invalid", issues=found)


def _foreign(text: str) -> Iterator[Any]:
    for issue in fhirkit.validate(text):
        if issue.severity == "error":
            yield issue


def _clean(message: str) -> str:
    return _SUBJECT.sub("the value is ", _QUOTED.sub("the value", message))[:300]


def _clean_path(path: str) -> str | None:
    return path if _PATH.match(path) else None


def _check(value: dict[str, Any], structure: str, path: str, found: list[Issue]) -> None:
    """One object: what it holds, and the objects in it. What is wrong is added to `found`."""
    elements = _STRUCTURES.get(structure, {})
    for name, member in value.items():
        where = f"{path}.{name}"
        if name == "id":
            if not isinstance(member, str) or (structure == path and not ID.match(member)):
                found.append(Issue("an id is 1 to 64 letters, digits, hyphens and dots", where))
            continue
        rule = elements.get(name)
        if not isinstance(member, list):
            _check_item(member, name, rule, where, found)
            if member is None:
                found.append(Issue("null is not allowed", where))
            continue
        if not member:
            found.append(Issue("an empty list is not allowed", where))
        for index, item in enumerate(member):
            _check_item(item, name, rule, f"{where}[{index}]", found)
    if "start" in value and "end" in value:
        found.extend(_period(value, path))


def _check_item(item: Any, name: str, rule: dict[str, Any] | None, at: str, found: list[Issue]) -> None:
    """One value of the element `name`."""
    if isinstance(item, str):
        if not item.strip() or _CONTROL.search(item):
            found.append(Issue("an empty text, or a control character in it", at))
        elif rule and "c" in rule and item not in _CODES[rule["c"]]:
            found.append(Issue("this code is not in the required value set", at))
    elif isinstance(item, dict):
        if not item:
            found.append(Issue("an empty element is not allowed", at))
        elif name == "contained":
            kind = item.get("resourceType")
            _check(item, kind if isinstance(kind, str) else "", at, found)
        elif rule:
            _check_rule(item, rule, at, found)
        else:
            _check(item, "Extension" if name in ("extension", "modifierExtension") else "", at, found)


def _check_rule(item: dict[str, Any], rule: dict[str, Any], at: str, found: list[Issue]) -> None:
    if "r" in rule:
        found.extend(_reference(item, rule["r"], at))
        _check(item, "Reference", at, found)
    elif "b" in rule:
        found.extend(_coding(item, rule["b"], at))
        _check(item, "", at, found)
    elif "k" in rule:
        for index, coding in enumerate(item.get("coding") or ()):
            if isinstance(coding, dict):
                found.extend(_coding(coding, rule["k"], f"{at}.coding[{index}]"))
        _check(item, "", at, found)
    else:
        _check(item, rule.get("s", ""), at, found)


def _coding(coding: dict[str, Any], number: int, at: str) -> Iterator[Issue]:
    system, code = coding.get("system"), coding.get("code")
    if isinstance(system, str) and system in _SYSTEMS[number] and f"{system}|{code}" not in _CODES[number]:
        yield Issue("this code is not in the required value set", at)


def _reference(reference: dict[str, Any], number: int, at: str) -> Iterator[Issue]:
    text = reference.get("reference")
    if number < 0 or not isinstance(text, str):
        return
    match = _REFERENCE_TYPE.match(text)
    if match and match.group(1) not in _TARGETS[number]:
        yield Issue("this element may not refer to that type of resource", f"{at}.reference")


def _period(period: dict[str, Any], path: str) -> Iterator[Issue]:
    start, end = period["start"], period["end"]
    if isinstance(start, str) and isinstance(end, str):
        try:
            if date_interval(start)[0] > date_interval(end)[1]:
                yield Issue("per-1: a period ends before it starts", path)
        except ValueError:
            return  # the shape of both dates is fhirkit's to report


def _contained(resource: dict[str, Any]) -> Iterator[Issue]:
    contained = resource.get("contained")
    ids = {f"#{item.get('id')}" for item in contained or () if isinstance(item, dict)} | {"#"}

    def unresolved(value: Any) -> bool:
        if isinstance(value, list):
            return any(unresolved(item) for item in value)
        if isinstance(value, dict):
            text = value.get("reference")
            if isinstance(text, str) and text.startswith("#") and text not in ids:
                return True
            return any(unresolved(item) for item in value.values())
        return False

    if unresolved(resource):
        yield Issue("ref-1: a reference to a contained resource that is not there", resource["resourceType"])

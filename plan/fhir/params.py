"""Search parameters as SQL conditions on the resource table."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, and_, false, not_, or_, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.extract import NO_DATE, date_interval, plain, split_reference
from plan.fhir.outcomes import Refusal
from plan.fhir.tables import reference_index, resource, string_index, token_index
from plan.fhir.types import TYPES, Param, ResourceType

_PREFIX = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.+)$", re.DOTALL)
_COMMA = re.compile(r"(?<!\\),")
_BAR = re.compile(r"(?<!\\)\|")
MOST_VALUES = 200
"""Alternatives of one parameter; each is a term of the statement, and SQLite takes a few hundred."""
Condition = ColumnElement[bool]


def split_values(text: str) -> list[str]:
    """Alternatives of one parameter: `a,b` with `\\,` kept as a comma. Raises Refusal 400 for too many."""
    values = [value for value in _COMMA.split(text) if value]
    if len(values) > MOST_VALUES:
        raise Refusal(400, f"A search parameter has at most {MOST_VALUES} values.", code="too-costly")
    return values


def _plain_text(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def find_condition(kind: ResourceType, name: str, value: str, allowed: Condition) -> Condition | None:
    """The condition of one parameter; None when the type has no such parameter.

    `allowed` is the access predicate, which chained searches apply to what they pass through.
    Raises Refusal 400 for a value or modifier that cannot be understood.
    """
    head, dot, chained = name.partition(".")
    base, _, modifier = head.partition(":")
    param = kind.params.get(base)
    if param is None:
        return None
    if dot:
        return _chain(kind, param, modifier, chained, value, allowed)
    values = split_values(value)
    if not values:
        raise Refusal(400, f"The search parameter {base} has no value.")
    if param.kind == "date":
        _only(modifier, ())
        return or_(*(_date(param, each) for each in values))
    if param.kind == "token":
        _only(modifier, ("not",))
        found = _token(kind, param, values)
        return not_(found) if modifier else found
    if param.kind == "reference":
        _only(modifier, tuple(TYPES))
        return or_(*(_reference(kind, param, each, modifier) for each in values))
    _only(modifier, ("exact", "contains"))
    return or_(*(_string(kind, param, each, modifier) for each in values))


def _only(modifier: str, known: tuple[str, ...]) -> None:
    if modifier and modifier not in known:
        raise Refusal(400, "This search modifier is not supported here.", code="not-supported")


def _in_index(kind: ResourceType, param: Param, conditions: Iterable[Condition]) -> Condition:
    rows = {"token": token_index, "reference": reference_index, "string": string_index}[param.kind]
    keys = select(rows.c.key).where(rows.c.type == kind.name, rows.c.param == param.name, *conditions)
    return resource.c.key.in_(keys)


def _date(param: Param, text: str) -> Condition:
    match = _PREFIX.match(text.replace(" ", "+"))  # a "+" that a client forgot to encode arrives as a space
    try:
        low, high = date_interval(match.group(2) if match else "")
    except ValueError as error:
        raise Refusal(400, f"The search parameter {param.name} needs a date.") from error
    prefix = (match.group(1) if match else None) or "eq"
    point = param.column == "last_updated"
    starts: Column[int] = resource.c.last_updated if point else resource.c.date_low
    ends: Column[int] = resource.c.last_updated if point else resource.c.date_high
    condition = _compare(prefix, starts, ends, low, high)
    return condition if point else and_(condition, starts > NO_DATE)


def _compare(prefix: str, starts: Column[int], ends: Column[int], low: int, high: int) -> Condition:
    """Only the one that is asked for: building a condition costs more than finding that nothing is so new."""
    match prefix:
        case "eq":
            return and_(starts >= low, ends <= high)
        case "ne":
            return or_(starts < low, ends > high)
        case "gt":
            return ends > high
        case "lt":
            return starts < low
        case "ge":
            return ends >= low
        case "le":
            return starts <= high
        case "sa":
            return starts > high
        case "eb":
            return ends < low
        case _:
            return and_(starts <= high, ends >= low)


def _token(kind: ResourceType, param: Param, values: list[str]) -> Condition:
    if param.column:
        codes = [_plain_text(_BAR.split(value)[-1]) for value in values]
        return resource.c[param.column].in_(codes)
    matches: list[Condition] = []
    for value in values:
        system, bar, code = _split_bar(value)
        conditions: list[Condition] = []
        if code:
            conditions.append(token_index.c.code == code)
        if bar:
            conditions.append(token_index.c.system == system)
        matches.append(and_(*conditions) if conditions else false())
    return _in_index(kind, param, [or_(*matches)])


def _split_bar(value: str) -> tuple[str, bool, str]:
    parts = _BAR.split(value, maxsplit=1)
    if len(parts) == 1:
        return "", False, _plain_text(parts[0])
    return _plain_text(parts[0]), True, _plain_text(parts[1])


def _reference(kind: ResourceType, param: Param, value: str, modifier: str) -> Condition:
    target = split_reference(value)
    target_type, target_id = target or (modifier or None, value)
    if param.column:
        expected = "Encounter" if param.column == "encounter_id" else "Patient"
        return resource.c[param.column] == target_id if target_type in (None, expected) else false()
    conditions = [reference_index.c.target_id == target_id]
    if target_type:
        conditions.append(reference_index.c.target_type == target_type)
    return _in_index(kind, param, conditions)


def _string(kind: ResourceType, param: Param, value: str, modifier: str) -> Condition:
    text, column = plain(_plain_text(value)), string_index.c.value
    if modifier == "exact":
        condition: Condition = column == text
    elif modifier == "contains":
        condition = column.contains(text, autoescape=True)
    else:
        condition = and_(column >= text, column < text + "\U0010ffff")
    return _in_index(kind, param, [condition])


def _chain(
    kind: ResourceType, param: Param, modifier: str, rest: str, value: str, allowed: Condition
) -> Condition | None:
    if param.kind != "reference" or "." in rest:
        return None
    known = {"patient_id": "Patient", "encounter_id": "Encounter"}.get(param.column or "")
    target = TYPES.get(modifier or known or "")
    inner = find_condition(target, rest, value, allowed) if target else None
    if target is None or inner is None:
        return None
    ids = (
        select(resource.c.id)
        .where(IS_CURRENT, resource.c.deleted == 0, resource.c.type == target.name, inner, allowed)
        .correlate(None)
    )
    if param.column:
        return resource.c[param.column].in_(ids) if target.name == known else false()
    conditions = [reference_index.c.target_type == target.name, reference_index.c.target_id.in_(ids)]
    return _in_index(kind, param, conditions)

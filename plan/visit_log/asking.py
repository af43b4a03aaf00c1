"""What the visit log can be asked for: each parameter is one condition on `visit_line`, each order is total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.extract import date_interval
from plan.fhir.outcomes import Refusal
from plan.fhir.params import Condition, find_condition, split_values
from plan.fhir.tables import resource
from plan.fhir.types import TYPES
from plan.visit_log.tables import visit_line

PAGE, MOST = 50, 200
TOTALS = ("none", "estimate", "accurate")
COUNTED = 1_000
"""Up to so many an estimate is exact; of more it says that there are more."""
MOST_PARAMETERS = 50
"""More conditions than a database may take in one statement are a mistake, not a question."""
NOT_SAID = "-"
"""Asks for visits that do not say their line of business, or their provider organization."""
_c = visit_line.c
FLAGS: Mapping[str, Condition] = {
    "act-now": _c.act_now == 1,
    "alert-open": _c.alert_open == 1,
    "not-seen": _c.met == 0,
    "evv": _c.evv == 1,
}
ARRIVAL: Mapping[str, Condition] = {"whole": _c.whole == 1, "arriving": _c.whole == 0}
_COLUMNS = {
    "patient": _c.patient_id,
    "nurse": _c.nurse_id,
    "setting": _c.setting,
    "place": _c.place,
    "modality": _c.modality,
    "kind": _c.kind,
}
_SAID = {"line": _c.line, "organisation": _c.organisation}
ORDERS: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "newest": (_c.began_ms, _c.encounter_id),
    "oldest": (_c.began_ms, _c.encounter_id),
}
"""Columns of order. All of one order go the same way: so an index serves it."""


@dataclass
class Asked:
    """One page of the log that somebody asks for."""

    conditions: list[Condition] = field(default_factory=list)
    order: str = "newest"
    count: int = PAGE
    after: tuple[int, str] | None = None
    total: str = ""
    """"" | accurate | estimate: how many there are in all, or so many up to `COUNTED`."""

    @property
    def down(self) -> bool:
        return self.order == "newest"


def read_asked(pairs: Iterable[tuple[str, str]], allowed: Condition) -> Asked:
    """Understand the parameters. Nothing is ignored: half a filter would show other visits. Raises Refusal 400."""
    asked = Asked()
    pairs = list(pairs)
    if len(pairs) > MOST_PARAMETERS:
        raise Refusal(400, f"The visit log takes at most {MOST_PARAMETERS} parameters.")
    for name, value in pairs:
        if "\x00" in value:
            raise Refusal(400, "A search value holds a character that no text has.")
        if name in _READ:
            _READ[name](asked, value)
        else:
            asked.conditions.append(_find_condition(name, value, allowed))
    return asked


def _find_condition(name: str, value: str, allowed: Condition) -> Condition:
    values = split_values(value)
    if not values:
        raise Refusal(400, "A filter of the visit log has no value.")
    if name in _COLUMNS:
        return _COLUMNS[name].in_(values)
    if name in _SAID:
        return _SAID[name].in_(["" if one == NOT_SAID else one for one in values])
    if name == "flag":
        return _choose(FLAGS, value)
    if name == "arrival":
        return _choose(ARRIVAL, value)
    if name == "from":
        return _c.began_ms >= _moment(value)
    if name == "to":
        return _c.began_ms < _moment(value)
    if name == "score":
        return _c.score >= _number(value, 10)
    if name == "name":
        return _c.patient_id.in_(_named(value, allowed))
    raise Refusal(400, "The visit log is not narrowed by one of the parameters given.", code="not-supported")


def _named(text: str, allowed: Condition) -> Any:
    """People whom the caller may read, each word being the beginning of one of their names."""
    wanted = [IS_CURRENT, resource.c.type == "Patient", resource.c.deleted == 0, allowed]
    for word in text.split()[:5]:
        found = find_condition(TYPES["Patient"], "name", word.replace(",", "\\,"), allowed)
        wanted += [] if found is None else [found]
    return select(resource.c.id).where(*wanted).correlate(None)


def _choose(known: Mapping[str, Condition], value: str) -> Condition:
    if value not in known:
        raise Refusal(400, f"A filter of the visit log is one of: {', '.join(known)}.")
    return known[value]


def _moment(value: str) -> int:
    try:
        return date_interval(value.replace(" ", "+"))[0]
    except ValueError:
        raise Refusal(400, "from and to are dates or times of day as FHIR writes them.") from None


def _number(value: str, most: int) -> int:
    if not (value.isascii() and value.isdigit() and int(value[:6]) <= most):
        raise Refusal(400, f"A whole number up to {most} was expected here.")
    return int(value)


def _read_count(asked: Asked, value: str) -> None:
    asked.count = max(1, min(_number(value, 100_000), MOST))


def _read_sort(asked: Asked, value: str) -> None:
    if value not in ORDERS:
        raise Refusal(400, f"The visit log is ordered by: {', '.join(ORDERS)}.")
    asked.order = value


def _read_after(asked: Asked, value: str) -> None:
    began, _, encounter_id = value.partition("_")
    if not (began.removeprefix("-").isdigit() and began.isascii() and len(began) < 17 and encounter_id):
        raise Refusal(400, "_after is not one of this server's.")
    asked.after = int(began), encounter_id[:64]


def _read_total(asked: Asked, value: str) -> None:
    if value not in TOTALS:
        raise Refusal(400, f"_total is one of: {', '.join(TOTALS)}.")
    asked.total = "" if value == "none" else value


_READ: Mapping[str, Callable[[Asked, str], None]] = {
    "_count": _read_count,
    "_sort": _read_sort,
    "_after": _read_after,
    "_total": _read_total,
}

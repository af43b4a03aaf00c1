"""What is in the home: the last count of each medicine, and the comfort medicines as a nurse found them last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from plan.fhir.extract import walk
from plan.oncall.model import Line
from plan.sharing.reading import Json, concept_text, moment

_FORMS = "urn:hearthside:questionnaire:"
_STANDS = ("completed", "amended")
_IN_HOME = {
    "complete": "In the home, complete",
    "part": "In the home, something missing or out of date",
    "not-there": "Ordered, not in the home",
    "not-ordered": "Not ordered",
}
_UNITS = {"ml": "mL"}


@dataclass(frozen=True, slots=True)
class Count:
    """`left`: what was there, less what was destroyed or handed back afterwards."""

    name: str
    left: Decimal
    unit: str
    at: str


def last_counts(responses: Iterable[Json]) -> list[Count]:
    """The newest of each medicine, by its name."""
    found: dict[str, Count] = {}
    held = [one for one in responses if _asks(one, "home-count")]
    for response in sorted(held, key=_authored):
        for entry in walk(response, "item"):
            if entry.get("linkId") == "home-count" and (one := _count(entry, response)) is not None:
                found[one.name.casefold()] = one
    return list(found.values())


def count_words(one: Count) -> str:
    """ "Last counted: 12 tablets"."""
    number = f"{one.left.normalize():f}"
    unit = _UNITS.get(one.unit, one.unit)
    return f"Last counted: {'0' if number == '-0' else number} {unit}".strip()


def comfort_lines(responses: Iterable[Json]) -> Iterator[Line]:
    """Whether comfort medicines are there, where, and what is missing; the newest word."""
    held = [one for one in responses if _asks(one, "body-comfort-medicines")]
    for response in sorted(held, key=_authored, reverse=True)[:1]:
        items = {str(one.get("linkId")): one for one in walk(response, "item")}
        code = next(walk(items.get("comfort-medicines"), "answer.valueCoding.code"), None)
        where, missing = (
            next((str(text) for text in walk(items.get(name), "answer.valueString")), "")
            for name in ("comfort-medicines-where", "comfort-medicines-missing")
        )
        if code in _IN_HOME:
            more = [where, f"Missing: {missing}" if missing else ""]
            at = str(response.get("authored") or "")
            yield Line("comfort", _IN_HOME[code], detail=". ".join(filter(None, more)), at=at)


def _asks(response: Json, form: str) -> bool:
    asked = str(response.get("questionnaire") or "").partition("|")[0]
    return response.get("status") in _STANDS and asked == f"{_FORMS}{form}"


def _authored(response: Json) -> tuple[int, str]:
    return moment(str(response.get("authored") or ""))


def _count(entry: Json, response: Json) -> Count | None:
    items = {str(one.get("linkId")): one for one in walk(entry, "item")}
    name = next((str(text) for text in walk(items.get("hc-name"), "answer.valueString")), "")
    now, gone = _number(items.get("hc-now")), _number(items.get("hc-gone"))
    if not name or now is None:
        return None
    coding: Any = next(walk(items.get("hc-unit"), "answer.valueCoding"), {})
    unit = str(coding.get("code") or concept_text({"coding": [coding]}))
    return Count(name, now - (gone or Decimal(0)), unit, str(response.get("authored") or ""))


def _number(item: Any) -> Decimal | None:
    for answer in walk(item, "answer"):
        for value in (
            answer.get("valueQuantity", {}).get("value"),
            *map(answer.get, ("valueDecimal", "valueInteger")),
        ):
            try:
                return Decimal(str(value)) if value is not None else None
            except InvalidOperation:
                continue
    return None

"""One answer's value ↔ FHIR, by the item's kind. Decoding takes anything and never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.content.model import Item, ItemKind, Option
from app.domain.visit import Absent, Value
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json
from app.sync.fhir.json_text import NumberText
from app.sync.fhir.write import sendable, time_text

_MOST_DIGITS = 18
"""Of a FHIR decimal, before and after the point."""
_FHIR_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ABSENT_BY_CODE = {
    "asked-declined": Absent.DECLINED,
    "asked-unknown": Absent.COULD_NOT_ANSWER,
    "not-applicable": Absent.COULD_NOT_ANSWER,
    "temp-unknown": Absent.COULD_NOT_ANSWER,
    "unknown": Absent.COULD_NOT_ANSWER,
}
"""What FHIR's words mean where ours do not stand beside them. "not-asked" is no answer at all."""


def option_system(item: Item) -> str:
    return f"{codes.OPTION}{item.link_id}"


def code_coding(code: Any) -> codes.Coding:
    """A content Code as a Coding."""
    coding = {"system": code.system, "code": code.code}
    return coding | {"display": code.display} if code.display else coding


def _own_code(item: Item, option: Option) -> bool:
    """True where the option's published code would not lead back to this option."""
    same = [o for o in item.options if o.coding and option.coding and _pair(o) == _pair(option)]
    return option.coding is None or len(same) > 1


def _pair(option: Option) -> tuple[str | None, str | None]:
    return (option.coding.system, option.coding.code) if option.coding is not None else (None, None)


def option_coding(item: Item, code: str) -> codes.Coding:
    """The published code of an option, or our own word for it in a system of that item's own."""
    option = item.find_option(code)
    if option is not None and option.coding is not None and not _own_code(item, option):
        return {"display": option.display} | code_coding(option.coding)
    coding = {"system": option_system(item), "code": code}
    return coding | {"display": option.display} if option is not None else coding


def _decimal_text(number: Decimal) -> NumberText:
    return NumberText(format(number, "f"))


def encode_quantity(item: Item, number: Decimal | int) -> Json:
    quantity: Json = {"value": number if isinstance(number, int) else _decimal_text(number)}
    if item.unit is not None:
        quantity |= {"unit": item.unit.display, "system": codes.UCUM, "code": item.unit.code}
    return quantity


def _encode_moment(text: str) -> str | None:
    """Verbatim where FHIR can write it so; else the same moment in FHIR's spelling, None for what is no moment."""
    if _FHIR_TIME.fullmatch(text):
        return text
    try:
        return time_text(datetime.fromisoformat(text))
    except ValueError:
        return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def encode_value(item: Item, value: Value) -> list[Json]:
    """The value as FHIR answers (`[{"valueInteger": 7}]`), several for a choice of many, none for an empty one.

    A value that does not fit the kind (content changed under an open draft) goes as text: it is read again by people,
    never as an answer.
    """
    match item.kind, value:
        case ItemKind.NUMBER, int():
            return [{"valueInteger": value}]
        case ItemKind.QUANTITY, Decimal() | int():
            return [{"valueQuantity": encode_quantity(item, value)}]
        case ItemKind.CHOICE, str():
            return [{"valueCoding": option_coding(item, value)}]
        case ItemKind.CHOICES, tuple():
            return [{"valueCoding": option_coding(item, one)} for one in value]
        case ItemKind.YES_NO, "yes" | "no":
            return [{"valueBoolean": value == "yes"}]
        case ItemKind.DATE, str() if _is_day(value):
            return [{"valueDate": value}]
        case ItemKind.MOMENT, str() if (moment := _encode_moment(value)) is not None:
            return [{"valueDateTime": moment}]
    text = sendable(", ".join(value) if isinstance(value, tuple) else str(value))
    return [{"valueString": text}] if text.strip() else []


def decode_value(item: Item, answers: Sequence[Json]) -> Value | None:
    """What FHIR answers say, or None: another type, outside the scale, an option or unit that is not known."""
    first = answers[0] if answers else {}
    match item.kind:
        case ItemKind.NUMBER:
            number = read.whole(first, "valueInteger")
            return number if number is not None and item.minimum <= number <= item.maximum else None
        case ItemKind.QUANTITY:
            return decode_quantity(item, read.find(first, "valueQuantity"))
        case ItemKind.CHOICE:
            return find_option(item, [read.find(first, "valueCoding")])
        case ItemKind.CHOICES:
            found = (find_option(item, [read.find(one, "valueCoding")]) for one in answers)
            return tuple(dict.fromkeys(code for code in found if code is not None)) or None
        case ItemKind.YES_NO:
            said = read.flag(first, "valueBoolean")
            coded = find_option(item, [read.find(first, "valueCoding")])
            return coded if said is None else ("yes" if said else "no")
        case ItemKind.DATE:
            day = read.text(first, "valueDate")
            return day if day is not None and _is_day(day) else None
        case ItemKind.MOMENT:
            moment = read.text(first, "valueDateTime")
            return moment if read.instant(first, "valueDateTime") is not None else None
        case ItemKind.LINE | ItemKind.TEXT:
            text = read.find(first, "valueString")
            return sendable(text) if isinstance(text, str) and text.strip() else None
    return None


def decode_quantity(item: Item, quantity: Any) -> Decimal | None:
    """A number in the item's own unit; a number in any other unit is none rather than a wrong one."""
    number, code = read.find(quantity, "value"), read.text(quantity, "code")
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return None
    found = Decimal(number.text if isinstance(number, NumberText) else str(number))
    if not found.is_finite() or abs(found.adjusted()) > _MOST_DIGITS:
        return None
    if code is not None and item.unit is not None and code != item.unit.code:
        return None
    return found


def find_option(item: Item, codings: Iterable[Any]) -> str | None:
    """The code of the option that one of these codings names, in its published system or in our own."""
    for coding in codings:
        system, code = read.text(coding, "system"), read.text(coding, "code")
        if code is None:
            continue
        for option in item.options:
            if (
                not _own_code(item, option)
                and code == _pair(option)[1]
                and system in (_pair(option)[0], None)
            ):
                return option.code
            if code == option.code and system in (option_system(item), None):
                return option.code
    return None


def encode_absence(absent: Absent) -> list[Json]:
    """FHIR's reason, and ours beside it where FHIR's word is coarser."""
    found: list[Json] = [
        {"url": codes.DATA_ABSENT_EXTENSION, "valueCode": codes.ABSENCES[absent]["code"]},
    ]
    if _ABSENT_BY_CODE.get(codes.ABSENCES[absent]["code"]) is not absent:
        found.append({"url": codes.ABSENT, "valueCode": absent.value})
    return found


def decode_absence(holder: Any) -> Absent | None:
    """From the extensions of an item, ours before FHIR's."""
    own = read.text(read.extension(holder, codes.ABSENT), "valueCode")
    coarse = read.text(read.extension(holder, codes.DATA_ABSENT_EXTENSION), "valueCode")
    return find_absent(own) or _ABSENT_BY_CODE.get(coarse or "")


def find_absent(code: str | None) -> Absent | None:
    """By our word, or by FHIR's data-absent-reason code."""
    own = next((absent for absent in Absent if absent.value == code), None)
    return own or _ABSENT_BY_CODE.get(code or "")

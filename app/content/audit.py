"""What the content owes its readers beyond being loadable: sources, marks, right codes, one meaning a code.

`hearthside content check` prints what is found; a test keeps it empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.content import load, load_table, table_names
from app.content.checking import all_items
from app.content.model import Code, Instrument, Kind, Mark

LOINC = "http://loinc.org"
_LOINC = re.compile(r"(LA)?(\d+)-(\d)")
_SYSTEM = re.compile(r"https?://|urn:")


def loinc_is_right(code: str) -> bool:
    """A LOINC code, or answer code (LA…), ends in the Mod 10 check digit of its number.

    The letters LA count too: 5 before an even number of digits, 8 before an odd one. That holds for each of the 51
    answer codes that we have from named sources; we have not seen it written down.
    """
    match = _LOINC.fullmatch(code)
    if match is None:
        return False
    digits = [int(digit) for digit in reversed(match[2])]
    doubled = [digit * 2 if at % 2 == 0 else digit for at, digit in enumerate(digits)]
    total = sum(digit - 9 if digit > 9 else digit for digit in doubled)
    if match[1]:
        total += 8 if len(digits) % 2 else 5
    return (10 - total % 10) % 10 == int(match[3])


def codes_of(instrument: Instrument) -> Iterator[tuple[str, Code]]:
    """Every code of an instrument with where it stands."""
    for code in instrument.panel:
        yield "panel", code
    if instrument.total.code is not None:
        yield "total", instrument.total.code
    if instrument.short_form is not None:
        for code in instrument.short_form.panel:
            yield "short form's panel", code
        if instrument.short_form.total_code is not None:
            yield "short form's total", instrument.short_form.total_code
    for derived in instrument.derived:
        panel = () if derived.panel is None else (derived.panel,)
        for code in (derived.code, derived.positive, derived.negative, *panel):
            yield derived.id, code
    for item in all_items(instrument):
        if item.code is not None:
            yield item.link_id, item.code
        for option in item.options:
            if option.coding is not None:
                yield f"{item.link_id} {option.code}", option.coding


def _audit_code(where: str, system: object, code: object, display: object, source: object) -> Iterator[str]:
    if not isinstance(system, str) or not _SYSTEM.match(system):
        yield f"{where}: code {code} has no system"
    if not isinstance(display, str) or not display:
        yield f"{where}: code {code} has no display"
    if not isinstance(source, str) or not source:
        yield f"{where}: code {code} has no source"
    if system == LOINC and not (isinstance(code, str) and loinc_is_right(code)):
        yield f"{where}: {code} is no LOINC code: its check digit is wrong"


def _audit_instrument(instrument: Instrument) -> Iterator[str]:
    if instrument.mark is None or not instrument.sources:
        yield f"{instrument.id}: no mark or no source"
    if instrument.kind is Kind.SCALE and instrument.licence is None:
        yield f"{instrument.id}: a scale says under what terms it is here"
    for item in all_items(instrument):
        mark = item.mark or instrument.mark
        if mark in (Mark.OWN, Mark.UNVERIFIED) and not (item.confirm or instrument.confirm):
            yield f"{instrument.id} {item.link_id}: nobody is named to confirm what is our own"
        if item.mark is not None and not item.source:
            yield f"{instrument.id} {item.link_id}: a mark without a source"
    for fact in instrument.facts:
        if not fact.source or not fact.text:
            yield f"{instrument.id}: a fact without words or source"
    for where, code in codes_of(instrument):
        yield from _audit_code(f"{instrument.id} {where}", code.system, code.code, code.display, code.source)


def marked(value: Any, where: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of a table that carries a mark, with its place; `source` and `confirm` of what it stands in hold
    for it too.
    """
    yield from _marked(value, where, {})


def _marked(value: Any, where: str, above: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        below = {key: value.get(key) or above.get(key) for key in ("source", "confirm")}
        if "mark" in value:
            yield where, {**value, **below}
        for key, inner in value.items():
            yield from _marked(inner, f"{where}.{key}" if where else str(key), below)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            name = inner.get("id") or inner.get("name") if isinstance(inner, Mapping) else None
            yield from _marked(inner, f"{where}.{name or at + 1}", above)


def _coded(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("system"), str) and isinstance(value.get("code"), str):
            yield value
        for inner in value.values():
            yield from _coded(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _coded(inner)


def _audit_table(name: str, table: Any) -> Iterator[str]:
    marks = {mark.value for mark in Mark}
    for where, one in marked(table):
        if one["mark"] not in marks:
            yield f"{name} {where}: mark {one['mark']!r} is not known"
        if not one["source"]:
            yield f"{name} {where}: a mark without a source"
        if one["mark"] in (Mark.OWN, Mark.UNVERIFIED) and not one["confirm"]:
            yield f"{name} {where}: nobody is named to confirm what is our own"
    for coded in _coded(table):
        if coded["system"] == LOINC and not loinc_is_right(coded["code"]):
            yield f"{name}: {coded['code']} is no LOINC code: its check digit is wrong"


def _audit_meanings(uses: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    """`uses`: (where, system, code, display)."""
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for where, system, code, display in uses:
        said = first.setdefault((system, code), (where, display))
        if said[1].casefold() != display.casefold():
            yield f"{code} means {said[1]!r} in {said[0]} and {display!r} in {where}"


def _uses(
    instruments: Iterable[Instrument], tables: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str]]:
    for instrument in instruments:
        for where, code in codes_of(instrument):
            yield f"{instrument.id} {where}", code.system, code.code, code.display or ""
    for name, table in tables.items():
        for coded in _coded(table):
            if isinstance(coded.get("display"), str):
                yield name, coded["system"], coded["code"], coded["display"]


def _audit_sections(tables: Mapping[str, Any], known: Iterable[str]) -> Iterator[str]:
    for section in tables.get("sections", {}).get("sections", ()):
        for form in section.get("forms", ()):
            if form not in known:
                yield f"sections.json {section['id']}: there is no form {form!r}"


def _audit_switches(instruments: Iterable[Instrument], tables: Mapping[str, Any]) -> Iterator[str]:
    switches = tables.get("settings", {}).get("switches", {})
    for instrument in instruments:
        for name in {instrument.switch, *(item.switch for item in all_items(instrument))} - {None}:
            if name not in switches:
                yield f"{instrument.id}: settings.json has no switch {name!r}"


def audit() -> tuple[str, ...]:
    """All complaints about the content in use, as sentences; () when there are none. Raises ContentError."""
    known = load()
    own = [one for one in known.values() if one.short_of is None]
    tables = {name: load_table(name) for name in table_names()}
    found: list[str] = []
    for instrument in own:
        found += _audit_instrument(instrument)
    for name, table in tables.items():
        found += _audit_table(f"{name}.json", table)
    found += _audit_meanings(_uses(own, tables))
    found += _audit_sections(tables, known)
    found += _audit_switches(own, tables)
    return tuple(found)

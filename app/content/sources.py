"""docs/clinical/sources.md, made from the data: item or rule, its source, its mark, who must confirm it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.content import load_table, shipped, table_names
from app.content.audit import codes_of, marked
from app.content.checking import all_items
from app.content.model import Instrument, Kind, Mark

Row = tuple[str, str, str, str]
"""What is claimed, its source, its mark, who must confirm it."""

HEAD = """# Where the clinical content comes from

Made from the data in `app/content` by `hearthside content sources`; do not edit it by hand.

No clinician has reviewed this content. Before it is used with people, whoever is named in the last column must confirm
it: every threshold and every clock is the plan's to accept or change.

| Mark | Meaning |
| --- | --- |
| VERIFIED | seen in the named source |
| VERIFIED (2nd hand) | quoted by somebody else, who names the owner |
| UNVERIFIED | not seen; ships only so that a plan can confirm it, or off until it has |
| OWN | our own words, rule or default; no source claims it |
"""

_WORDS = ("says", "text", "rule", "part", "title", "label", "name", "full_name", "display", "id")
"""Keys of a table's object that may say what it is about, the most telling first."""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _table(rows: Iterable[Row], first: str) -> Iterator[str]:
    yield f"| {first} | Source | Mark | Must confirm |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        yield "| " + " | ".join(_cell(cell) or "-" for cell in row) + " |"


def _merge(rows: Iterable[Row]) -> list[Row]:
    """Claims that rest on the same source, mark and confirmation stand in one row."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for what, *rest in rows:
        together.setdefault((rest[0], rest[1], rest[2]), []).append(what)
    return [("; ".join(dict.fromkeys(names)), *rest) for rest, names in together.items()]


def _items(instrument: Instrument) -> Iterator[Row]:
    for item in all_items(instrument):
        mark = item.mark or instrument.mark
        source = item.source or "; ".join(instrument.sources)
        confirm = item.confirm or instrument.confirm or ""
        name = item.hint and f"{item.name} ({item.hint})" if len(item.name) < 30 else item.name
        yield f"{name or item.name}", source, mark.value if mark else "", confirm


def _codes(instrument: Instrument) -> Iterator[Row]:
    for _, code in codes_of(instrument):
        display = textwrap.shorten(code.display or "", 60, placeholder=" …")
        yield f"`{code.code}` {display}", code.source or "", Mark.VERIFIED.value, ""


def _rows(instrument: Instrument) -> Iterator[Row]:
    licence = instrument.licence
    if licence is not None:
        confirm = "" if licence.mark is Mark.VERIFIED else "plan (licence)"
        yield f"Licence: {licence.terms}", licence.source, licence.mark.value, confirm
    for fact in instrument.facts:
        yield f"Rule: {fact.text}", fact.source, fact.mark.value, fact.confirm or ""
    for what, *rest in _merge(_items(instrument)):
        yield f"Items: {what}", rest[0], rest[1], rest[2]
    for what, *rest in _merge(_codes(instrument)):
        yield f"Codes: {what}", rest[0], rest[1], rest[2]


def _said(where: str, one: Mapping[str, Any]) -> str:
    found = [str(one[key]) for key in _WORDS if isinstance(one.get(key), str) and one[key]]
    value, unit = one.get("value"), one.get("unit")
    number = f": {value} {unit or ''}".rstrip() if isinstance(value, str | int) else ""
    return f"`{where}` {found[0] if found else ''}{number}".strip()


def _table_rows(table: Any) -> Iterator[Row]:
    for where, one in marked(table):
        source, confirm = str(one["source"] or ""), str(one["confirm"] or "")
        yield _said(where or "all of it", one), source, str(one["mark"]), confirm


def _instruments(instruments: Iterable[Instrument]) -> Iterator[str]:
    for instrument in sorted(instruments, key=lambda one: one.id):
        yield f"\n### {instrument.name} (`{instrument.id}`)\n"
        if instrument.attribution:
            yield f"{_cell(f'{instrument.attribution} {instrument.own_note}'.strip())}\n"
        yield from _table(_rows(instrument), "Item or rule")


def make_sources() -> str:
    """The whole document. Raises ContentError."""
    lines = [HEAD]
    scales = [one for one in shipped() if one.kind is Kind.SCALE]
    forms = [one for one in shipped() if one.kind is Kind.FORM]
    lines += ["## Published scales", *_instruments(scales)]
    lines += ["\n## Forms in our own words", *_instruments(forms)]
    lines.append("\n## Tables: rules, factors, settings and lists")
    for name in table_names():
        rows = list(_table_rows(load_table(name)))
        if rows:
            lines += [f"\n### `{name}.json`\n", *_table(rows, "Entry")]
    return "\n".join(lines) + "\n"

"""Conversations about what matters: which fields were filled, and which a person did not want to speak of."""

from __future__ import annotations

from typing import Any

from plan.outcomes.facts.answers import ANSWERED_AT, absence, instrument_of, values
from plan.outcomes.reading import RESOLUTION, SNOMED, Json, at, extension, find, has_code, items, number, text
from plan.outcomes.record import Record, visit_of

Row = dict[str, Any]

PLANNING = "713603004"
"""SNOMED CT "Advance care planning", as the app sends a conversation (docs/clinical/sources.md)."""
MINUTES = "urn:hearthside:minutes"
FIELDS: dict[str, tuple[str, ...]] = {
    "understanding": ("conv-understanding", "conv-understanding-words"),
    "information": ("conv-information",),
    "matters": ("conv-matters", "conv-matters-words"),
    "worries": ("conv-worries", "conv-worries-words"),
    "experience": ("conv-experience", "conv-experience-words"),
    "prognosis": ("conv-prognosis", "conv-prognosis-words"),
    "family": ("conv-family", "conv-family-understanding"),
    "strength": ("conv-strength", "conv-strength-words"),
    "preferences": ("conv-accept", "conv-refuse", "conv-trade-words", "conv-hospital", "conv-hospital-words"),
    "place": ("conv-place-care", "conv-place-death", "conv-place-words"),
    "spiritual": ("conv-supporters", "conv-strength"),
}
"""The link ids behind each column."""
_SILENT = frozenset({"not-explored", "not-shared", "nobody"})
"""Answers that say that a field was not spoken of."""
_FAITH = frozenset({"faith", "faith-leader", "chaplain"})
_REASONS = {
    "declined": "not-wanted",
    "does-not-want-to-discuss": "not-wanted",
    "not-discussed-today": "not-discussed",
    "not-known": "not-known",
}
_STRONGEST = ("said", "not-wanted", "not-known", "not-discussed")


def conversation_rows(record: Record) -> list[Row]:
    """One row a visit that held one, or in which one was offered; and one for each of another system's records."""
    forms = {
        visit: one
        for one in record.of("QuestionnaireResponse")
        if instrument_of(one) == "conversation" and (visit := visit_of(one)) is not None
    }
    found = []
    for act in record.of("Procedure"):
        chosen = bool(extension(act, RESOLUTION))  # a choice between two versions is no conversation
        status = text(act, "status")
        if (
            chosen
            or not has_code(act.get("code"), PLANNING, SNOMED)
            or status not in ("completed", "not-done")
        ):
            continue
        when = _when(record, act)
        if when is not None:
            visit = visit_of(act)
            found.append(_row(act, forms.get(visit or ""), visit, when))
    return found


def _when(record: Record, act: Json) -> int | None:
    began = at(find(act, "performedPeriod", "start"), record.zone)
    return began if began is not None else record.recorded(act)


def _row(act: Json, form: Json | None, visit: str | None, when: int) -> Row:
    given = {str(one.get("linkId")): one for one in items(form, "item")}
    minutes = number(extension(act, MINUTES).get("valueInteger"))
    return {
        "visit_id": visit,
        "held": int(text(act, "status") == "completed"),
        "voluntary": next((one["code"] for one in values("", given.get("conv-voluntary", {}))), None),
        "at_ms": when,
        "minutes": None if minutes is None else int(minutes),
        **{
            name: _state(name, [given[link] for link in links if link in given])
            for name, links in FIELDS.items()
        },
        "decided": int(any(one["code"] == "decided" for one in values("", given.get("conv-decision", {})))),
    }


def _state(name: str, held: list[Json]) -> str | None:
    """The most that any of a field's items says; NULL where none was touched."""
    states = {state for one in held if (state := _of_item(name, one)) is not None}
    return next((one for one in _STRONGEST if one in states), None)


def _of_item(name: str, raw: Json) -> str | None:
    chosen = {one["code"] for one in values("", raw) if one["code"] is not None}
    if name == "spiritual" and chosen:
        return "said" if chosen & _FAITH or "conv-strength" in str(raw.get("linkId")) else "not-discussed"
    if chosen:
        return "said" if chosen - _SILENT else "not-discussed"
    if any(text(one, "valueString") for one in items(raw, "answer")):
        return "said"
    return _REASONS.get(absence(raw) or "")


def wish_changes(record: Record) -> list[tuple[int, str]]:
    """(ms, wish about going to hospital) in the order in which they were written down."""
    found = []
    for form in record.of("QuestionnaireResponse"):
        if instrument_of(form) != "conversation":
            continue
        for raw in items(form, "item"):
            if raw.get("linkId") == "conv-hospital":
                when = at(extension(raw, ANSWERED_AT).get("valueDateTime"), record.zone)
                when = when if when is not None else record.recorded(form)
                found += [(when, one["code"]) for one in values("", raw) if one["code"] and when is not None]
    return sorted(found)


def topics_declined(record: Record) -> list[tuple[str | None, str, int]]:
    """(visit, link id, ms) of everything that a person did not want to speak of."""
    found = []
    for form in record.of("QuestionnaireResponse"):
        if instrument_of(form) == "conversation":
            for raw in items(form, "item"):
                when = at(extension(raw, ANSWERED_AT).get("valueDateTime"), record.zone)
                when = when if when is not None else record.recorded(form)
                if when is not None and _REASONS.get(absence(raw) or "") == "not-wanted":
                    found.append((visit_of(form), str(raw.get("linkId"))[:64], when))
    return found

"""Answers that are numbers or chosen words, out of QuestionnaireResponses and other systems' observations.

Free text is passed over. The link ids are those of the app's content (docs/clinical/sources.md); LOINC's own codes of
the ESAS-r panel lead to the same ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from plan.outcomes.reading import (
    LOINC,
    Json,
    at,
    codes,
    extension,
    extensions,
    find,
    has_code,
    items,
    number,
    text,
    word,
)
from plan.outcomes.record import Record, visit_of

Row = dict[str, Any]

QUESTIONNAIRE = "urn:hearthside:questionnaire:"
SURVEY = "urn:hearthside:survey:"
"""Questionnaires that a plan sends out itself and loads the answers of; no nurse gives them."""
ANSWERED_AT, ANSWERED_BY = "urn:hearthside:answered-at", "urn:hearthside:answered-by"
AGAIN, ABSENT = "urn:hearthside:again", "urn:hearthside:absent"
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ESAS = {
    "112494-0": "esas-pain",
    "112495-7": "esas-tired",
    "112496-5": "esas-drowsy",
    "112497-3": "esas-nausea",
    "112498-1": "esas-appetite",
    "112499-9": "esas-sob",
    "112500-4": "esas-depr",
    "112501-2": "esas-anx",
    "112502-0": "esas-wb",
}
"""LOINC codes of the ESAS-r items (panel 112503-8)."""
_PANELS = {"112503-8": "esas-r"}
TAKEN = frozenset(
    (
        *("4at", "akps", "ecog", "esas-r", "gad-2", "gad-7", "painad", "peg-3", "phase", "phq-2", "phq-9"),
        *("steadi", "steadi-key", "ahc-hrsn", "need-screen", "sb1004", "hospice-signs", "nurse-items"),
        *("distress-signs", "body-comfort-medicines", "body-bowels", "body-equipment", "programme"),
        *("next-steps", "medicines", "visit-frame", "not-seen", "home-from-facility", "since-last"),
    )
)
"""Instruments whose answers become rows."""
SCORES = {
    "LA6568-5": 0,  # PHQ and GAD: not at all … nearly every day
    "LA6569-3": 1,
    "LA6570-1": 2,
    "LA6571-9": 3,
} | {
    f"painad-{item}/{code}": score
    for item, options in enumerate(
        (
            ("normal", "occasional", "noisy"),
            ("none", "occasional", "repeated"),
            ("smiling-or-inexpressive", "sad-frightened-frown", "grimacing"),
            ("relaxed", "tense", "rigid"),
            ("no-need", "distracted", "unable"),
        ),
        start=1,
    )
    for score, code in enumerate(options)
}
_COARSE = {
    "asked-declined": "declined",
    "asked-unknown": "could-not-answer",
    "not-applicable": "could-not-answer",
    "temp-unknown": "could-not-answer",
    "unknown": "could-not-answer",
}
"""FHIR's reasons in the app's words, as the app reads them; "not-asked" is no answer at all."""
_YES_NO = {"LA33-6": "yes", "LA32-8": "no"}


def instrument_of(response: Json) -> str | None:
    """Which of our instruments, or whose survey, this answers."""
    return _instrument(text(response, "questionnaire") or "")


@lru_cache(maxsize=512)
def _instrument(questionnaire: str) -> str | None:
    canonical = questionnaire.partition("|")[0]
    for begin in (QUESTIONNAIRE, SURVEY):
        if canonical.startswith(begin):
            return canonical.removeprefix(begin)[:64]
    return _PANELS.get(canonical.removeprefix("http://loinc.org/q/"))


def answer_rows(record: Record) -> list[Row]:
    """All of them, of visits that count."""
    found: list[Row] = []
    for response in record.of("QuestionnaireResponse"):
        instrument = instrument_of(response)
        survey = (text(response, "questionnaire") or "").startswith(SURVEY)
        if instrument is None or not (survey or instrument in TAKEN):
            continue
        when = record.recorded(response)
        if when is None:
            continue
        who = word(extension(response, ANSWERED_BY), "valueCode")
        visit = visit_of(response)
        for raw in items(response, "item"):
            found += _rows(record, instrument, raw, when, visit, who)
    return found + _observed(record) + _comfort(record)


def _rows(
    record: Record, instrument: str, raw: Json, when: int, visit: str | None, who: str | None
) -> Iterator[Row]:
    link = (text(raw, "linkId") or "").removeprefix("/")
    own = ESAS.get(link) or text(raw, "linkId")
    if own is None or len(own) > 64:
        return
    frame: Row = {"visit_id": visit, "instrument": instrument, "item": own, "answered_by": who}
    said_at = at(extension(raw, ANSWERED_AT).get("valueDateTime"), record.zone)
    moment = said_at if said_at is not None else when
    holder = next((one for one in items(raw, "item") if one.get("linkId") == f"{own}/value"), raw)
    for value in values(own, holder):
        yield frame | {"at_ms": moment, "turn": 0} | value
    for turn, again in enumerate(extensions(raw, AGAIN), start=1):
        parts = list(items(again, "extension"))
        later = next((at(p.get("valueDateTime"), record.zone) for p in parts if p.get("url") == "at"), None)
        if later is None:
            continue
        absent = next((word(p, "valueCode") for p in parts if p.get("url") == "absent"), None)
        given = [_value(own, p) for p in parts if p.get("url") == "value"]
        for value in filter(None, given or [_said(absent=absent) if absent else None]):
            yield frame | {"at_ms": later, "turn": turn} | value


def values(link: str, holder: Json) -> list[Row]:
    """number, code and absent of each answer of an item; none where nothing was said that is no free text."""
    found = [value for one in items(holder, "answer") if (value := _value(link, one)) is not None]
    if found:
        return found
    reason = absence(holder)
    return [_said(absent=reason)] if reason is not None else []


def absence(holder: Json) -> str | None:
    """Why an item has no value, in the app's words."""
    own = word(extension(holder, ABSENT), "valueCode")
    return own or _COARSE.get(text(extension(holder, DATA_ABSENT), "valueCode") or "")


def _said(number: float | None = None, code: str | None = None, absent: str | None = None) -> Row:
    return {"number": number, "code": code, "absent": absent}


def _value(link: str, answer: Json) -> Row | None:
    if isinstance(answer.get("valueBoolean"), bool):
        return _said(code="yes" if answer["valueBoolean"] else "no")
    for given in (
        answer.get("valueInteger"),
        answer.get("valueDecimal"),
        find(answer, "valueQuantity", "value"),
    ):
        found = number(given)
        if found is not None:
            return _said(number=found)
    code = word(answer, "valueCoding", "code")
    if code is None:
        return None
    score = SCORES.get(code, SCORES.get(f"{link}/{code}"))
    if score is None and code.isascii() and code.isdigit() and len(code) < 4:
        score = int(code)  # scales whose options are the numbers themselves (AKPS 40, ECOG 2)
    return _said(number=None if score is None else float(score), code=_YES_NO.get(code, code))


def _observed(record: Record) -> list[Row]:
    """ESAS-r items that another system charted. What the app charts beside its answers says the same again."""
    found = []
    for one in record.of("Observation"):
        named = [ESAS[code] for system, code in codes(one.get("code")) if system == LOINC and code in ESAS]
        ours = any(
            "QuestionnaireResponse/" in str(source.get("reference")) for source in items(one, "derivedFrom")
        )
        final = text(one, "status") in ("final", "amended", "corrected")
        value, when = number(one.get("valueInteger")), record.recorded(one)
        if not named or ours or not final or value is None or when is None:
            continue
        frame = {"visit_id": visit_of(one), "instrument": "esas-r", "item": named[0], "answered_by": None}
        found.append(frame | {"at_ms": when, "turn": 0} | _said(number=value))
    return found


def _comfort(record: Record) -> list[Row]:
    """Comfort levels: the number that a person finds all right for one symptom. Every one that was ever said."""
    found = []
    for goal in record.of("Goal"):
        if not any(has_code(one, "comfort-level", "urn:hearthside:goal") for one in items(goal, "category")):
            continue
        named = [ESAS[code] for _, code in codes(find(goal, "target", 0, "measure")) if code in ESAS]
        value, when = number(find(goal, "target", 0, "detailInteger")), record.recorded(goal)
        if named and value is not None and when is not None:
            frame = {
                "visit_id": None,
                "instrument": "comfort-level",
                "item": named[0],
                "answered_by": "patient",
            }
            found.append(frame | {"at_ms": when, "turn": 0} | _said(number=value))
    return found

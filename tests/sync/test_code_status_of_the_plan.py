"""Code status on the plan's records: a decision only where one stands; anything else is shown as it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.domain.code_status import Cpr, Rests, Statement, compose, find_disagreement
from app.sync.fhir import code_status_read
from app.views.wording.conversation import statement_by

TODAY = date(2026, 11, 22)
SEEN = Statement(
    "DocumentReference/p",
    Rests.POLST,
    Cpr.NO,
    seen_at=datetime(2026, 3, 12, 10, tzinfo=UTC),
    kept="on fridge",
)
LOINC = "http://loinc.org"


def loinc(code: str, **more: str) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code}], **more}


def flag(words: str, **more: Any) -> dict[str, Any]:
    about = [{"coding": [{"code": "advance-directive"}]}]
    made = {"resourceType": "Flag", "id": "f", "status": "active", "category": about, "code": {"text": words}}
    return made | more


def document(description: str | None = None, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "DocumentReference", "id": "d", "status": "current"}
    made |= {"type": loinc("93037-0"), "date": "2024-01-01T00:00:00Z"}
    return made | ({"description": description} if description else {}) | more


def section(answer: str = "LA33471-6", **more: Any) -> dict[str, Any]:
    made = {"resourceType": "Observation", "id": "o", "status": "final", "effectiveDateTime": "2024"}
    return made | {"code": loinc("100822-6"), "valueCodeableConcept": loinc(answer)} | more


def thoughts(words: str) -> dict[str, Any]:
    return section(code=loinc("75779-9"), valueCodeableConcept={"text": words})


def consent(**more: Any) -> dict[str, Any]:
    dnr = {"coding": [{"system": code_status_read.CONSENT_CATEGORIES, "code": "dnr"}], "text": "DNR order"}
    made = {"resourceType": "Consent", "id": "c", "status": "active", "dateTime": "2024", "category": [dnr]}
    return made | more


def order(**more: Any) -> dict[str, Any]:
    made = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "directive"}
    detail = loinc("LA33471-6", text="No CPR")
    return made | {"code": loinc("100822-6"), "authoredOn": "2024", "orderDetail": [detail]} | more


def read_one(resource: dict[str, Any]) -> Statement:
    (statement,) = code_status_read.decode([(resource, False)])
    return statement


HARM = (
    *("Patient does not want DNR", "Not a DNR", "DNR: No", "considering DNR", "DNR expired"),
    "previously DNR",
    *("DNR discussed, patient wishes full resuscitation", "DNR order suspended for surgery"),
    *("DNR form not signed", "Wants to discuss whether to attempt CPR"),
)


@pytest.mark.parametrize("words", HARM)
@pytest.mark.parametrize("made", [flag, document, thoughts])
def test_negated_or_conditional_words_are_shown_and_never_coded(made: Any, words: str) -> None:
    statement = read_one(made(words))
    assert (statement.cpr, statement.treatment) == (None, None)
    assert f"“{words}”" in compose([statement], TODAY).line
    beside = compose([SEEN, statement], TODAY)
    assert beside.differs
    assert f"“{words}”" in beside.line


@pytest.mark.parametrize(
    "resource",
    [
        document(),
        document("POLST on file"),
        document("POLST, scanned by the clinic on Feb 3"),
        flag("See POLST"),
        consent(category=[{"coding": [{"system": code_status_read.CONSENT_CATEGORIES, "code": "polst"}]}]),
    ],
)
def test_a_paper_of_which_only_the_title_is_known_differs_from_nothing(resource: dict[str, Any]) -> None:
    statement = read_one(resource)
    assert not find_disagreement([SEEN, statement])
    status = compose([SEEN, statement], TODAY)
    assert status.line == "Code status: No CPR. POLST seen Mar 12, on fridge"
    assert statement in status.current
    assert statement.title in compose([statement], TODAY).line


@pytest.mark.parametrize("resource", [section("LA33470-8"), flag("Full code"), thoughts("Attempt CPR")])
def test_a_real_disagreement_still_shows_both(resource: dict[str, Any]) -> None:
    status = compose([SEEN, read_one(resource)], TODAY)
    assert status.headline == "Code status: Two different records"
    assert len(status.lines) == len(status.current) == 2


@pytest.mark.parametrize(
    ("resource", "limit"),
    [
        (consent(status="proposed"), "proposed"),
        (consent(provision={"period": {"end": "2025-01-01"}}), "until 2025-01-01"),
        (order(status="on-hold"), "on-hold"),
        (order(status="draft"), "draft"),
        (order(intent="proposal"), "proposal"),
        (section(status="preliminary"), "preliminary"),
        (flag("DNR", period={"start": "2024-01-01", "end": "2024-06-30"}), "until 2024-06-30"),
        (document("No CPR", docStatus="preliminary"), "preliminary"),
        (flag("DNR", status=None), "no status"),
    ],
)
def test_what_is_proposed_on_hold_or_only_for_a_time_is_no_decision(
    resource: dict[str, Any], limit: str
) -> None:
    statement = read_one(resource)
    assert not any(statement.opinion)
    line = compose([statement], TODAY).line
    assert f"({limit})”" in line


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (flag("DNR/DNI"), "DNR/DNI"),
        (consent(), "DNR order"),
        (order(orderDetail=[loinc("LA33471-6", text="DNR signed by Dr. Lee")]), "DNR signed by Dr. Lee"),
        (
            section(code=loinc("81351-9", text="DNR order is in place"), valueBoolean=True),
            "DNR order is in place: Yes",
        ),
        (section(valueCodeableConcept=loinc("LA33471-6", text="Do not start CPR")), "Do not start CPR"),
    ],
)
def test_the_records_own_words_stand_beside_what_was_coded(resource: dict[str, Any], words: str) -> None:
    statement = read_one(resource)
    assert statement.cpr is Cpr.NO
    line = compose([statement], TODAY).line
    assert line.startswith("Code status: No CPR. Plan record, ")
    assert line.endswith(f", “{words}”")
    assert f"“{words}”" in statement_by(statement)


def test_a_flag_about_something_else_is_not_code_status() -> None:
    assert code_status_read.decode([(flag("Fall risk", category=[]), False)]) == ()
    assert code_status_read.decode([(flag("DNR order suspended", category=[]), False)])

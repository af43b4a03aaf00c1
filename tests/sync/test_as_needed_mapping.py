"""Opioids ordered as needed: how many doses were taken is sent only where somebody said it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.dosing import Amount, Instruction
from app.domain.medicines import Taken, listed_answers
from app.domain.patient import Medicine
from app.domain.visit import Answer, Entry
from app.sync.fhir.medicine_use import decode_use, encode
from app.sync.fhir.visit import encode_visit
from tests.support.r4 import r4_errors
from tests.sync.medicine_visits import AT, plain, visit

MG = {"unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
_LINE = Instruction(Amount(Decimal(1), None), Amount(Decimal(1), None), None, Decimal(6), Decimal(6), True)
_MORPHINE = Medicine(
    "Morphine Sulfate 15 MG Oral Tablet",
    "1 every 4 hours as needed",
    None,
    "MedicationRequest/mor",
    ("Morphine Sulfate 15 MG Oral Tablet",),
    dosing=(_LINE,),
)
AS_NEEDED = Entry(
    "00000000-0000-4000-8000-000000000005",
    {link: Answer(at=AT, value=value) for link, value in listed_answers(_MORPHINE, Taken.AS_LISTED).items()},
    _MORPHINE.reference,
)
"""As one tap on "as listed" writes it down."""


def test_an_as_needed_order_taken_as_listed_is_sent_without_a_number_of_doses_until_somebody_says_one() -> (
    None
):
    signed = visit(AS_NEEDED)
    assert not [one.type for one in encode_visit(signed) if "med-times" in one.body]
    statement, taken, ordered = map(plain, encode(signed))
    assert statement["dosage"] == [
        {
            "text": "1 every 4 hours as needed",
            "asNeededBoolean": True,
            "doseAndRate": [{"doseQuantity": {**MG, "value": 15}}],
        }
    ]
    assert taken["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert ordered["valueQuantity"]["value"] == 90
    use = decode_use(statement)
    assert use is not None
    assert not {"med-times", "med-breakthrough"} & use.entry.answers.keys()
    for one in (statement, taken, ordered):
        assert r4_errors(one) == []


@pytest.mark.parametrize(("doses", "total"), [(0, 0), (3, 45)])
def test_the_doses_that_somebody_tapped_are_sent_and_none_taken_is_nought(doses: int, total: int) -> None:
    said = {**AS_NEEDED.answers, "med-breakthrough": Answer(at=AT, value=doses)}
    statement, taken, _ = map(plain, encode(visit(replace(AS_NEEDED, answers=said))))
    assert taken["valueQuantity"] == {**MG, "value": total}
    use = decode_use(statement)
    assert use is not None
    assert use.entry.answers["med-breakthrough"].value == doses
    assert "timing" not in statement["dosage"][0]

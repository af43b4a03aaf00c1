"""A visit that did not take place, on its way to the plan and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from app.domain.visit import Answer, Visit
from app.domain.visit_kind import is_met
from app.sync.fhir.visit import decode_visit, encode_visit
from tests.support.visit_strategies import visits
from tests.sync.test_visit_mapping import decode, parse


@pytest.mark.parametrize("answers", [{"ns-why": "nobody-home"}, {"frame-kind": "not-seen"}])
@given(visit=visits())
@settings(max_examples=10)
def test_a_visit_that_did_not_take_place_leaves_cancelled_and_is_read_again(
    answers: dict[str, str], visit: Visit
) -> None:
    given_now = {link: Answer(visit.began_at, value) for link, value in answers.items()}
    found = parse(encode_visit(replace(visit, answers={**visit.answers, **given_now})))
    (encounter,) = found["Encounter"]
    assert encounter["status"] == "cancelled"
    assert not [c for kind in encounter["type"] for c in kind.get("coding", []) if c["code"] == "439708006"]
    back = decode(found)
    assert back is not None
    assert not is_met(back.answers)
    foreign = {key: value for key, value in encounter.items() if key != "identifier"}
    assert decode_visit(foreign) is None, "what somebody else cancelled is no visit of ours"

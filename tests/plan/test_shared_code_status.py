"""Code status in a shared record: only what was read of a paper that stands goes with it."""

from __future__ import annotations

from plan.sharing.code_status import code_status
from tests.plan.fhir_builders import LOINC, observation


def coded(code: str) -> dict[str, object]:
    return {"code": {"coding": [{"system": LOINC, "code": code}]}}


def test_what_was_read_of_a_paper_goes_with_it_and_what_names_only_a_word_does_not() -> None:
    paper = {
        "resourceType": "DocumentReference",
        "id": "polst",
        "status": "current",
        "type": {"text": "POLST"},
    }
    word = observation("word", "a", **coded("75779-9"))
    of_paper = observation(
        "read", "a", **coded("100822-6"), derivedFrom=[{"reference": "DocumentReference/polst"}]
    )
    of_word = observation("about", "a", **coded("100822-6"), derivedFrom=[{"reference": "Observation/word"}])
    part = code_status({"DocumentReference": [paper], "Observation": [word, of_paper, of_word]})
    assert [one["id"] for one in part.records] == ["word", "read"]

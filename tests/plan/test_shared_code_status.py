"""Code status in a shared record: only what was read of a paper that stands goes with it."""

from __future__ import annotations

from plan.sharing.code_status import code_status
from plan.sharing.reading import heads
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


def test_the_newest_is_the_latest_moment_and_not_the_latest_text() -> None:
    """Tablets write their own offset, other systems Z: ten at night in New York is later than two of Z."""
    late = observation("late", "a", effectiveDateTime="2026-11-20T22:00:00-05:00")
    early = observation("early", "a", effectiveDateTime="2026-11-21T02:00:00Z")
    assert [one["id"] for one in heads([early, late])] == ["late", "early"]

"""What ships: every file loads, every code is right and means one thing, the wording of scales stays as it was."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import pytest

from app.content import Instrument, Kind, all_items, load, load_sections, load_table
from app.content.audit import audit, codes_of, loinc_is_right
from app.content.checking import ABSENTS, ANSWERED_BY, MODALITIES
from app.domain.visit import Absent, AnsweredBy, Modality
from app.sync.fhir.content_export import encode_questionnaire

SHIPPED = [one for one in load().values() if one.pack is None]

WORDING = {
    "4at": "ae6ebd7fa1bd7c52",
    "ahc-hrsn": "f365042910f152cc",
    "akps": "9735b41fddcc8515",
    "ecog": "ea6c92da46afe443",
    "esas-r": "470c5b73e5a2921e",
    "gad-7": "5c76f206bc29dd5b",
    "painad": "cac2c622e0737e15",
    "peg-3": "e3da1ccc31099ac8",
    "phase": "14c3d8c950cc55df",
    "phq-9": "fa4d80b88d4e4a6b",
    "steadi": "0eb9c68a1d184b82",
}
"""First digits of the SHA-256 of all words of a scale, in order: a change here is a change of the instrument."""


def words_of(instrument: Instrument) -> str:
    """All published wording, in order."""
    words = [
        [item.text, item.anchors, [(option.display, option.score) for option in item.options]]
        for item in instrument.items
    ]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()[:16]


def test_the_content_owes_its_readers_nothing() -> None:
    assert audit() == ()


@pytest.mark.parametrize("instrument_id", WORDING)
def test_the_published_wording_is_untouched(instrument_id: str) -> None:
    assert words_of(load()[instrument_id]) == WORDING[instrument_id]


def test_every_scale_s_wording_is_watched() -> None:
    assert set(WORDING) == {one.id for one in SHIPPED if one.kind is Kind.SCALE and one.short_of is None}


def test_every_code_has_system_code_display_and_source() -> None:
    for instrument in SHIPPED:
        for where, code in codes_of(instrument):
            assert code.system, where
            assert code.code, where
            assert code.display, where
            assert code.source, where


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("112494-0", True),
        ("112494-1", False),
        ("44250-9", True),
        ("44259-0", True),
        ("LA6568-5", True),
        ("LA6568-0", False),
        ("LA33-6", True),
        ("LA9-3", True),
        ("LP6568-5", False),
        ("none", False),
    ],
)
def test_a_loinc_check_digit_is_told_from_a_wrong_one(code: str, right: bool) -> None:
    assert loinc_is_right(code) is right


def test_no_code_asks_two_questions() -> None:
    asked = Counter(
        (item.code.system, item.code.code)
        for instrument in SHIPPED
        if instrument.short_of is None
        for item in all_items(instrument)
        if item.code is not None and instrument.kind is Kind.SCALE
    )
    assert [code for code, times in asked.items() if times > 1] == []


def test_link_ids_are_unique_across_all_content() -> None:
    times = Counter(item.link_id for one in SHIPPED if one.short_of is None for item in all_items(one))
    assert [link_id for link_id, count in times.items() if count > 1] == []


def test_a_short_form_shares_the_link_ids_of_the_whole() -> None:
    for short in (one for one in SHIPPED if one.short_of is not None):
        whole = load()[short.short_of or ""]
        assert {item.link_id for item in short.items} < {item.link_id for item in whole.items}


def test_the_words_that_content_may_use_are_those_of_the_domain() -> None:
    assert {one.value for one in Absent} == ABSENTS
    assert {one.value for one in Modality} == MODALITIES
    somebody = {one.value for one in AnsweredBy if one is not AnsweredBy.NOBODY}
    assert somebody | {"clinician"} == ANSWERED_BY


def test_every_section_names_forms_that_are_there() -> None:
    sections = load_sections()
    assert [section.id for section in sections if section.open == "always"] == ["who", "symptoms"]
    named = [form for section in sections for form in section.forms]
    assert {"esas-r", "phq-9", "distress-signs", "body-bowels", "bare-number"} <= set(named)


def test_phq_and_gad_are_never_answered_for_the_person() -> None:
    for instrument_id in ("phq-9", "phq-2", "gad-7", "gad-2"):
        assert load()[instrument_id].answered_by == ("patient", "caregiver-assisted")


def test_what_only_the_person_can_feel_starts_as_could_not_answer() -> None:
    unfelt = {item.link_id for item in load()["esas-r"].items if item.proxy_absent}
    assert unfelt == {"esas-tired", "esas-depr", "esas-anx", "esas-wb"}


def test_signs_of_distress_have_no_total_and_three_answers_each() -> None:
    form = load()["distress-signs"]
    signs = [item for item in form.items if len(item.options) == 3 and item.options[-1].code == "a-lot"]
    assert len(signs) == 7
    assert form.total.rule == "none"


def test_body_and_home_is_asked_by_name() -> None:
    asked = {"bowels-days", "mouth-how", "sleep-how", "eating-amount", "skin-how", "fall-since"}
    asked |= {"equipment-there", "oxygen", "comfort-medicines"}
    assert asked <= {item.link_id for one in SHIPPED for item in one.items}


def test_questions_come_before_typing() -> None:
    """Few taps: in our own forms nothing typed comes first."""
    for one in SHIPPED:
        if one.id.startswith(("body-", "distress-")):
            assert one.items[0].kind.value not in ("line", "text"), one.id


def test_a_form_is_exported_as_it_is_asked() -> None:
    exported = encode_questionnaire(load()["distress-signs"])
    texts = [item["text"] for item in exported["item"] if item["type"] != "display"]
    assert texts == [item.text for item in load()["distress-signs"].items]


def test_a_bare_number_names_only_scales_that_are_not_here() -> None:
    scale = load()["bare-number"].get_item("bare-scale")
    slots = {slot["id"]: slot["bare_number"] for slot in load_table("slots")["slots"]}
    assert {option.code for option in scale.options} == {one for one, number in slots.items() if number}
    assert "hu" not in {option.code for option in scale.options}

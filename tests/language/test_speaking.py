"""Sentences are looked up in the language that is spoken, and fall back to English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app import content
from app.content import spoken
from app.content.model import Kind
from app.domain.promise import PromiseState
from app.language import ENGLISH, LANGUAGES, get_language, speak, tr, trc, trn
from app.language.names import LONG, MIRRORED
from app.language.pseudo import CLOSE, LONGER, OPEN, dress
from app.views.forms.form import official_only
from app.views.wording import board, planning, promises
from app.views.wording import help as help_words


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    speak(ENGLISH)


def test_a_word_of_two_meanings_has_a_translation_for_each() -> None:
    speak("es")
    assert promises.answer(PromiseState.KEPT) == "Cumplida"
    assert tr("Kept") == "Cumplidos", "wishes for after death"
    assert planning.referral_state("closed") == "Terminada"
    assert tr("Done") == "Listo", "a button"
    assert trc(board.BOARD, board.PEOPLE) == "Pacientes"
    assert tr("People") == "Personas", "who is close to a person"
    assert trc(help_words.VERB, help_words.PRACTISE) == "Practicar"
    assert tr(help_words.PRACTICE) == "Práctica"


def test_english_is_what_stands_in_the_code() -> None:
    assert tr("Saved {time}", time="14:02") == "Saved 14:02"
    assert trn("{number} visit", "{number} visits", 1) == "1 visit"
    assert trn("{number} visit", "{number} visits", 2) == "2 visits"


def test_a_sentence_without_values_keeps_its_braces() -> None:
    assert tr("{not a place}") == "{not a place}"


def test_nothing_to_say_stays_nothing() -> None:
    for language in LANGUAGES:
        speak(language.code)
        assert tr("") == ""
        assert trc("x", "") == ""


def test_a_value_may_hold_braces() -> None:
    assert tr("It said: {said}", said="{patient}") == "It said: {patient}"


def test_a_number_may_be_written_differently_than_it_is_counted() -> None:
    assert trn("{number} visit fits.", "{number} visits fit.", 1200, number="1,200") == "1,200 visits fit."


def test_a_language_that_nobody_knows_is_english() -> None:
    assert speak("tlh").code == ENGLISH
    assert get_language().code == ENGLISH


def test_every_language_on_offer_has_a_catalogue() -> None:
    for language in LANGUAGES:
        assert speak(language.code) == language


def test_the_made_up_language_marks_and_lengthens_every_sentence() -> None:
    speak(LONG.code)
    said = tr("Nothing waits to be sent.")
    assert said.startswith(OPEN)
    assert said.endswith(CLOSE)
    assert len(said) >= len("Nothing waits to be sent.") * (1 + LONGER)


def test_the_made_up_language_keeps_the_places() -> None:
    speak(LONG.code)
    assert "14:02" in tr("Saved {time}", time="14:02")
    assert trn("{number} visit", "{number} visits", 3).startswith(f"{OPEN}3 ")


def test_what_is_marked_is_not_marked_again() -> None:
    assert dress(dress("Back")) == dress("Back")


def test_the_mirrored_language_runs_from_right_to_left() -> None:
    assert speak(MIRRORED.code).right_to_left
    assert not any(one.right_to_left for one in LANGUAGES)


def test_our_forms_are_spoken_and_scales_are_not() -> None:
    speak(LONG.code)
    people, scale = spoken.load()["people"], spoken.load()["esas-r"]
    assert people.name.startswith(OPEN)
    assert people.get_item("person-name").text.startswith(OPEN)
    assert scale == content.load()["esas-r"]


def test_of_the_phase_only_the_five_names_stay_as_their_owner_has_them() -> None:
    speak(LONG.code)
    phase, written = spoken.load()["phase"], content.load()["phase"]
    item, as_written = phase.items[0], written.items[0]
    ours = (phase.name, phase.instruction, phase.attribution, phase.own_note, item.text, item.name)
    assert [one for one in ours if not one.startswith(OPEN)] == []
    assert [one.hint for one in item.options if not (one.hint or "").startswith(OPEN)] == []
    assert [one.display for one in item.options] == [one.display for one in as_written.options]
    assert official_only(phase) == [], "what we ourselves say in her language is not only in English"


def test_only_a_scale_with_questions_to_somebody_is_to_be_asked_through_an_interpreter() -> None:
    speak(LONG.code)
    scales = [one for one in spoken.load().values() if one.kind is Kind.SCALE and one.short_of is None]
    told = {one.id for one in scales if official_only(one)}
    assert told == {"4at", "ahc-hrsn", "esas-r", "gad-7", "peg-3", "phq-9", "steadi"}


def test_a_scale_in_a_plans_own_pack_stays_as_the_plan_wrote_it() -> None:
    speak(LONG.code)
    packed = replace(content.load()["phase"], pack="a-plan")
    assert spoken.speak_instrument(packed) == packed


def test_the_medicines_of_the_person_to_practice_with_are_said_like_her_problems() -> None:
    speak(LONG.code)
    medicines = [
        one for one in spoken.load_practice().resources if one["resourceType"] == "MedicationRequest"
    ]
    assert len(medicines) == 2
    for one in medicines:
        assert one["medicationCodeableConcept"]["text"].startswith(OPEN)
        assert one["dosageInstruction"][0]["text"].startswith(OPEN)


def test_the_record_is_read_from_content_that_nobody_translated() -> None:
    speak(LONG.code)
    assert content.load()["people"].name == "People around the person"
    assert [one.link_id for one in spoken.load()["people"].items] == [
        one.link_id for one in content.load()["people"].items
    ]


def test_content_is_english_again_with_english() -> None:
    speak(LONG.code)
    spoken.load()
    speak(ENGLISH)
    assert spoken.load() is content.load()

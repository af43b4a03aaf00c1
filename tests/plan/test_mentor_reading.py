"""What a mentor reads: codes and numbers in our own words, and no text of the record that nobody released."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from app.content import load
from app.content.model import Item, ItemKind
from hearthside.cli import main
from plan.database import read_transaction, write_transaction
from plan.outcomes.refresh import refresh
from plan.resources import put_as_system
from plan.sharing.mentor_names import NAME, NUMBER, WRITTEN, Known
from plan.sharing.mentor_reading import Reading, compose_reading
from plan.sharing.mentor_words import CHOSEN, WORDS, YES_NO, forms
from tests.plan.fhir_builders import encounter, restricted
from tests.plan.mentor_steps import MARKERS, SAID, VISIT, invite, passages, put_visit, scores, see, talk
from tests.plan.plan_doubles import Plan
from tests.plan.sharing_steps import put_full_visit

FREE = SAID["conv-matters-words"]
AHEAD = {"conv-prognosis", "conv-prognosis-by", "conv-prognosis-words", "conv-place-death", "need-year"}


def read(engine: Engine, visit_id: str = VISIT) -> Reading:
    refresh(engine)
    with read_transaction(engine) as connection:
        found = compose_reading(connection, "a", visit_id)
    assert found is not None
    return found


def every_item(items: tuple[Item, ...]) -> dict[str, Item]:
    return {one.link_id: one for each in items for one in (each, *every_item(each.items).values())}


def test_its_questions_are_the_apps_in_the_apps_words_and_none_that_is_kept_apart() -> None:
    content = load()
    for form in forms():
        instrument = content[form.id]
        assert form.name == instrument.name
        assert not instrument.private
        assert not instrument.team_only
        asked = every_item(instrument.items)
        for link, question in form.questions.items():
            item = asked[link]
            assert not item.private
            assert link not in AHEAD
            assert question.text == item.text
            typed = item.kind in (ItemKind.TEXT, ItemKind.LINE)
            assert typed == (question.kind == WORDS)
            if question.kind == CHOSEN:
                assert question.options == {one.code: one.display for one in item.options}
            assert (item.kind is ItemKind.YES_NO) == (question.kind == YES_NO)


def test_it_tells_scores_and_choices_and_nothing_that_the_record_brought_in_words(
    engine: Engine, plan: Plan
) -> None:
    put_visit(engine)
    made = invite(plan)
    told = made.open().text
    assert "A person of 85 to 89 years" in told
    assert "<strong>Pain:</strong> 8, then 3" in told
    assert "<strong>Going to hospital:</strong>" in told
    assert "<strong>Feelings that showed:</strong> Sad" in told
    assert "<strong>Day 1.</strong>" in told
    for marker in MARKERS:
        assert marker not in told, marker
    assert not re.search(r"\b(19|20)\d\d\b", told), "no year"
    reader = PdfReader(BytesIO(made.open("pdf").content))
    paper = " ".join(page.extract_text() for page in reader.pages)
    assert "8, then 3" in paper
    assert not [one for one in MARKERS if one in paper or one in str(reader.metadata)]


def test_of_all_that_can_be_typed_in_a_visit_nothing_leaves_by_itself(engine: Engine, plan: Plan) -> None:
    visit = put_full_visit(engine)
    reading = read(engine, visit.id)
    told = json.dumps([[one.title, [[e.label, e.text] for e in one.lines]] for one in reading.parts])
    assert "She says" not in told
    assert "&</b>" not in told
    assert len(reading.parts) > 20, "the answers do"
    assert len(reading.passages) > 20
    asked = {one.label for one in reading.passages}
    assert not [one for one in asked if "Names" in one or "name" in one.lower().split() or "ahead" in one]


def test_what_she_sees_is_what_the_mentor_sees(engine: Engine, plan: Plan) -> None:
    put_visit(engine)
    told = see(plan)
    page = invite(plan, FREE).open().text
    lines = [
        part["valueString"]
        for one in told
        if one["name"] == "section"
        for part in one["part"]
        if part["name"] == "line"
    ]
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    for line in lines:
        assert line in plain
    assert page.count("<h2>") == sum(one["name"] == "section" for one in told) + 1
    assert f"&#8220;{FREE}&#8221;" in page


def test_a_passage_with_what_is_known_of_somebody_cannot_be_released(engine: Engine, plan: Plan) -> None:
    put_visit(engine)
    found = passages(see(plan))
    refused = {text: one.get("refused", "") for text, one in found.items()}
    assert refused == {
        FREE: "",
        SAID["conv-coping"]: NAME,
        SAID["conv-hopes"]: NUMBER,
        SAID["conv-family"]: WRITTEN,
        SAID["conv-options"]: NUMBER,
        SAID["conv-recommendation"]: WRITTEN,
        SAID["conv-experience-words"]: NAME,
        SAID["conv-trade-words"]: NUMBER,
    }, "and neither what lies ahead nor names nor private words are offered at all"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Quillon came in", NAME),
        ("QUILLON'S idea", NAME),
        ("Ng was there", NAME),
        ("the ng tube stays", ""),
        ("at the Golden   valley, again", WRITTEN),
        ("a golden evening in the valley", ""),
        ("write to her@x.org", WRITTEN),
        ("on 3/14", NUMBER),
        ("in 2024", NUMBER),
        ("el 3 de octubre", NUMBER),
        ("a 93-year-old", NUMBER),
        ("aged 93", NUMBER),
        ("she may sleep, 2 of 10", ""),
        ("better by march", NUMBER),
    ],
)
def test_how_a_passage_is_judged(text: str, why: str) -> None:
    known = Known()
    known.add_name("Quíllon Ng")
    known.add_phrase("Golden Valley")
    assert known.why_not(text) == why


def test_what_is_kept_apart_is_not_in_it_and_its_names_are_known_all_the_same(
    engine: Engine, plan: Plan
) -> None:
    secret = {
        "resourceType": "RelatedPerson",
        "id": "hidden",
        "meta": restricted(),
        "patient": {"reference": "Patient/a"},
        "name": [{"text": "Garden Somebody"}],
    }
    put_visit(engine, talk(meta=restricted()), secret)
    reading = read(engine)
    assert "conversation" not in {one.id for one in reading.parts}
    assert reading.passages == ()
    with write_transaction(engine) as connection:
        put_as_system(connection, talk())
    assert {one.text: one.refused for one in read(engine).passages}[FREE] == NAME


def test_what_came_after_the_visit_changes_nothing(engine: Engine, plan: Plan) -> None:
    put_visit(engine)
    before = read(engine)
    with write_transaction(engine) as connection:
        put_as_system(connection, scores() | {"id": "later", "encounter": {"reference": "Encounter/later"}})
        late = {"start": "2026-06-02T10:00:00Z", "end": "2026-06-02T11:00:00Z"}
        put_as_system(connection, encounter("later", "a", "ana", period=late))
        body = {"resourceType": "Condition", "id": "new", "subject": {"reference": "Patient/a"}}
        code = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C34.1"}]}
        put_as_system(connection, body | {"code": code, "onsetDateTime": "2026-06-20"})
    assert read(engine).digest == before.digest


def test_the_operator_reads_it_and_writes_it_down(
    engine: Engine, plan: Plan, tmp_path: Path, capsys: object
) -> None:
    put_visit(engine)
    out = tmp_path / "visit.pdf"
    asked = ["plan", "mentor", "--visit", VISIT, "--db", str(engine.url)]
    assert main(asked) == 0
    numbers = [one.text for one in read(engine).passages]
    free, name = numbers.index(FREE) + 1, numbers.index(SAID["conv-coping"]) + 1
    assert main([*asked, "--release", str(name), "--out", str(out)]) != 0
    assert not out.exists()
    assert main([*asked, "--release", str(free), "--out", str(out)]) == 0
    text = " ".join(page.extract_text() for page in PdfReader(out).pages)
    assert FREE in text
    assert not [one for one in MARKERS if one in text and one != "garden"]

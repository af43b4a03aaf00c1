"""What an open section is drawn from: its own answers and what its conditions ask for. A tap elsewhere leaves it be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.content import load, load_sections
from app.content.model import Section
from app.domain.instruments import Score
from app.domain.patient import PatientRow
from app.domain.visit import Answer, Modality, Setting, VisitDraft
from app.services.models import VisitPage
from app.services.patient_parts import PatientParts
from app.views.visit.drawn_from import seen_by
from app.views.visit.section import get_instruments, get_state
from app.views.wording import forms as said
from tests.views.conftest import Mount
from tests.views.doubles import NURSE, DoubleDevice, World, add_visit
from tests.views.visit_page import draft, open_section

AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
SECTIONS = {section.id: section for section in load_sections()}


def _page(**answers: str | int) -> VisitPage:
    """A visit with these answers, by link id with _ for -."""
    held = {name.replace("_", "-"): Answer(at=AT, value=value) for name, value in answers.items()}
    started = VisitDraft("v1", "p1", NURSE, Modality.IN_PERSON, Setting.HOME, AT, answers=held)
    her = PatientRow("p1", "María Colón", "colon", None, None, None, None)
    return VisitPage(started, her, {}, None, (), PatientParts())


def _seen(section: str, page: VisitPage) -> VisitPage:
    return seen_by(SECTIONS[section], get_instruments(SECTIONS[section]), page)


def test_an_answer_of_another_section_changes_nothing_and_its_own_does() -> None:
    assert _seen("mood", _page(esas_pain=3)) == _seen("mood", _page(esas_pain=4))
    own = sorted(_ids("mood"))[0].replace("-", "_")
    assert _seen("mood", _page(**{own: "a"})) != _seen("mood", _page(**{own: "b"}))


def test_what_no_tap_put_there_is_not_counted_as_answered() -> None:
    """With an observer four symptoms begin as "could not answer"; nobody was asked yet."""
    begun = _page(esas_tired=1, esas_wb=1)
    untouched = replace(begun, automatic=frozenset({"esas-tired", "esas-wb"}))
    assert get_state(SECTIONS["symptoms"], begun) == said.answered(2)
    assert get_state(SECTIONS["symptoms"], _seen("symptoms", untouched)) == get_state(
        SECTIONS["symptoms"], _page()
    )
    assert _seen("symptoms", untouched) != _seen("symptoms", begun), "a tap on one of them is seen"
    assert _seen("mood", untouched) == _seen("mood", begun)


def test_the_note_other_stars_and_what_is_missing_change_nothing() -> None:
    page = _page(esas_pain=3)
    other = replace(page, draft=replace(page.draft, note="Slept well.", stars=("falls",)))
    assert _seen("mood", other) == _seen("mood", page)
    starred = replace(page, draft=replace(page.draft, stars=("mood",)))
    assert _seen("mood", starred) != _seen("mood", page)


def test_scores_of_other_forms_change_nothing() -> None:
    page = _page(esas_pain=3)
    assert _seen("mood", replace(page, scores={"esas": Score(3, None, (), ())})) == _seen("mood", page)


@pytest.mark.parametrize("section", SECTIONS.values(), ids=lambda section: section.id)
def test_every_answer_that_a_condition_asks_for_is_kept(section: Section) -> None:
    asked = {
        item.when.link_id
        for form in get_instruments(section)
        for one in form.items
        for item in (one, *one.items)
        if item.when is not None
    }
    page = _page(**{name.replace("-", "_"): "x" for name in asked | _ids(section.id)})
    assert seen_by(section, get_instruments(section), page).draft.answers == page.draft.answers


def _ids(section: str) -> set[str]:
    content = load()
    return {
        item.link_id for name in SECTIONS[section].forms if name in content for item in content[name].items
    }


async def test_a_tap_leaves_the_other_open_sections_as_they_stand(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "function")
        before, number = app.named("section-function"), app.named("esas-pain-3")
        await app.tap("esas-pain-3")
        await app.until(lambda: app.named("esas-pain-3").selected, "the chosen number")
        assert app.named("esas-pain-3") is not number
        assert app.named("section-function") is before, "it was made anew for an answer that it does not show"
        await app.tap("akps-50")
        await app.until(lambda: app.named("akps-50").selected, "an answer of its own")
        assert "akps" in draft(world, visit_id).answers
        assert app.named("section-function") is not before

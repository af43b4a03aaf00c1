"""What is not wanted for a time: quiet about exactly that, and each voice for itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content import load, load_sections
from app.domain import declines as no
from app.domain.declines import Decline, Scope, Voice
from app.domain.visit import Answer, Setting
from app.domain.visit_kind import VisitKind
from app.domain.visit_layout import Behind, Why, lay_out

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def said(scope: Scope, about: str, voice: Voice = Voice.PERSON, *, days: int = 30) -> Decline:
    return Decline(scope, about, voice, NOON, TODAY + timedelta(days=days))


def laid(*held: Decline, **answers: object) -> object:
    given_answers = {link.replace("_", "-"): Answer(NOON, value) for link, value in answers.items()}  # type: ignore[arg-type]  # values of any kind
    return lay_out(
        VisitKind.ROUTINE, Setting.HOME, given_answers, Behind(NOON), {}, {}, no.quiet_on(held, TODAY)
    )


def test_a_declined_topic_is_not_asked_of_itself_and_everything_else_is_as_before() -> None:
    plain, quiet = laid(), laid(said(Scope.TOPIC, "mood"))
    assert plain.why.keys() - quiet.why.keys() == {"phq-9", "gad-7"}  # type: ignore[attr-defined]  # a Layout
    assert [one for one in plain.open if one not in quiet.open] == []  # type: ignore[attr-defined]  # a Layout
    assert not quiet.asks("mood", "phq-9")  # type: ignore[attr-defined]  # a Layout


def test_an_answer_that_raises_concern_opens_the_scale_whatever_was_declined() -> None:
    quiet = laid(said(Scope.TOPIC, "mood"), esas_depr=8)
    assert quiet.why["phq-9"] is Why.TRIGGER  # type: ignore[attr-defined]  # a Layout
    assert quiet.stands_open("mood", ("phq-9", "gad-7"))  # type: ignore[attr-defined]  # a Layout


def test_a_declined_section_stays_closed_until_the_day_and_what_signing_needs_stays_open() -> None:
    social = said(Scope.TOPIC, "social", days=1)
    assert not laid(social).stands_open("social", ())  # type: ignore[attr-defined]  # a Layout
    assert no.quiet_on([social], TODAY + timedelta(days=1)) == no.Quiet()
    assert laid(said(Scope.TODAY, "who")).stands_open("who", ())  # type: ignore[attr-defined]  # a Layout


def test_what_only_the_person_can_answer_is_asked_though_her_family_said_no() -> None:
    only_hers = {one.id for one in load().values() if no.only_she_answers(one.id)}
    for section in no.TOPICS:
        forms = next(one.forms for one in load_sections() if one.id == section)
        quiet = no.quiet_on([said(Scope.TOPIC, section, Voice.FAMILY)], TODAY)
        assert quiet.forms == frozenset(forms) - only_hers
        hers = no.quiet_on([said(Scope.TOPIC, section)], TODAY)
        assert hers.forms == frozenset(forms)
        assert hers.sections == {section}


@pytest.mark.parametrize("about", [(Scope.SERVICE, "home-visit"), (Scope.SERVICE, "48-hour-visit"),
                                   (Scope.PROGRAMME, "community-palliative")])  # fmt: skip
def test_the_persons_own_no_stops_the_48_hours_and_her_familys_does_not(about: tuple[Scope, str]) -> None:
    home, due = NOON - timedelta(hours=3), NOON + timedelta(hours=45)
    assert no.refuses_home_visit([said(*about)], due, NOON, home)
    assert not no.refuses_home_visit([said(*about, Voice.FAMILY)], due, NOON, home)
    assert not no.refuses_home_visit([said(Scope.SERVICE, "calls")], due, NOON, home)


def test_a_short_no_keeps_the_48_hours_quiet_until_its_day_only() -> None:
    home, due = NOON - timedelta(hours=3), NOON + timedelta(hours=45)
    until_tomorrow = said(Scope.SERVICE, "home-visit", days=1)
    assert no.refuses_home_visit([until_tomorrow], due, NOON, home)
    assert not no.refuses_home_visit([until_tomorrow], due, no.ends_at(until_tomorrow), home)
    old = said(Scope.SERVICE, "home-visit", days=-5)
    assert not no.refuses_home_visit([old], due, NOON, home)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_no_is_quiet_about_its_own_subject_and_no_other(data: st.DataObject) -> None:
    scope = data.draw(st.sampled_from(list(Scope)))
    about = data.draw(st.sampled_from(no.list_subjects(scope)))
    voice, days = data.draw(st.sampled_from(list(Voice))), data.draw(st.integers(-10, 400))
    quiet = no.quiet_on([said(scope, about, voice, days=days)], TODAY)
    own = next((set(one.forms) for one in load_sections() if one.id == about), set())
    assert quiet.forms <= own
    assert quiet.sections <= {about}
    if days <= 0 or scope in (Scope.SERVICE, Scope.PROGRAMME):
        assert quiet == no.Quiet()


def test_every_subject_that_is_offered_is_a_section_or_a_service_that_there_is() -> None:
    sections = {one.id for one in load_sections()}
    assert set(no.TOPICS) <= sections
    assert "hospice" in no.list_subjects(Scope.SERVICE)
    assert no.PALLIATIVE in no.list_subjects(Scope.PROGRAMME)

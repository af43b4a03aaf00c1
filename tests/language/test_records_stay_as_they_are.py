"""What goes into a record or to the plan is the same whatever language the nurse reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.code_status import compose
from app.domain.conversation_fields import list_fields, say_field
from app.domain.visit import PersonRef, Visit
from app.language import ENGLISH, speak
from app.language.names import LONG
from app.services.sending_models import WaitingLine, Why
from app.store.outbox_kinds import GroupKind
from app.sync.fhir.visit import encode_visit
from app.views.wording.waiting import subtitle
from tests.support.full_visit import make_full_visit

ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    speak(ENGLISH)


def encoded(visit: Visit) -> list[str]:
    return [part.body for part in encode_visit(visit)]


@pytest.mark.parametrize("seed", range(3))
def test_a_signed_visit_is_encoded_the_same_in_every_language(seed: int) -> None:
    visit = make_full_visit(ANA, "p1", seed)
    before = encoded(visit)
    speak(LONG.code)
    assert encoded(visit) == before


def test_what_a_record_says_in_words_is_the_same_in_every_language() -> None:
    """Papers, merges and the plan read these words."""
    visit = make_full_visit(ANA, "p1", 0)
    today = (visit.began_at + timedelta(hours=1)).date()

    def words() -> list[str]:
        return [compose([], today).headline, *(say_field(one, visit.answers) for one in list_fields())]

    before = words()
    assert any(before[1:])
    speak(LONG.code)
    assert words() == before


def test_what_waits_says_an_alert_in_the_language_that_is_read() -> None:
    at = datetime(2026, 11, 23, 11, 21, tzinfo=UTC)
    line = WaitingLine(
        group_id="g",
        kind=GroupKind.ALERT,
        patient_id="p1",
        patient_name="Colón, María",
        visit_id=None,
        began_at=at,
        since=at,
        kb=1,
        why=Why.NEXT,
        about="Pain 1 last time, 6 now.",
    )
    assert "Pain 1 last time, 6 now ·" in subtitle(line, at)
    speak("es")
    assert "Dolor 1 la última vez, 6 ahora ·" in subtitle(line, at)

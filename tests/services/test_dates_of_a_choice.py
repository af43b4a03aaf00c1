"""Where two versions differ in a date, a person reads a day and not what the record holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from app.content import load
from app.domain.merging_heads import say_items
from app.domain.said import say_when
from app.domain.visit import Answer
from app.language import ENGLISH, speak
from app.services.conflict_words import say_field, say_record
from app.sync.fhir.task_fields import PROGRESS

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RAW = re.compile(r"\d{4}-\d\d-\d\d")


def test_by_when_a_task_is_to_be_done_is_said_as_a_day_and_time() -> None:
    end = "2026-11-24T10:00:00Z"
    task = {"resourceType": "Task", "restriction": {"period": {"end": end}}}
    assert say_field(task, "restriction") == say_when(end)
    assert not RAW.search(say_record({"resourceType": "Observation", "effectiveDateTime": end}))


def test_a_date_that_was_answered_is_said_as_a_day() -> None:
    goals = load()["plan-of-care"].get_item("care-goals").items
    (item,) = [one for one in goals if one.link_id == "goal-by"]
    assert say_items([item], {"goal-by": Answer(AT, value="2026-12-01")}) == "Dec 1, 2026"


def test_a_tasks_own_words_are_said_in_the_readers_language_and_what_was_said_of_it_as_it_was_written() -> (
    None
):
    reason = {"text": "She is comfortable now"}
    task = {"resourceType": "Task", "status": "completed", "priority": "stat", "statusReason": reason}
    assert say_field(task, PROGRESS) == "Done: She is comfortable now"
    assert say_field(task, "priority") == "Act now"
    try:
        speak("es")
        assert say_field(task, "priority") == "Actúe ya"
        assert say_field(task, PROGRESS).endswith(": She is comfortable now")
    finally:
        speak(ENGLISH)

"""One line of an alert: each thing once, with one colon, and what is late is called overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.views.wording import alerts as said
from tests.views.double_alerts import make_line
from tests.views.doubles import now


@pytest.mark.parametrize(
    ("title", "finding", "says"),
    [
        ("Severe symptom", "Pain 8 of 10.", "Severe symptom: Pain 8 of 10"),
        ("Help needed at home", "Needs named: food.", "Help needed at home · Needs named: food"),
        ("Thing", "Thing.", "Thing"),
    ],
)
def test_a_closed_line_has_one_colon_and_says_a_thing_once(title: str, finding: str, says: str) -> None:
    assert said.head(replace(make_line(), title=title, finding=finding)) == says


def test_what_is_late_is_called_overdue() -> None:
    at = now()
    late = replace(make_line(), due_at=at - timedelta(hours=1), due="")
    assert said.due(late, at).startswith("Overdue since ")
    assert said.until(at - timedelta(hours=1), at).startswith("Overdue since ")
    assert said.until(at + timedelta(hours=1), at).startswith("By ")

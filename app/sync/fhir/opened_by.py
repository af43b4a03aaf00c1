"""Who opened a record of the plan: on call, or in an emergency. The plan's alert about it names that person."""

from __future__ import annotations

from typing import Any

from app.sync.fhir import read


def find_opener(task: Any) -> str | None:
    """The reference of who opened it; None for an alert about anything else. Never raises."""
    for one in read.items(task, "input"):
        if read.concept_text(read.find(one, "type")) == "opened by":
            return read.text(one, "valueReference", "reference")
    return None

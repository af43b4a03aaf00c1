"""To whom a Task went on because nobody had seen it in its time: written by the plan, read here."""

from __future__ import annotations

from typing import Any

from app.domain.seen import Seen
from app.sync.fhir import read

GONE_TO = "urn:hearthside:gone-to"
"""Extension, one a step. Parts: who, a reference with a name; at, an instant."""


def find_gone_to(task: Any) -> Seen | None:
    """The last to whom it went, and when. None where it never did. Never raises."""
    found = None
    for one in read.items(task, "extension"):
        if read.text(one, "url") != GONE_TO:
            continue
        name = read.text(read.extension(one, "who"), "valueReference", "display")
        at = read.instant(read.extension(one, "at"), "valueInstant")
        if name is not None and at is not None:
            found = Seen(name, at)
    return found

"""What a device says of its log in one contact, read from a Parameters resource, and the digest that binds events."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST_EVENTS = 500
_LARGEST = 2_000_000_000
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_SUBJECT = re.compile(r"([A-Za-z]{1,40})/([A-Za-z0-9.-]{1,64})\Z", re.ASCII)
_WORD = re.compile(r"[a-z][a-z-]{0,19}\Z")
_ACTOR = re.compile(r"[A-Za-z]{1,14}/[A-Za-z0-9.-]{1,64}\Z", re.ASCII)
_LONGEST = 200
_NO_DIGEST = "0" * 64
_FAR = 10**14
"""Milliseconds: a year beyond 5000."""


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event as told. `at`, `actor`, `action`, `subject` are the texts that its digest was made of."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str | None
    previous: str
    digest: str
    patient_id: str | None

    @property
    def at_ms(self) -> int | None:
        """When it happened by the device's clock; None for what is no moment with an offset."""
        try:
            moment = datetime.fromisoformat(self.at)
            ms = round(moment.timestamp() * 1000) if moment.tzinfo is not None else _FAR
        except (ValueError, OverflowError):
            return None
        return ms if abs(ms) < _FAR else None

    @property
    def safe_action(self) -> str:
        """Its action if that is a word, else "other": what is shown to people is never free text."""
        return self.action if _WORD.match(self.action) else "other"

    @property
    def safe_actor(self) -> str:
        """Whom the device names, "" where that is no reference."""
        return self.actor if _ACTOR.match(self.actor) else ""

    @property
    def about(self) -> tuple[str, str]:
        """(type, id) of its subject, empty texts for none."""
        match = _SUBJECT.match(self.subject or "")
        return (match.group(1), match.group(2)) if match else ("", "")

    def digest_after(self, previous: str) -> str:
        """What its digest has to be where it follows an event with that digest."""
        fields = (previous, self.seq, self.at, self.actor, self.action, self.subject)
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ToldLog:
    """How long the device's log is, the digest of its newest event ("" for none), and the events told now."""

    length: int
    head: str
    events: tuple[ToldEvent, ...]


def read_log(parameters: Any) -> ToldLog | None:
    """The log in a contact's list of parameters; None where the device tells none (an older app).

    Events are taken in order of their numbers up to the first gap; what is no event is passed over.
    """
    chain = next((one for one in _named(parameters, "audit")), None)
    if chain is None:
        return None
    parts = _parts(chain)
    head = _text(parts.get("head"))
    found = {
        event.seq: event for one in _named(parameters, "event") if (event := _event(_parts(one))) is not None
    }
    return ToldLog(_count(parts.get("length")), head if _DIGEST.match(head) else "", tuple(_in_a_row(found)))


def _in_a_row(found: dict[int, ToldEvent]) -> Iterator[ToldEvent]:
    numbers = sorted(found)[:MOST_EVENTS]
    for position, seq in enumerate(numbers):
        if seq != numbers[0] + position:
            return
        yield found[seq]


def _event(parts: dict[str, Any]) -> ToldEvent | None:
    """None only without a number: whatever else is odd is taken as it is and found not to fit, or nothing after it
    could be taken."""
    seq = _count(parts.get("seq"))
    if seq == 0:
        return None
    texts = {name: _text(parts.get(name)) for name in ("at", "actor", "action", "previous", "digest")}
    patient = _text(parts.get("patient"))
    return ToldEvent(
        seq=seq,
        at=texts["at"],
        actor=texts["actor"],
        action=texts["action"],
        subject=_text(parts.get("subject")) or None,
        previous=texts["previous"] if _DIGEST.match(texts["previous"]) else "",
        digest=texts["digest"] if _DIGEST.match(texts["digest"]) else _NO_DIGEST,
        patient_id=patient if _SUBJECT.match(f"Patient/{patient}") else None,
    )


def _named(parameters: Any, name: str) -> Iterator[dict[str, Any]]:
    for one in parameters if isinstance(parameters, list) else ():
        if isinstance(one, dict) and one.get("name") == name:
            yield one


def _parts(holder: dict[str, Any]) -> dict[str, Any]:
    parts = holder.get("part")
    listed = parts if isinstance(parts, list) else []
    return {name: one for one in listed if isinstance(one, dict) and isinstance(name := one.get("name"), str)}


def _text(parameter: Any) -> str:
    value = parameter.get("valueString") if isinstance(parameter, dict) else None
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _count(parameter: Any) -> int:
    value = parameter.get("valueUnsignedInt") if isinstance(parameter, dict) else None
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if 0 <= value <= _LARGEST else 0

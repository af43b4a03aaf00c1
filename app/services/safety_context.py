"""Putting together what the safety rules look at for one draft, and remembering what seldom changes meanwhile.

What lies behind a draft (the person's record, earlier visits, the plan's settings) is read again only when something
of it changed; what the rules found is remembered as long as nothing that they read has. Each thread of a store has a
memory of its own, which ends with the thread.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.content.rules import load_rules
from app.domain.alert import Alert, AlertState
from app.domain.medicines import settled_naloxone
from app.domain.safety import EarlierAlert, Facts, Finding, Quiet, SafetyContext, evaluate
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, VisitDraft
from app.services.patient_parts import PatientParts, read_parts
from app.services.plan_settings import META_KEY, read_settings
from app.services.safety_facts import READS, read_facts, rule_links
from app.store import alerts, meta, safety_rows, visits

USUAL, USUAL_OF, USUAL_VALUE, USUAL_ENDED = "usual-for-person", "usual-of", "usual-value", "usual-ended"
"""The group that keeps "usual for this person", and its items."""
LOOK_BACK = timedelta(days=30)
"""How far back alerts and marks are looked for; marks end sooner, by the rules' own days."""
NEWER = "A newer alert about the same stands"
"""Why an alert closes when a later visit raises the same again."""


@dataclass(frozen=True, slots=True)
class Background:
    """What lies behind a draft and does not change with its answers."""

    parts: PatientParts
    previous: Mapping[str, tuple[Answer, ...]]
    quiet: tuple[Quiet, ...]
    settings: PlanSettings
    naloxone: Answer | None
    """The newest answer about it, however many visits ago."""


class _Memory(threading.local):
    """One person's background and one draft's findings."""

    background: tuple[object, Background] | None = None
    facts: tuple[Background, VisitDraft, Facts] | None = None
    found: tuple[object, tuple[Finding, ...]] | None = None


_memory = _Memory()


def stamp_of(connection: Connection, visit_id: str, now: datetime) -> str | None:
    """Differs when anything that rules read in this draft does, and each hour, as some rules are clocks.

    None where there is no such draft.
    """
    stamp = safety_rows.read_stamp(connection, visit_id, rule_links())
    return None if stamp is None else f"{stamp}/{now:%Y%m%d%H}"


def find_in(connection: Connection, draft: VisitDraft, now: datetime) -> tuple[Finding, ...]:
    """What the rules find in this draft now."""
    behind = _read_background(connection, draft, now, _mark(connection, draft.patient_id))
    return evaluate(_context(connection, draft, behind, now))


def find_remembered(connection: Connection, draft: VisitDraft, now: datetime) -> tuple[Finding, ...]:
    """The same, looked up while nothing has changed since the last look. `draft` must be as this transaction has it."""
    mark = _mark(connection, draft.patient_id)
    key = (draft.id, stamp_of(connection, draft.id, now), mark)
    if _memory.found is None or _memory.found[0] != key:
        behind = _read_background(connection, draft, now, mark)
        _memory.found = (key, evaluate(_context(connection, draft, behind, now)))
    return _memory.found[1]


def _mark(connection: Connection, patient_id: str) -> object:
    settings = meta.find(connection, META_KEY)
    return (patient_id, settings, *safety_rows.read_mark(connection, patient_id))


def _read_background(connection: Connection, draft: VisitDraft, now: datetime, mark: object) -> Background:
    key = (draft.id, draft.began_at, mark)
    if _memory.background is None or _memory.background[0] != key:
        earlier = safety_rows.read_inner(
            connection, draft.patient_id, now - LOOK_BACK, (USUAL_OF, USUAL_VALUE, USUAL_ENDED)
        )
        found = (to_quiet(answers) for answers in earlier)
        links = set().union(*load_rules().inputs.values())
        behind = Background(
            parts=read_parts(connection, draft.patient_id),
            previous=safety_rows.read_previous(connection, draft.patient_id, draft.began_at, links),
            quiet=tuple(one for one in found if one is not None),
            settings=read_settings(connection),
            naloxone=visits.last_values(connection, draft.patient_id, draft.began_at).get("naloxone"),
        )
        _memory.background = (key, behind)
    return _memory.background[1]


def _context(connection: Connection, draft: VisitDraft, behind: Background, now: datetime) -> SafetyContext:
    said = (to_quiet(entry.answers) for entry in draft.entries.get(USUAL, ()))
    return SafetyContext(
        now=now,
        modality=draft.modality,
        setting=draft.setting,
        answers=draft.answers,
        previous=behind.previous,
        facts=_read_facts(behind, draft),
        quiet=(*behind.quiet, *(one for one in said if one is not None)),
        alerts=tuple(
            EarlierAlert(one.rule, one.subject, one.fired_at)
            for one in alerts.list_since(connection, draft.patient_id, now - LOOK_BACK)
            if one.visit_id != draft.id and _counts(one)
        ),
        settings=behind.settings,
    )


def _read_facts(behind: Background, draft: VisitDraft) -> Facts:
    """Most taps change nothing that the facts rest on. Providers are given what they may read and nothing else."""
    read = replace(
        draft,
        answers={link: one for link, one in draft.answers.items() if link in READS},
        note="",
        unfinished={},
    )
    held = _memory.facts
    if held is None or held[0] is not behind or held[1] != read:
        facts = read_facts(behind.parts, read)
        naloxone = facts.naloxone or settled_naloxone(behind.naloxone)
        _memory.facts = held = (behind, read, replace(facts, naloxone=naloxone))
    return held[2]


def _counts(alert: Alert) -> bool:
    return alert.state is not AlertState.CLOSED or alert.closed_reason == NEWER


def to_quiet(answers: Mapping[str, Answer]) -> Quiet | None:
    """One mark out of its entry's answers, None while it says not enough."""
    of, value, ended = (answers.get(link) for link in (USUAL_OF, USUAL_VALUE, USUAL_ENDED))
    if of is None or not isinstance(of.value, str):
        return None
    if ended is not None and ended.value == "yes":
        return Quiet(of.value, 0, ended.at, ended=True)
    if value is None or not isinstance(value.value, int):
        return None
    return Quiet(of.value, value.value, value.at)

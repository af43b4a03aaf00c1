"""Conditions → the problem list a nurse reads: current, each once, without paperwork; social findings apart.

Pulled lists hold what source systems file as conditions: reminders ("Medication review due"), schooling,
employment. They stay in the record; this only decides what stands among the diagnoses.

The order is the record's own and no clinical ranking: what the plan keeps on the problem list, then diagnoses of
visits, then what is by its own name a finding or a history; within each the newest onset first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from app.domain.patient import Problem, ProblemKind, fold
from app.sync.fhir import read

_CURRENT = frozenset({"active", "recurrence", "relapse"})
_WITHDRAWN = frozenset({"refuted", "entered-in-error"})
_PAPERWORK_CODES = frozenset({"314529007", "314530002"})
_PAPERWORK = re.compile(
    r"\b(review|check|screening|immunization|vaccination|assessment|appointment) (is )?(due|done|needed)\b"
    r"|\brecords? requested\b|\bno known problem"
)
_SOCIAL_CODES = frozenset(
    {
        "160903007", "160904001", "741062008", "73438004", "224295006", "224297003", "224299000", "473461003",
        "423315002", "422650009", "73595000", "160968000", "224355006", "706893006", "266948004", "32911000",
        "105531004", "446654005", "424393004", "5251000175109", "713458007", "1156191002", "1184702004",
    }
)  # fmt: skip
_SOCIAL = re.compile(
    r"\b(employ\w*|labou?r force|education\w*|school\w*|social (contact|isolation|migrant)|homeless\w*"
    r"|housing|eviction|food insecurity|transport\w* (lack|problem|insecurity)|lack of access to transport\w*"
    r"|military|refugee|criminal|reports? of violence|victim of|intimate partner|risk activity|stress|poverty"
    r"|financial|literacy|unable to (afford|pay)|lives alone|living alone)\b"
)


def _stands(condition: Any) -> bool:
    status = {code for _, code in read.codes(read.find(condition, "clinicalStatus"))}
    verified = {code for _, code in read.codes(read.find(condition, "verificationStatus"))}
    return (not status or bool(status & _CURRENT)) and not verified & _WITHDRAWN


def _onset(condition: Any) -> date | None:
    return (
        read.day(condition, "onsetDateTime")
        or read.day(condition, "onsetPeriod", "start")
        or read.day(condition, "recordedDate")
    )


def _is_paperwork(condition: Any, name: str) -> bool:
    codes = {code for _, code in read.codes(read.find(condition, "code"))}
    return bool(codes & _PAPERWORK_CODES) or _PAPERWORK.search(fold(name)) is not None


def _is_social(condition: Any, name: str, tagged: str) -> bool:
    codes = {code for _, code in read.codes(read.find(condition, "code"))}
    if codes & _SOCIAL_CODES:
        return True
    kinds = {code for c in read.items(condition, "category") for _, code in read.codes(c)}
    if kinds & {"sdoh", "social-history"}:
        return True
    # A disorder stays a diagnosis whatever words are in it ("Post-traumatic stress disorder").
    return (
        not tagged.endswith("(disorder)")
        and "disorder" not in fold(name)
        and bool(_SOCIAL.search(fold(name)))
    )


_FINDING_TAGS = ("(finding)", "(situation)")
_ORDER = tuple(ProblemKind)


def _kind(condition: Any, tagged: str) -> ProblemKind:
    if tagged.casefold().endswith(_FINDING_TAGS):
        return ProblemKind.FINDING
    filed = {code for c in read.items(condition, "category") for _, code in read.codes(c)}
    return ProblemKind.LISTED if "problem-list-item" in filed else ProblemKind.AT_VISIT


def _in_order(problem: Problem) -> tuple[int, bool, int, str]:
    onset = problem.onset_on
    return _ORDER.index(problem.kind), onset is None, -(onset.toordinal() if onset else 0), problem.text


def _merge(known: Problem | None, new: Problem) -> Problem:
    """The same problem filed twice: first wording, earliest onset, the kind that stands first."""
    if known is None:
        return new
    onsets = [on for on in (known.onset_on, new.onset_on) if on is not None]
    kind = min(known.kind, new.kind, key=_ORDER.index)
    return Problem(known.text, min(onsets, default=None), kind)


def decode_problems(conditions: Iterable[Any]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """(diagnoses, social findings), each once with its earliest onset, in the order said above."""
    found: tuple[dict[str, Problem], dict[str, Problem]] = ({}, {})
    for condition in conditions:
        tagged = read.concept_text(read.find(condition, "code"))
        if tagged is None or not _stands(condition):
            continue
        name = read.without_tag(tagged)
        if _is_paperwork(condition, name):
            continue
        kept = found[1] if _is_social(condition, name, tagged) else found[0]
        found_now = Problem(name, _onset(condition), _kind(condition, tagged))
        kept[fold(name)] = _merge(kept.get(fold(name)), found_now)
    diagnoses, social = (tuple(sorted(kept.values(), key=_in_order)) for kept in found)
    return diagnoses, social

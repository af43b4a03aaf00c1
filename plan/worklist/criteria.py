"""What the worklist asks of the facts: the eight questions of the palliative-need screen, and the SB 1004 criteria.

Source: the app's own screen (made from the Medi-Cal SB 1004 general criteria and the surprise question; not
validated): any two offer a talk about a referral, they decide nothing. SB 1004: all five general criteria and one
disease, as a person recorded them (APL 18-020 as published by two plans); for members of Medi-Cal and D-SNPs.

Some questions the plan's own records answer as well: a named illness, a hospital stay, a discharge, a symptom, and
that nobody wrote down a wish. The others only a person can answer. What was answered with no counts until a record says
otherwise later. What nobody knows is never a yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAY_MS = 86_400_000
OFFER_AT = 2
HOSPITAL_MS = 180 * DAY_MS
"""How long a hospital stay counts (SB 1004: six months)."""
TRANSITION_MS = 30 * DAY_MS
SYMPTOM_MS = 90 * DAY_MS
SYMPTOM_FROM = 4
ANSWER_MS = 365 * DAY_MS
"""How long an answer of a person counts."""
REACHED_MS = 365 * DAY_MS
"""Who had a visit, a conversation or a referral within this time is not on the list."""

ILLNESS, HOSPITAL, DECLINE, YEAR = "need-illness", "need-hospital", "need-decline", "need-year"
SYMPTOM, CAREGIVER, WISHES, TRANSITION = "need-symptom", "need-caregiver", "need-wishes", "need-transition"
QUESTIONS = (TRANSITION, HOSPITAL, SYMPTOM, DECLINE, YEAR, CAREGIVER, WISHES, ILLNESS)
"""In the order in which they are told: what happened lately first."""
GENERAL = ("sb-hospital", "sb-decline", "sb-year", "sb-therapy", "sb-agrees")
DISEASES = ("sb-chf", "sb-copd", "sb-cancer", "sb-liver")
MEDICAID_LINES = ("medicaid", "d-snp")


@dataclass(frozen=True, slots=True)
class Said:
    """The newest answer to one question."""

    code: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One question that is a yes. `at_ms`: since when, None for what was never written down. `asked`: by a person."""

    code: str
    at_ms: int | None
    asked: bool


def list_reasons(said: Mapping[str, Said], records: Mapping[str, int | None]) -> tuple[Reason, ...]:
    """`records`: by question, when the record that says yes is from (None: nothing was ever written)."""
    found = []
    for code in QUESTIONS:
        answer = said.get(code)
        if code in records:
            at_ms = records[code]
            if answer is None or answer.code != "no" or (at_ms is not None and at_ms > answer.at_ms):
                found.append(Reason(code, at_ms, asked=False))
        elif answer is not None and answer.code == "yes":
            found.append(Reason(code, answer.at_ms, asked=True))
    return tuple(found)


def meets_sb1004(said: Mapping[str, Said], line: str) -> bool:
    """All five general criteria and a disease were recorded as met, of a member whom the law is for."""

    def met(code: str) -> bool:
        return code in said and said[code].code == "met"

    return line in MEDICAID_LINES and all(map(met, GENERAL)) and any(map(met, DISEASES))


def propose_target(line: str) -> str:
    """The programme named on the button: Enhanced Care Management is a Medi-Cal benefit, else complex care."""
    return "ecm" if line in MEDICAID_LINES else "complex-care"

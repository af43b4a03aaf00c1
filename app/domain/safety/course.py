"""Where the illness and the care are going: transitions, code status, hospice, the last days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from app.domain.safety.case import TERMINAL, Case, Hit, last, last_code
from app.domain.safety.model import HospiceNo
from app.domain.safety.wording import visit_due
from app.domain.visit import Answer


def transition(case: Case) -> Iterator[Hit]:
    """Clock hours since coming home, right across a clock change."""
    home = case.context.facts.transition
    if home is None or home.met:
        return
    rule = "TRANSITION_48H"
    # In UTC: two times with one time zone object would be subtracted by the clock on the wall.
    passed = case.context.now.astimezone(UTC) - home.discharged_at.astimezone(UTC)
    if passed < case.hours(rule, "soon_after_hours"):
        return
    yield Hit(
        rule,
        variant="breach" if passed >= case.hours(rule, "breach_hours") else None,
        words={"due_at": f"{visit_due(case, home):%A %H:%M}"},
    )


def code_status(case: Case) -> Iterator[Hit]:
    """Records that say different things; all stay as they are. Raised again only when this visit adds to it."""
    facts, rule = case.context.facts, "CODE_STATUS_CONFLICT"
    if facts.code_status_differs is not True:
        return
    if facts.code_status_said_now or all(alert.rule != rule for alert in case.context.alerts):
        yield Hit(rule)


def entered_terminal(case: Case) -> bool:
    """Terminal now, and not at the last contact that says a phase."""
    return case.code("phase") == TERMINAL and case.code_before("phase") != TERMINAL


def last_days(case: Case) -> Iterator[Hit]:
    """Once, on entering the phase; not again after a no to hospice until phase or function changes."""
    if entered_terminal(case) and not _said_no(case):
        yield Hit("LAST_DAYS")


def hospice_review(case: Case) -> Iterator[Hit]:
    """Reasons to consider a conversation about hospice, each only when it is new."""
    if _said_no(case):
        return
    reasons = []
    if entered_terminal(case):
        reasons.append("Phase is now terminal")
    if case.is_yes("dementia") and case.code_before("dementia") != "yes":
        reasons.append("late dementia with a complication")
    if _is_falling(case) and case.latest_code("surprise") == "no":
        # The answer to the surprise question is for the team alone, so only what was measured is said.
        now, before = _function(case)
        reasons.append(f"AKPS has fallen from {before} to {now}")
    if reasons:
        said = ", ".join(reasons)
        yield Hit("HOSPICE_REVIEW", words={"finding": f"{said[0].upper()}{said[1:]}."})


def _function(case: Case) -> tuple[int | None, int | None]:
    """(now, at the last contact) of AKPS; each None where it was not recorded."""
    for link_id, answer in case.answers("function"):
        before = next((n for one in case.earlier(link_id) if (n := last(link_id, one)) is not None), None)
        return last(link_id, answer), before
    return None, None


def _is_falling(case: Case) -> bool:
    now, before = _function(case)
    if now is None or before is None:
        return False
    return before > now and before - now >= case.number("HOSPICE_REVIEW", "function_drop")


def _said_no(case: Case) -> bool:
    """A no to hospice stands until phase or function is another than it was then."""
    no = case.context.facts.hospice_no
    return no is not None and not _has_changed(case, no)


def _has_changed(case: Case, no: HospiceNo) -> bool:
    """Against what was on record when the no was said; where nothing was, against the last contact."""
    phase, (function, before) = case.code("phase"), _function(case)
    phase_then = no.phase or _code_at(case, no.at) or case.code_before("phase")
    if phase is not None and phase_then is not None and phase != phase_then:
        return True
    function_then = no.function if no.function is not None else _function_at(case, no.at)
    function_then = before if function_then is None else function_then
    return function is not None and function_then is not None and function != function_then


def _code_at(case: Case, at: datetime) -> str | None:
    """The phase on record at that time, this visit's own included."""
    said = [
        (answer.at, code)
        for link in case.links("phase")
        for answer in (*_now(case, link), *case.earlier(link))
        if answer.at <= at and (code := last_code(answer, link)) is not None
    ]
    return max(said)[1] if said else None


def _function_at(case: Case, at: datetime) -> int | None:
    """AKPS on record at that time, this visit's own included."""
    said = [
        (answer.at, number)
        for link in case.links("function")
        for answer in (*_now(case, link), *case.earlier(link))
        if answer.at <= at and (number := last(link, answer)) is not None
    ]
    return max(said)[1] if said else None


def _now(case: Case, link: str) -> tuple[Answer, ...]:
    answer = case.context.answers.get(link)
    return () if answer is None else (answer,)

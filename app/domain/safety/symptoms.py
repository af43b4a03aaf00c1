"""Symptom rules: severe, new or worse breathlessness, rising, pain not under control, delirium."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from app.content.rules import COMMON
from app.domain.safety.case import Case, Hit, Stuck, display, highest, last
from app.domain.visit import Answer

OWN = " (own answer)"
"""Behind a symptom's name where the number is the person's own, in a form of her own."""


def severe_symptom(case: Case) -> Iterator[Hit]:
    """Any symptom from the severe cut-off. Only the five named ones are for today; the rest are kept an eye on."""
    at = case.number("SEVERE_SYMPTOM", "at")
    for link_id, answer in _symptoms(case, "esas"):
        worst, now = highest(link_id, answer), last(link_id, answer)
        if worst is None or now is None or worst < at:
            continue
        today = _twin(case, link_id) in case.links("esas_today")
        eased = now < at
        yield Hit(
            "SEVERE_SYMPTOM",
            subject=link_id,
            variant=("relieved" if eased else None) if today else "eye",
            words=_words(case, link_id, answer),
            source=link_id,
            score=worst,
            stuck=_stuck(case, link_id, answer) if today else None,
        )


def new_severe_breathlessness(case: Case) -> Iterator[Hit]:
    """Severe and first recorded as new or worse, or severe and clearly worse than last time.

    On its first record it is asked first; until that is answered this is a question without a task, and the severe
    symptom is what leaves.
    """
    rule = "NEW_SEVERE_DYSPNEA"
    at, rise = case.number(rule, "at"), case.number(rule, "rise")
    for link_id, answer in _symptoms(case, "breath"):
        worst, now = highest(link_id, answer), last(link_id, answer)
        if worst is None or now is None or worst < at:
            continue
        before = _before(case, link_id)
        words = _words(case, link_id, answer) | {
            "change": f", {before} last time" if before is not None else ""
        }
        variant: str | None = "relieved" if now < at else None
        asks: str | None = None
        if before is not None:
            if worst - before < rise:
                continue
        else:
            said = case.code("breath_new")
            if said == "usual" or (said is None and case.is_usual(link_id, worst)):
                continue
            if said is None:
                asks = next(iter(case.links("breath_new")), None)
                variant = "ask-first"
        yield Hit(rule, link_id, variant, words, source=None, score=worst, asks=asks)


def rising(case: Case) -> Iterator[Hit]:
    """Up by so much since the last contact, and now high enough to matter."""
    at, rise = case.number("RISING", "at"), case.number("RISING", "rise")
    for link_id, answer in _symptoms(case, "esas"):
        before, now = _before(case, link_id), highest(link_id, answer)
        if before is None or now is None or now - before < rise or now < at:
            continue
        words = _words(case, link_id, answer) | {"before": str(before)}
        variant = None if _twin(case, link_id) in case.links("esas_today") else "eye"
        yield Hit("RISING", link_id, variant, words, source=link_id, score=now)


def pain_uncontrolled(case: Case) -> Iterator[Hit]:
    """Severe at contacts a day apart with none better between, or still there two days after an alert about it."""
    rule = "PAIN_UNCONTROLLED"
    at, still_at = case.number(rule, "at"), case.number(rule, "still_at")
    for link_id, answer in _symptoms(case, "pain"):
        worst, now = highest(link_id, answer), last(link_id, answer)
        if worst is None or now is None:
            continue
        since: str | None = None
        if worst >= at and any(
            answer.at - one.at >= case.hours(rule, "apart_hours") for one in _run(case, link_id, at)
        ):
            since = "also severe a day or more ago"
        elif worst >= still_at and _is_still_there(case, link_id, answer, still_at):
            since = f"{case.number(rule, 'alert_hours').normalize():f} hours or more after a pain alert"
        if since is None:
            continue
        eased = now < (at if worst >= at else still_at)
        yield Hit(
            rule,
            link_id,
            "relieved" if eased else None,
            _words(case, link_id, answer) | {"since": since},
            source=link_id,
            score=worst,
            stuck=_stuck(case, link_id, answer),
        )


def delirium(case: Case) -> Iterator[Hit]:
    """4AT from its cut-off, as far as it was answered."""
    found = case.at_least("delirium")
    if found is not None and found >= case.number("DELIRIUM", "at"):
        yield Hit("DELIRIUM", words={"value": str(found)})


def _twin(case: Case, link_id: str) -> str:
    """The scale's item about the same symptom; an item of the scale is its own."""
    return dict(zip(case.links("own"), case.links("own_twins"), strict=True)).get(link_id, link_id)


def _symptoms(case: Case, name: str) -> Iterator[tuple[str, Answer]]:
    """The scale's items of an input, then the person's own numbers about the same symptoms.

    A number of her own that the scale reaches or passes in this visit is not said a second time.
    """
    yield from case.answers(name)
    for link_id, answer in case.answers("own"):
        twin = _twin(case, link_id)
        own, beside = highest(link_id, answer), highest(twin, case.context.answers.get(twin))
        if twin in case.links(name) and own is not None and (beside is None or beside < own):
            yield link_id, answer


def _words(case: Case, link_id: str, answer: Answer) -> dict[str, str]:
    own = OWN if link_id in case.links("own") else ""
    return {
        "item": display(link_id, answer) + own,
        "value": str(highest(link_id, answer)),
        "last": str(last(link_id, answer)),
    }


def _before(case: Case, link_id: str) -> int | None:
    """The last measurement of the newest earlier contact that has one."""
    return next((n for one in case.earlier(link_id) if (n := last(link_id, one)) is not None), None)


def _run(case: Case, link_id: str, at: Decimal) -> Iterator[Answer]:
    """Earlier contacts, newest first, as long as each was severe."""
    for one in case.earlier(link_id):
        worst = highest(link_id, one)
        if worst is None:
            continue
        if worst < at:
            return
        yield one


def _is_still_there(case: Case, link_id: str, answer: Answer, still_at: Decimal) -> bool:
    """An alert about it is old enough, and no contact since then found it better."""
    after = case.hours("PAIN_UNCONTROLLED", "alert_hours")
    fired = [one.fired_at for one in case.context.alerts if one.subject == link_id]
    better = [
        one.at for one in case.earlier(link_id) if (n := last(link_id, one)) is not None and n < still_at
    ]
    return any(answer.at - at >= after and not any(at < moment for moment in better) for at in fired)


def _stuck(case: Case, link_id: str, answer: Answer) -> Stuck | None:
    """Severe at so many contacts in a row, or still severe after so many changes of the plan."""
    worst = highest(link_id, answer)
    at = case.number("SEVERE_SYMPTOM", "at")
    if worst is None or worst < at:
        return None
    run = list(_run(case, link_id, at))
    if len(run) + 1 >= case.number(COMMON, "specialist_contacts"):
        return Stuck.CONTACTS
    if not run:
        return None
    changes = [moment for moment in case.context.facts.plan_changes if run[-1].at <= moment <= answer.at]
    return Stuck.CHANGES if len(changes) >= case.number(COMMON, "specialist_changes") else None

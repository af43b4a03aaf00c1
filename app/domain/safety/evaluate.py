"""All rules over one context: quieting, one alert a subject, words and clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.content.rules import AS_USUAL, COMMON, SILENT, Level, Rule, RuleTable, Variant, load_rules
from app.domain.safety import body, counts, course, mind, nonverbal, symptoms
from app.domain.safety.case import Case, Hit, Stuck
from app.domain.safety.model import Finding, SafetyContext
from app.domain.safety.wording import due_at, fill, numbers_of, phone_of, plain, report_words, say_due

RULES: tuple[Callable[[Case], Iterator[Hit]], ...] = (
    mind.suicide,
    mind.abuse,
    symptoms.new_severe_breathlessness,
    symptoms.pain_uncontrolled,
    symptoms.severe_symptom,
    nonverbal.pain,
    nonverbal.distress,
    symptoms.rising,
    symptoms.delirium,
    body.no_bowel_movement,
    body.opioid_without_regimen,
    body.naloxone,
    mind.mood,
    body.caregiver,
    course.transition,
    body.falls,
    body.social_need,
    course.code_status,
    counts.home_count,
    course.hospice_review,
    course.last_days,
    mind.aid_in_dying,
)
SPECIALIST = "palliative-specialist"


def evaluate(context: SafetyContext, table: RuleTable | None = None) -> tuple[Finding, ...]:
    """What the rules find, the most urgent first, at most one a subject. Pure; never raises on any stored answer.

    Quieted findings ("usual for this person") are among them, marked; nothing else that is quiet is.
    """
    table = table or load_rules()
    case = Case(context, table)
    order = {rule.id: at for at, rule in enumerate(table.rules)}
    best: dict[str, Finding] = {}
    also: dict[str, list[str]] = {}
    for found in _findings(case):
        held = best.get(found.subject)
        if held is None:
            best[found.subject] = found
            continue
        first, second = (found, held) if _rank(found, order) < _rank(held, order) else (held, found)
        best[found.subject] = _joined(first, second)
        if second.rule != first.rule:
            also.setdefault(found.subject, []).append(second.rule)
    ranked = sorted(best.values(), key=lambda one: (*_rank(one, order), one.subject))
    return tuple(replace(one, also=tuple(sorted(set(also.get(one.subject, ()))))) for one in ranked)


def _rank(found: Finding, order: dict[str, int]) -> tuple[bool, int, int]:
    """Loud before quiet, then by urgency, then by the order of the table."""
    return (found.quieted, -found.level.urgency, order[found.rule])


def _joined(first: Finding, second: Finding) -> Finding:
    """The winner, with what the loser alone knew: a question to ask, a referral to propose."""
    if second.proposes and not first.proposes:
        first = replace(first, proposes=second.proposes, actions=(*first.actions, second.actions[-1]))
    return replace(first, asks=first.asks or second.asks)


def _findings(case: Case) -> Iterator[Finding]:
    for rule in RULES:
        for hit in rule(case):
            found = _finish(case, hit)
            if found is not None:
                yield found


def _place(case: Case, rule: Rule) -> str:
    """What becomes of a rule in hospice, in the last days and in comfort-only care: the quieter one first."""
    places = [
        place
        for applies, place in (
            (case.in_hospice, rule.hospice),
            (case.in_last_days, rule.last_days),
            (case.comfort_only, rule.comfort_only),
        )
        if applies and place != AS_USUAL
    ]
    return SILENT if SILENT in places else next(iter(places), AS_USUAL)


def _finish(case: Case, hit: Hit) -> Finding | None:
    rule = case.table.get(hit.rule)
    place = _place(case, rule)
    if place == SILENT:
        return None
    variant = rule.find_variant(hit.variant) if hit.variant else None
    level = _level(rule, variant)
    if place != AS_USUAL:
        there = rule.find_variant(place)
        # What the case itself says (eased, ask first) keeps its words; the place then only takes the urgency down.
        level = min((level, _level(rule, there)), key=lambda one: one.urgency)
        variant = variant or there
    found = _say(case, rule, hit, variant, level)
    if rule.usual and case.is_usual(hit.source, hit.score):
        return _quieted(case, found)
    return found


def _level(rule: Rule, variant: Variant | None) -> Level:
    return variant.level if variant is not None and variant.level is not None else rule.level


def _say(case: Case, rule: Rule, hit: Hit, variant: Variant | None, level: Level) -> Finding:
    said = variant or Variant("")
    words: dict[str, object] = {**numbers_of(case, rule), **hit.words}
    if rule.private:
        words |= report_words(case, rule) if rule.find_parameter("written_days") else {}
    due = said.due or rule.due
    actions = [fill(line, words) for line in (rule.actions if said.actions is None else said.actions)]
    if hit.stuck is Stuck.CONTACTS:
        contacts = f"{plain(case.number(COMMON, 'specialist_contacts'))} contacts or more"
        actions.append(fill(case.table.specialist, {"contacts": contacts}))
    elif hit.stuck is Stuck.CHANGES:
        changes = plain(case.number(COMMON, "specialist_changes"))
        actions.append(fill(case.table.specialist_changed, {"changes": changes}))
    return Finding(
        rule=rule.id,
        subject=hit.subject or rule.subject,
        level=level,
        title=fill(said.title or rule.title, words),
        finding=fill(said.finding or rule.finding, words),
        actions=tuple(actions),
        due=say_due(case, rule, due, words),
        due_at=due_at(case, rule, due),
        owner=said.owner or rule.owner,
        phone=phone_of(rule, variant, case.context.setting),
        task=rule.task if said.task is None else said.task,
        private=rule.private,
        source=hit.source if rule.usual else None,
        score=hit.score if rule.usual else None,
        asks=hit.asks,
        proposes=SPECIALIST if hit.stuck is not None else None,
    )


def _quieted(case: Case, found: Finding) -> Finding:
    """Usual for this person: no task. Pain goes to the supervisor all the same."""
    if found.subject not in case.links("pain"):
        return replace(found, level=Level.INFO, task=False, quieted=True, due="", due_at=None)
    said = case.table.usual_pain
    return replace(
        found,
        level=min((found.level, said.level or found.level), key=lambda one: one.urgency),
        title=said.title or found.title,
        actions=(*(said.actions or ()), *(found.actions[-1:] if found.proposes else ())),
        owner=said.owner or found.owner,
        phone=said.phone or found.phone,
        task=True,
        quieted=True,
    )

"""What holds for any answers at all: nothing raises, order does not matter, more distress never lowers the level."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from safety_cases import GAD, HITS, NOW, PHQ, said

from app.content.rules import load_rules
from app.domain.items import find_place
from app.domain.safety import (
    EarlierAlert,
    Facts,
    Finding,
    HospiceNo,
    Quiet,
    SafetyContext,
    Transition,
    evaluate,
)
from app.domain.visit import Answer, Modality, Setting
from tests.support.content_strategies import answers_to, instruments

TABLE = load_rules()
ESAS = TABLE.inputs["esas"]
maybe = st.none() | st.booleans()
hours = st.integers(0, 24 * 20).map(lambda n: timedelta(hours=n))

facts = st.builds(
    Facts,
    opioid=maybe,
    bowel_regimen=maybe,
    bowel_reason=maybe,
    mme=st.none() | st.decimals(0, 500, places=1),
    benzodiazepine=maybe,
    overdose_or_sud=maybe,
    anticoagulant=maybe,
    hospice=maybe,
    comfort_only=maybe,
    hospice_no=st.none()
    | st.builds(HospiceNo, at=st.just(NOW), phase=st.sampled_from([None, "terminal", "stable"])),
    code_status_differs=maybe,
    code_status_said_now=st.booleans(),
    transition=st.none() | st.builds(Transition, hours.map(lambda ago: NOW - ago), met=st.booleans()),
    plan_changes=st.lists(hours.map(lambda ago: NOW - ago), max_size=3).map(tuple),
)
quiet = st.lists(
    st.builds(
        Quiet,
        source=st.sampled_from([*ESAS, "painad", "distress"]),
        value=st.integers(0, 20),
        at=hours.map(lambda ago: NOW - ago),
        ended=st.booleans(),
    ),
    max_size=3,
).map(tuple)
earlier_alerts = st.lists(
    st.builds(
        EarlierAlert,
        rule=st.sampled_from([rule.id for rule in TABLE.rules]),
        subject=st.sampled_from([*ESAS, "code-status"]),
        fired_at=hours.map(lambda ago: NOW - ago),
    ),
    max_size=2,
).map(tuple)


@st.composite
def contexts(draw: st.DrawFn) -> SafetyContext:
    """Any valid answers of some instruments, now and at an earlier contact, with any facts."""
    answers: dict[str, Answer] = {}
    before: dict[str, tuple[Answer, ...]] = {}
    for instrument in draw(st.lists(instruments, max_size=4)):
        answers |= draw(answers_to(instrument))
        if draw(st.booleans()):
            before |= {link: (one,) for link, one in draw(answers_to(instrument)).items()}
    return SafetyContext(
        now=NOW,
        modality=draw(st.sampled_from(Modality)),
        setting=draw(st.sampled_from(Setting)),
        answers=answers,
        previous=before,
        facts=draw(facts),
        quiet=draw(quiet),
        alerts=draw(earlier_alerts),
    )


@settings(deadline=None)
@given(contexts())
def test_any_valid_answers_are_looked_at_without_a_fault_and_each_subject_has_at_most_one_alert(
    context: SafetyContext,
) -> None:
    found = evaluate(context)
    assert len({one.subject for one in found}) == len(found)
    assert all((one.subject and one.title and one.actions) or one.quieted for one in found)
    loud = [one.level.urgency for one in found if not one.quieted]
    assert loud == sorted(loud, reverse=True)


@settings(deadline=None)
@given(contexts(), st.randoms())
def test_the_order_of_answers_does_not_matter(context: SafetyContext, random: object) -> None:
    keys = list(context.answers)
    random.shuffle(keys)  # type: ignore[attr-defined]  # a random.Random
    shuffled = replace(context, answers={key: context.answers[key] for key in keys})
    assert evaluate(shuffled) == evaluate(context)


def urgency(found: tuple[Finding, ...], subject: str) -> int:
    return next((one.level.urgency for one in found if one.subject == subject), -1)


numbers = st.lists(st.integers(0, 10), min_size=1, max_size=3)


@settings(deadline=None)
@given(
    st.sampled_from(ESAS),
    numbers,
    st.data(),
    st.lists(st.integers(0, 10), max_size=3),
    facts,
    quiet,
    earlier_alerts,
)
def test_a_higher_symptom_score_never_lowers_the_level(
    link: str,
    scores: list[int],
    data: st.DataObject,
    before: list[int],
    known: Facts,
    marks: tuple[Quiet, ...],
    alerts: tuple[EarlierAlert, ...],
) -> None:
    worse = [data.draw(st.integers(score, 10)) for score in scores]
    earlier = tuple(said(score, at=NOW - timedelta(hours=30 * (n + 1))) for n, score in enumerate(before))
    new = said(data.draw(st.sampled_from(["new-or-worse", "usual"])))
    context = SafetyContext(
        now=NOW,
        answers={link: said(*scores), "sob-new-or-usual": new},
        previous={link: earlier},
        facts=known,
        quiet=marks,
        alerts=alerts,
    )
    higher = replace(context, answers={**context.answers, link: said(*worse)})
    assert urgency(evaluate(higher), link) >= urgency(evaluate(context), link)


SCALES = {
    "esas-depr": tuple(f"/{code}" for code in PHQ),
    "esas-anx": tuple(f"/{code}" for code in GAD),
    "safety": HITS,
    "suicide": ("/44260-8",),
    "delirium": TABLE.inputs["delirium"],
    "falls": TABLE.inputs["steadi"],
    "esas-pain": TABLE.inputs["painad"],
}


@settings(deadline=None)
@given(st.sampled_from(sorted(SCALES)), st.data(), facts)
def test_a_higher_answer_on_a_scale_never_lowers_the_level(
    subject: str, data: st.DataObject, known: Facts
) -> None:
    answers: dict[str, Answer] = {}
    worse: dict[str, Answer] = {}
    for link in SCALES[subject]:
        place = find_place(link)
        assert place is not None
        options = sorted(place.item.options, key=lambda one: one.score or 0)
        low = data.draw(st.integers(-1, len(options) - 1))
        high = data.draw(st.integers(low, len(options) - 1))
        # -1 is "not asked": to be asked and to score is never less distress.
        if low >= 0:
            answers[link] = said(options[low].code)
        if high >= 0:
            worse[link] = said(options[high].code)
    context = SafetyContext(now=NOW, answers=answers, facts=known)
    assert urgency(evaluate(replace(context, answers=worse)), subject) >= urgency(evaluate(context), subject)


@settings(deadline=None)
@given(contexts())
def test_leaving_a_form_unfinished_never_hides_what_single_answers_say(context: SafetyContext) -> None:
    """Item 9 fires whatever else is answered, and in whatever state the person is."""
    answers = {**context.answers, "/44260-8": said("LA6569-3")}
    answers.pop("concern-answer", None)
    found = {one.rule: one for one in evaluate(replace(context, answers=answers))}
    assert found["SUICIDE_ITEM"].level.value == "act-now"


@settings(deadline=None)
@given(contexts(), st.dictionaries(st.sampled_from([rule.id for rule in TABLE.rules]), st.integers(0, 10**6)))
def test_no_numbers_of_a_plan_make_it_fail(context: SafetyContext, numbers: dict[str, int]) -> None:
    planned = {
        rule: {one.name: Decimal(value) for one in TABLE.get(rule).parameters}
        for rule, value in numbers.items()
    }
    evaluate(replace(context, settings=replace(context.settings, rules=planned)))

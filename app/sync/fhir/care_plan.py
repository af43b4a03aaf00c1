"""The plan of care ↔ one CarePlan with one Goal for each problem.

One CarePlan a problem, so that each is renewed alone and two nurses who change different problems never collide.
Category `assess-plan`: US Core CarePlan category code system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.domain.care_plan import GROUP, CareGoal, OtherPlan, PlanChange, PlanOfCare, answer_text
from app.domain.items import find_place
from app.domain.visit import Entry, Visit
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, about, record, recorded_at, visit_of
from app.sync.fhir.versions import heads, reference_of
from app.sync.fhir.write import part_id

_CATEGORY = {
    "system": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category",
    "code": "assess-plan",
    "display": "Assessment and Plan of Treatment",
}
WHO = f"{codes.OPTION}goal-who"
STATE = "urn:hearthside:goal-state"
IF_WORSE = "urn:hearthside:if-worse"
_LIFECYCLE = {"reached": "completed", "not-wanted": "cancelled"}
_ACHIEVEMENT_SYSTEM = "http://terminology.hl7.org/CodeSystem/goal-achievement"
_ACHIEVEMENT = {
    "going-on": ("in-progress", "In Progress"),
    "better": ("improving", "Improving"),
    "worse": ("worsening", "Worsening"),
    "reached": ("achieved", "Achieved"),
}


def _words(link_id: str, code: str) -> str:
    place = find_place(link_id)
    option = place.item.find_option(code) if place is not None else None
    return option.display if option is not None else code


def encode(visit: Visit) -> list[Json]:
    """The records of what this visit says of the plan; none for an entry in which no word was written."""
    return [resource for entry in visit.entries.get(GROUP, ()) for resource in _encode_entry(visit, entry)]


def _encode_entry(visit: Visit, entry: Entry) -> list[Json]:
    problem, hope, do = (answer_text(entry, f"goal-{part}") for part in ("problem", "hope", "do"))
    text = hope or problem or do
    if not text:
        return []
    at = max(answer.at for answer in entry.answers.values())
    state = entry.answers.get("goal-state")
    code = state.value if state is not None and isinstance(state.value, str) else None
    replaces = about(entry)
    goal = record(
        visit,
        "Goal",
        f"goal/{entry.id}",
        at=at,
        replaces=[one for one in replaces if one.startswith("Goal/")],
        lifecycleStatus=_LIFECYCLE.get(code or "", "active"),
        achievementStatus=_achievement(code),
        description={"text": text},
        target=_target(entry),
    )
    plan = record(
        visit,
        "CarePlan",
        f"care-plan/{entry.id}",
        at=at,
        replaces=[one for one in replaces if one.startswith("CarePlan/")],
        status="completed" if code in _LIFECYCLE else "active",
        intent="plan",
        category=[codes.concept(_CATEGORY, text="Plan of care")],
        title=problem or text,
        goal=[{"reference": f"Goal/{part_id(visit.id, f'goal/{entry.id}')}"}],
        activity=_activity(entry, do),
    )
    worse = answer_text(entry, "goal-worse")
    extensions: list[Json] = []
    if worse:
        extensions.append({"url": IF_WORSE, "valueString": worse})
    if code is not None:
        extensions.append({"url": STATE, "valueCode": code})
    if extensions:
        plan["extension"] = [*plan.get("extension", []), *extensions]
    return [goal, plan]


def _achievement(code: str | None) -> Json | None:
    if code not in _ACHIEVEMENT:  # no longer wanted is a wish, and says nothing of what was achieved
        return None
    fhir, display = _ACHIEVEMENT[code]
    coding = {"system": _ACHIEVEMENT_SYSTEM, "code": fhir, "display": display}
    return codes.concept(coding, text=_words("goal-state", code))


def _by(entry: Entry) -> str | None:
    answer = entry.answers.get("goal-by")
    return answer.value if answer is not None and isinstance(answer.value, str) else None


def _target(entry: Entry) -> list[Json] | None:
    day = _by(entry)
    return None if day is None else [{"dueDate": day}]


def _activity(entry: Entry, do: str) -> list[Json] | None:
    answer = entry.answers.get("goal-who")
    who = answer.value if answer is not None and isinstance(answer.value, tuple) else ()
    if not do and not who:
        return None
    detail: Json = {"status": "in-progress"}
    if do:
        detail["description"] = do
    if who:
        detail["extension"] = [{"url": WHO, "valueCode": one} for one in who]
        detail["performer"] = [{"display": _words("goal-who", one)} for one in who]
    return [{"detail": detail}]


def _is_ours(resource: Any) -> bool:
    return any(one.get("system") == codes.RECORD_IDENTIFIER for one in read.items(resource, "identifier"))


def decode_plan(resources: Iterable[Any]) -> PlanOfCare:
    """The standing plan of one person from her CarePlans and Goals: ours by problem, others' as they are."""
    held = [one for one in resources if isinstance(one, dict)]
    plans = heads(one for one in held if one.get("resourceType") == "CarePlan")
    goals = {reference_of(one): one for one in held if one.get("resourceType") == "Goal"}
    ours = [_decode_goal(plan, goals) for plan in plans if _is_ours(plan)]
    others = [_decode_other(plan, goals) for plan in plans if not _is_ours(plan)]
    return PlanOfCare(
        goals=tuple(ours),
        others=tuple(one for one in others if one is not None),
        changes=tuple(_list_changes(held)),
    )


def _list_changes(held: Iterable[Json]) -> Iterator[PlanChange]:
    for one in held:
        at = recorded_at(one) if one.get("resourceType") == "CarePlan" and _is_ours(one) else None
        if at is not None and read.text(one, "status") != "entered-in-error":
            yield PlanChange(visit_of(one), at)


def _goals_of(plan: Any, goals: dict[str, Json]) -> list[Json]:
    named = [read.reference({"goal": one}, "goal") for one in read.items(plan, "goal")]
    return [goals[key] for one in named if one is not None and (key := f"{one[0]}/{one[1]}") in goals]


def _decode_goal(plan: Any, goals: dict[str, Json]) -> CareGoal:
    linked = _goals_of(plan, goals)
    goal = linked[0] if linked else None
    title = read.text(plan, "title") or ""
    hope = read.text(goal, "description", "text") or ""
    detail = read.find(plan, "activity", 0, "detail")
    who = [
        code
        for one in read.items(detail, "extension")
        if one.get("url") == WHO and (code := read.text(one, "valueCode"))
    ]
    do = read.text(detail, "description") or ""
    return CareGoal(
        references=tuple(reference_of(one) for one in (plan, *linked)),
        problem=title,
        hope="" if hope in (title, do) else hope,
        do=do,
        who=tuple(who),
        by=read.day(goal, "target", 0, "dueDate"),
        if_worse=read.text(read.extension(plan, IF_WORSE), "valueString") or "",
        state=read.text(read.extension(plan, STATE), "valueCode"),
        author=read.text(plan, "author", "display") or "",
        at=recorded_at(plan),
    )


def _decode_other(plan: Any, goals: dict[str, Json]) -> OtherPlan | None:
    if read.text(plan, "status") in ("revoked", "entered-in-error", "draft", "completed"):
        return None
    said = [read.text(goal, "description", "text") or "" for goal in _goals_of(plan, goals)]
    actions = [
        read.text(one, "detail", "description") or read.concept_text(read.find(one, "detail", "code")) or ""
        for one in read.items(plan, "activity")
    ]
    kind = next((text for one in read.items(plan, "category") if (text := read.concept_text(one))), "")
    return OtherPlan(
        reference=reference_of(plan),
        title=read.text(plan, "title") or kind or "Plan of care",
        author=read.text(plan, "author", "display") or "",
        at=recorded_at(plan) or read.instant(plan, "period", "start"),
        goals=tuple(one for one in said if one),
        actions=tuple(one for one in actions if one),
        note=read.text(plan, "description") or "",
    )

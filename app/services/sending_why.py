"""Why one thing waits and what can be done about it: pure, from the outbox, the last pass and the sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.services.sending_models import Blocker, Do, WaitingLine, Why
from app.store.outbox_groups import Refusal, WaitingGroup
from app.store.outbox_kinds import GroupKind
from app.sync import files
from app.sync.contested import GONE
from app.sync.deliver import TOO_LARGE, UNREADABLE
from app.sync.merge import CHANGED_FIRST
from app.sync.push import SERVER_FAILED

_BY_OUTCOME = {
    "no-network": Why.NO_NETWORK,
    "captive-portal": Why.PORTAL,
    "plan-down": Why.PLAN_DOWN,
    "sign-in-needed": Why.SIGN_IN,
    "wrong-date": Why.WRONG_DATE,
    "untrusted": Why.UNTRUSTED,
    "update-needed": Why.UPDATE,
}
_TOO_LARGE = (TOO_LARGE, files.TOO_LARGE.partition(" (")[0])
RESTORED = "restored"
"""The word by which a pass's detail says that the plan was put back to an earlier day."""


@dataclass(frozen=True, slots=True)
class Weather:
    """What holds for everything that waits. `until`: when the plan said that it may be asked again."""

    why: Why
    until: datetime | None = None


def read_weather(
    *,
    signed_in: bool,
    working: bool,
    outcome: str | None,
    detail: str = "",
    until: datetime | None = None,
    now: datetime,
) -> Weather:
    """From the newest finished pass. `working`: a pass that is worth showing is under way."""
    if not signed_in:
        return Weather(Why.SIGN_IN)
    if working:
        return Weather(Why.NOW)
    if until is not None and until > now and outcome in ("plan-down", "partly"):
        return Weather(Why.BUSY, until)
    if outcome == "partly" and RESTORED in detail.split():
        return Weather(Why.RESTORED)
    return Weather(_BY_OUTCOME.get(outcome or "", Why.NEXT))


def make_line(
    group: WaitingGroup,
    groups: Mapping[str, WaitingGroup],
    weather: Weather,
    *,
    retried_at: datetime | None,
    has_phone: bool,
) -> WaitingLine:
    """One row of the screen. `retried_at`: when what the server failed on is tried again."""
    why = _why_aside(group) if group.set_aside else _why_waiting(group, groups, weather)
    push = group.push
    # That somebody was quicker is no answer of the plan's to what was sent.
    refusals = [one for one in group.refusals if one.reason not in (CHANGED_FIRST, GONE)]
    line = WaitingLine(
        group_id=group.group_id,
        kind=group.kind,
        patient_id=group.patient_id,
        patient_name=group.patient_name,
        visit_id=group.group_id if group.kind is GroupKind.VISIT else None,
        began_at=None,
        since=group.since,
        kb=max(1, round(group.size / 1000)),
        why=why,
        said=_say_last(group, refusals),
        attempts=0 if push is None else push.attempts,
        attempted_at=None if push is None else push.attempted_at,
        conflict=group.conflict,
        refusals=len(refusals),
        refused_at=refusals[-1].at if refusals else None,
    )
    if why is Why.BUSY:
        line = replace(line, until=weather.until)
    if why in (Why.SERVER_FAILS, Why.HIDDEN):
        line = replace(line, until=retried_at)
    if why is Why.ARRIVING:
        line = replace(line, parts=group.parts)
    if why in (Why.BEHIND, Why.AFTER) and group.waits_for is not None:
        first = groups[group.waits_for]
        line = replace(line, blocker=Blocker(first.group_id, first.kind, first.patient_name, first.set_aside))
    return replace(line, do=_list_ways(group, why, has_phone))


def _say_last(group: WaitingGroup, refusals: Sequence[Refusal]) -> str:
    """The plan's newest words about it: also those of a try before this one."""
    if group.set_aside:
        return group.reason or ""
    if group.push is not None and group.push.reason:
        return group.push.reason
    return refusals[-1].reason if refusals else ""


def _why_aside(group: WaitingGroup) -> Why:
    reason = group.reason or ""
    if group.conflict is not None:
        return Why.CONFLICT
    if reason.startswith(SERVER_FAILED):
        return Why.SERVER_FAILS
    if reason.startswith(UNREADABLE):
        return Why.HIDDEN
    return Why.TOO_LARGE if reason.startswith(_TOO_LARGE) else Why.REFUSED


def _why_waiting(group: WaitingGroup, groups: Mapping[str, WaitingGroup], weather: Weather) -> Why:
    push = group.push
    if group.lost_at is not None:
        return Why.LOST
    if 0 < group.parts[0] < group.parts[1]:
        return Why.ARRIVING
    if push is not None and push.server_errors:
        return Why.SERVER_TROUBLE
    if push is not None and push.attempted:
        # In the midst of a pass its answer may only be on the way.
        return Why.NOW if weather.why is Why.NOW else Why.ASKED
    first = None if group.waits_for is None else groups.get(group.waits_for)
    if first is not None and _stands_still(first, groups):
        return Why.BEHIND
    if weather.why not in (Why.NOW, Why.NEXT):
        return weather.why
    if first is not None:
        return Why.AFTER
    return Why.LAST if group.kind is GroupKind.ATTACHMENT else weather.why


def _stands_still(group: WaitingGroup, groups: Mapping[str, WaitingGroup]) -> bool:
    """True when this one, or whatever it waits for in its turn, was set aside."""
    seen: set[str] = set()
    current: WaitingGroup | None = group
    while current is not None and current.group_id not in seen:
        if current.set_aside:
            return True
        seen.add(current.group_id)
        current = None if current.waits_for is None else groups.get(current.waits_for)
    return False


def _list_ways(group: WaitingGroup, why: Why, has_phone: bool) -> tuple[Do, ...]:
    call = (Do.CALL,) if has_phone else ()
    if why is Why.CONFLICT:
        return (Do.CHOOSE,)
    if why is Why.REFUSED:
        # Of a visit of which nothing arrived and nothing is under way, the plan surely holds nothing.
        whole = group.kind is GroupKind.VISIT and not group.settled and group.push is None
        return (*((Do.CORRECT,) if whole else ()), Do.TRY_AGAIN, *call)
    if why is Why.TOO_LARGE:
        return (*call, Do.TRY_AGAIN)
    if why in (Why.SERVER_FAILS, Why.HIDDEN):
        return (Do.TRY_AGAIN, *call)
    return call if why in (Why.UNTRUSTED, Why.RESTORED) else ()

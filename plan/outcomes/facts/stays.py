"""Stays in hospitals and facilities, the way home, and the wish about hospital that was on record meanwhile.

Read as the app reads them (ADR 0038): the plan's record of a stay leads, the one that a nurse entered by hand lends
what the plan's does not say; beginnings or ends no further apart than a day are one stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from plan.outcomes.facts.conversations import wish_changes
from plan.outcomes.reading import Json, codes, find, has_code, items, moment, reference, text, words
from plan.outcomes.record import Record, is_visit
from plan.outcomes.tables import FOREVER
from plan.outcomes.zone import local_day

Row = dict[str, Any]

HOUR_MS = 3_600_000
DUE_MS = 48 * HOUR_MS
"""The home visit within 48 hours of coming home (palliative toolkit, step 3): hours, not days."""
SAME_STAY_MS = 24 * HOUR_MS
BY_HAND = "urn:hearthside:stay"
REASONS = "urn:hearthside:no-48-hour-visit"
_OURS = "urn:hearthside:visit"
_INSIDE = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC", "SS"})
_HOMES = ("home", "alt-home")
"""HL7's discharge-disposition means by "alt-home" a home too: not the patient's own, but of her family, say."""
_STATUSES = frozenset({"in-progress", "onleave", "finished", "arrived", "triaged"})
_PLACES = {
    "21": "hospital",
    "23": "hospital",
    "31": "skilled-nursing",
    "32": "long-term-nursing",
    "13": "assisted-living",
}
_WORDS = (
    ("skilled-nursing", ("skilled", "rehab", "snf", "post-acute", "short stay")),
    ("long-term-nursing", ("nursing home", "nursing facility", "long-term", "long term")),
    ("assisted-living", ("assisted living",)),
)
_REASON_CODES = ("died", "readmitted", "declined", "unreachable", "other")


@dataclass(frozen=True)
class Stay:
    """`began` or `left` NULL where nobody says."""

    stay_id: str
    place: str
    began: int | None
    left: int | None
    time_known: bool
    to_home: bool
    by_hand: bool
    others: tuple[str, ...] = ()


def find_stays(record: Record) -> list[Stay]:
    """All standing stays, joined, in the order of their beginnings."""
    found = [stay for one in record.heads("Encounter") if (stay := _read(record, one)) is not None]
    return _join(found)


def _read(record: Record, encounter: Json) -> Stay | None:
    marks = {one.get("system") for one in items(encounter, "identifier")}
    by_hand, status = BY_HAND in marks, text(encounter, "status")
    inside = text(encounter, "class", "code") in _INSIDE
    if _OURS in marks or is_visit(encounter) or not (inside or by_hand) or status not in _STATUSES:
        return None
    began = moment(find(encounter, "period", "start"), record.zone)
    left = moment(find(encounter, "period", "end"), record.zone)
    if (began is None and left is None) or (status == "finished" and left is None):
        return None
    disposition = find(encounter, "hospitalization", "dischargeDisposition")
    said = words(disposition)
    nothing = not said and not codes(disposition)
    return Stay(
        stay_id=str(encounter["id"]),
        place=_place(encounter),
        began=began[0] if began else None,
        left=left[0] if left else None,
        time_known=left[1] if left else True,
        to_home=nothing or any(has_code(disposition, one) for one in _HOMES) or said == "home",
        by_hand=by_hand,
    )


def _place(encounter: Json) -> str:
    holders = [encounter, *items(encounter, "contained")]
    kinds = [kind for one in holders for kind in items(one, "type")]
    for kind in kinds:
        for system, code in codes(kind):
            if system.endswith("Place_of_Service_Code_Set") and code in _PLACES:
                return _PLACES[code]
    said = [words(kind) for kind in kinds] + [words(encounter.get("serviceType"))]
    said.append((text(encounter, "serviceProvider", "display") or "").casefold())
    spoken = " ".join(said)
    for place, signs in _WORDS:
        if any(sign in spoken for sign in signs):
            return place
    return "skilled-nursing" if text(encounter, "class", "code") == "NONAC" else "hospital"


def _start(stay: Stay) -> int:
    return stay.began if stay.began is not None else stay.left if stay.left is not None else 0


def _join(stays: Iterable[Stay]) -> list[Stay]:
    found: list[Stay] = []
    for stay in sorted(stays, key=lambda one: (one.by_hand, _start(one), one.stay_id)):
        same = next((index for index, other in enumerate(found) if _same(stay, other)), None)
        if same is None:
            found.append(stay)
        else:
            found[same] = _merge(found[same], stay)
    return sorted(found, key=lambda one: (_start(one), one.stay_id))


def _near(one: int | None, other: int | None) -> bool | None:
    return None if one is None or other is None else abs(one - other) <= SAME_STAY_MS


def _same(stay: Stay, other: Stay) -> bool:
    if not stay.by_hand or other.by_hand or stay.place != other.place:
        return False
    ends = _near(stay.left, other.left)
    return ends is True or (_near(stay.began, other.began) is True and ends is not False)


def _merge(plan: Stay, hand: Stay) -> Stay:
    end = plan if plan.left is not None else hand
    return replace(
        plan,
        began=plan.began if plan.began is not None else hand.began,
        left=end.left,
        time_known=end.time_known,
        to_home=end.to_home,
        others=(*plan.others, hand.stay_id),
    )


def stay_rows(stays: list[Stay]) -> list[Row]:
    return [
        {
            "stay_id": one.stay_id,
            "place": one.place,
            "from_ms": one.began,
            "until_ms": FOREVER if one.left is None else one.left,
            "to_home": int(one.to_home),
        }
        for one in stays
    ]


def transition_rows(record: Record, stays: list[Stay]) -> list[Row]:
    """Discharges home, each with why no visit came where somebody wrote it down."""
    ends = _outcomes(record)
    found = []
    for stay in stays:
        if stay.left is None or not stay.to_home:
            continue
        outcome = next((ends[one] for one in (stay.stay_id, *stay.others) if one in ends), (None, None))
        found.append(
            {
                "stay_id": stay.stay_id,
                "place": stay.place,
                "left_ms": stay.left,
                "time_known": int(stay.time_known),
                "due_ms": stay.left + DUE_MS,
                "left_date": local_day(stay.left, record.zone),
                "outcome": outcome[0],
                "outcome_ms": outcome[1],
            }
        )
    return found


def _outcomes(record: Record) -> dict[str, tuple[str, int | None]]:
    found = {}
    for task in record.of("Task"):
        stay = reference(task, "focus", kind="Encounter")
        if stay is not None and has_code(task.get("code"), "48-hour-visit", "urn:hearthside:task"):
            said = [code for system, code in codes(task.get("statusReason")) if system == REASONS]
            reason = next((one for one in said if one in _REASON_CODES), "other")
            found[stay] = (reason, record.recorded(task))
    return found


def hospital_rows(record: Record, stays: list[Stay], died_ms: int | None) -> list[Row]:
    """Time in hospital, no moment twice, cut where the documented wish changed."""
    wishes = wish_changes(record)
    found: list[Row] = []
    reached = 0
    for stay in (one for one in stays if one.place == "hospital" and one.began is not None):
        began, left = max(_start(stay), reached), FOREVER if stay.left is None else stay.left
        if stay.left is None and died_ms is not None:
            left = died_ms
        cuts = sorted({when for when, _ in wishes if began < when < left} | {began})
        for index, cut in enumerate(cuts):
            ends = cuts[index + 1] if index + 1 < len(cuts) else left
            held = [one for one in wishes if one[0] <= cut]
            wish_ms, wish = held[-1] if held else (None, None)
            if cut < ends:
                found.append(
                    {
                        "stay_id": stay.stay_id,
                        "from_ms": cut,
                        "until_ms": ends,
                        "wish": wish,
                        "wish_ms": wish_ms,
                    }
                )
        reached = max(reached, left)
    return found

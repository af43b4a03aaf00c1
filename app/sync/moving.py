"""Moving a person or a planned visit from one nurse to another: asked of the plan at once, all of it or nothing.

Never from the outbox: who goes to a dying person tomorrow must not hang on a tablet without a signal. What the plan
has is read first, so that moving again what was moved already changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from app.domain.visit import PersonRef
from app.errors import NoNetwork, PlanDown, PlanError, SignInNeeded, Withdrawn
from app.language import N_
from app.sync.fhir import json_text, read
from app.sync.fhir.frame import Json
from app.sync.fhir.moving import hand_on, is_of_team, move_visit, pass_on
from app.sync.panel import matches
from app.sync.transport import FhirClient


class MoveFailed(PlanError):
    """Nothing was moved; the sentence says why."""

    sentence = N_("Nothing was moved.")


class MoveUnknown(PlanError):
    """The plan's answer was lost."""

    sentence = N_(
        "The plan did not answer, so nobody knows whether it was moved. "
        "Please try again: what was moved already stays moved."
    )


UNREACHABLE = N_(
    "The plan cannot be reached: nothing was moved. Moving needs the plan, so that both nurses know of it."
)
CHANGED = N_("Somebody else changed this a moment ago. Nothing was moved. Look at it again.")
NOT_HERS = N_("This person is not with that nurse any more. Nothing was moved.")
VISIT_GONE = N_("This visit is no longer planned for that nurse. Nothing was moved.")


async def move_person(
    client: FhirClient, patient_id: str, giver: PersonRef, taker: PersonRef, by: PersonRef, at: datetime
) -> None:
    """Put `taker` in `giver`'s place in the care team, in the visits that are planned from that day on, and as the
    owner of Tasks about this person that nobody has taken yet.

    Raises MoveFailed, with nothing changed, or MoveUnknown.
    """
    teams = [one for one in await _read(client, "CareTeam", patient_id) if _stands(one)]
    hers = [one for one in teams if is_of_team(one, [giver.reference])]
    planned = [one for one in await _read(client, "Appointment", patient_id) if _is_coming(one, at)]
    if not hers and not any(is_of_team(one, [taker.reference]) for one in teams):
        raise MoveFailed(NOT_HERS)
    pairs = [(one, hand_on(one, giver, taker)) for one in hers]
    pairs += [(one, move_visit(one, giver, taker, by, at)) for one in planned]
    tasks = await _read(client, "Task", patient_id, ("owner", giver.reference), ("status", "draft,requested"))
    pairs += [(one, pass_on(one, giver, taker, by, at)) for one in tasks]
    await _write(client, pairs)


async def move_planned(
    client: FhirClient,
    appointment: tuple[str, str],
    giver: PersonRef,
    taker: PersonRef,
    by: PersonRef,
    at: datetime,
    nurses: Collection[str],
) -> None:
    """Give one planned visit (its id, its person's id) to `taker`, who joins the care team where she is not in it.

    `nurses`: references of the team's nurses. Raises MoveFailed, with nothing changed, or MoveUnknown.
    """
    visit_id, patient_id = appointment
    found = [one for one in await _read(client, "Appointment", patient_id) if one.get("id") == visit_id]
    pairs = [(one, move_visit(one, giver, taker, by, at)) for one in found]
    if all(old is new for old, new in pairs):
        if any(_goes(one, taker.reference) for one in found):
            return
        raise MoveFailed(VISIT_GONE)
    teams = [one for one in await _read(client, "CareTeam", patient_id) if _stands(one)]
    if not any(is_of_team(one, [taker.reference]) for one in teams):
        ours = [one for one in teams if is_of_team(one, [giver.reference])]
        ours = ours or [one for one in teams if is_of_team(one, nurses)]
        pairs += [(one, hand_on(one, None, taker)) for one in ours[:1]]
    await _write(client, pairs)


async def _read(client: FhirClient, kind: str, patient_id: str, *narrowed: tuple[str, str]) -> list[Json]:
    try:
        answer = await client.search(kind, [("patient", patient_id), *narrowed, ("_count", "200")])
        return matches(answer.get(), kind)
    except (SignInNeeded, Withdrawn):
        raise
    except (NoNetwork, PlanDown) as error:
        raise MoveFailed(UNREACHABLE, detail=error.detail) from None
    except PlanError as error:
        raise MoveFailed(f"{MoveFailed.sentence} {error}", detail=error.detail) from None


async def _write(client: FhirClient, pairs: Iterable[tuple[Json, Json]]) -> None:
    """One transaction of what differs, each only if nobody changed it since."""
    changed = [(old, new) for old, new in pairs if old is not new]
    if not changed:
        return
    # The care team first: who gets a visit can read the person by then.
    entries = [
        _entry(old, new) for old, new in sorted(changed, key=lambda one: one[0]["resourceType"] != "CareTeam")
    ]
    body = json_text.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
    try:
        answer = await client.transaction(body)
    except (SignInNeeded, Withdrawn):
        raise
    except PlanError as error:
        if error.may_have_arrived:
            raise MoveUnknown(detail=error.detail) from None
        raise MoveFailed(UNREACHABLE, detail=error.detail) from None
    if answer.ok:
        return
    if answer.status in (409, 412):
        raise MoveFailed(CHANGED, detail=f"HTTP {answer.status}")
    if answer.status >= 500:
        raise MoveUnknown(detail=f"HTTP {answer.status}")
    raise MoveFailed(f"{MoveFailed.sentence} {answer.reason}", detail=f"HTTP {answer.status}")


def _entry(old: Json, new: Json) -> Json:
    name = f"{old['resourceType']}/{old['id']}"
    version = read.text(old, "meta", "versionId")
    guard = {} if version is None else {"ifMatch": f'W/"{version}"'}
    return {"resource": new, "request": {"method": "PUT", "url": name, **guard}}


def _stands(careteam: Any) -> bool:
    return read.text(careteam, "status") == "active"


def _is_coming(appointment: Any, at: datetime) -> bool:
    """From the beginning of that day on: a visit that is late is still to be made."""
    start = read.instant(appointment, "start")
    midnight = at.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return start is not None and start >= midnight


def _goes(appointment: Any, reference: str) -> bool:
    actors = (read.reference(one, "actor") for one in read.items(appointment, "participant"))
    return any(one is not None and "/".join(one) == reference for one in actors)

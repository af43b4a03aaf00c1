"""Sharing a record: asked of the plan at once, never from the outbox, so that nobody is told of what does not open."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from app.domain.sharing import NewSharing, Sharing, SharingAsk
from app.errors import NoNetwork, PlanDown, PlanError, SignInNeeded, Withdrawn
from app.language import N_
from app.sync.answer import Answer
from app.sync.fhir import json_text
from app.sync.fhir.sharing import decode_list, decode_new, encode_ask, encode_person
from app.sync.transport import FHIR_JSON, FhirClient

OPERATION = "$hearthside-share"


class SharingFailed(PlanError):
    """Nothing was changed; the sentence says why."""

    may_have_arrived = False
    sentence = N_("The plan did not do this. Nothing was changed.")


class SharingUnknown(PlanError):
    """The plan's answer was lost."""

    sentence = N_(
        "The plan did not answer, so nobody knows whether it was done. Look at the list below: "
        "a sharing whose passcode you do not have can be withdrawn."
    )


UNREACHABLE = N_("The plan cannot be reached. Sharing needs the plan, so nothing was shared.")
NOT_OFFERED = N_("This plan does not share records this way.")
_WHY = {
    403: N_("Sharing is for the nurses and supervisors who work with this person."),
    404: N_("You do not work with this person any more, or the plan does not share records this way."),
    409: N_("The plan does not share this record: it is kept apart, or it is shared too often already."),
    422: N_(
        "The plan could not use this. If somebody was added to the people just now, wait until that is sent."
    ),
    429: N_("Too much at once. Please wait a minute."),
}


async def list_sharings(client: FhirClient, patient_id: str) -> tuple[Sharing, ...]:
    """With whom this record was shared. Raises SharingFailed, SignInNeeded, Withdrawn."""
    person = encode_person(patient_id)
    answer = await ask_plan(
        client, "POST", f"{OPERATION}/list", json_text.dumps(person).encode(), changes=False
    )
    return decode_list(answer.resource)


async def make_sharing(client: FhirClient, ask: SharingAsk) -> NewSharing:
    """Share. Raises SharingFailed, SharingUnknown, SignInNeeded, Withdrawn."""
    answer = await ask_plan(client, "POST", OPERATION, json_text.dumps(encode_ask(ask)).encode())
    made = decode_new(answer.resource)
    if made is None:
        raise SharingUnknown(detail="no link in the answer")
    return made


async def withdraw_sharing(client: FhirClient, share_id: str) -> None:
    """It opens no more. Again is no mistake. Raises as `make_sharing`."""
    await ask_plan(client, "POST", f"{OPERATION}/{quote(share_id, safe='')}/withdraw", b"{}")


async def ask_plan(
    client: FhirClient,
    method: str,
    path: str,
    body: bytes | None = None,
    why: Mapping[int, str] = _WHY,
    *,
    changes: bool = True,
) -> Answer:
    """One question at once. `why`: sentences by status; not `changes`: it only reads. Raises as `make_sharing`."""
    headers = {"Content-Type": FHIR_JSON} if body is not None else None
    try:
        answer = await client.send(method, path, body, headers)
    except (SignInNeeded, Withdrawn):
        raise
    except PlanError as error:
        if changes and body is not None and error.may_have_arrived:
            raise SharingUnknown(detail=error.detail) from None
        if isinstance(error, (NoNetwork, PlanDown)):
            raise SharingFailed(UNREACHABLE, detail=error.detail) from None
        raise SharingFailed(detail=error.detail) from None
    if answer.ok:
        return answer
    detail = f"HTTP {answer.status}"
    if isinstance(answer.error(), Withdrawn):
        raise answer.error()
    if answer.status in (405, 501):
        raise SharingFailed(NOT_OFFERED, detail=detail)
    if answer.status >= 500 and changes and body is not None:
        raise SharingUnknown(detail=detail)
    raise SharingFailed(why.get(answer.status, SharingFailed.sentence), detail=detail)

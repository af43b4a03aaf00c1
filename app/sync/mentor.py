"""A visit for a mentor: asked of the plan at once, as every sharing is (`app.sync.sharing`)."""

from __future__ import annotations

from app.domain.mentor import MentorAsk, MentorReading
from app.domain.sharing import NewSharing
from app.language import N_
from app.sync.fhir import json_text
from app.sync.fhir.mentor import decode_reading, encode_mentor_ask, encode_visit_ask
from app.sync.fhir.sharing import decode_new
from app.sync.sharing import NOT_OFFERED, SharingFailed, SharingUnknown, ask_plan
from app.sync.transport import FhirClient

OPERATION = "$hearthside-mentor"
_WHY = {
    400: NOT_OFFERED,
    403: N_("A mentor is invited by a supervisor."),
    404: N_("The plan does not have this visit yet, or your team does not work with this person any more."),
    409: N_(
        "The plan does not give this visit: it is kept apart, it has changed since you read it, "
        "or it is shared too often already. Please read it again."
    ),
    422: N_("The plan could not use this. A passage may hold a name or a date: please read it again."),
    429: N_("Too much at once. Please wait a minute."),
}


async def read_for_mentor(client: FhirClient, visit_id: str) -> MentorReading:
    """What a mentor would see of this visit. Raises SharingFailed, SignInNeeded, Withdrawn."""
    body = json_text.dumps(encode_visit_ask(visit_id)).encode()  # never in the address: addresses name nobody
    answer = await ask_plan(client, "POST", f"{OPERATION}/read", body, _WHY, changes=False)
    found = decode_reading(answer.resource)
    if found is None:
        raise SharingFailed(NOT_OFFERED, detail="no digest in the answer")
    return found


async def invite_mentor(client: FhirClient, ask: MentorAsk) -> NewSharing:
    """Give it. Raises SharingFailed, SharingUnknown, SignInNeeded, Withdrawn."""
    body = json_text.dumps(encode_mentor_ask(ask)).encode()
    made = decode_new((await ask_plan(client, "POST", OPERATION, body, _WHY)).resource)
    if made is None:
        raise SharingUnknown(detail="no link in the answer")
    return made

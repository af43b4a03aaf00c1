"""Saying at the plan who a temporary person is: asked at once, never from the outbox, all of it or nothing."""

from __future__ import annotations

from typing import Any

from app.domain.unmatched import MatchingPage
from app.errors import NoNetwork, PlanDown, PlanError, SignInNeeded, Withdrawn
from app.language import N_
from app.sync.answer import Answer
from app.sync.fhir import json_text
from app.sync.fhir.unmatched import decode_page, encode_ask
from app.sync.transport import FHIR_JSON, FhirClient

OPERATION = "$hearthside-match"
_NOT_OFFERED = (403, 405, 501)


class NoMatching(PlanError):
    """This plan matches nobody this way, or not for this sign-in."""

    may_have_arrived = False
    sentence = N_("This plan does not tell who waits to be matched.")


class MatchFailed(PlanError):
    """Nothing was changed; the sentence says why."""

    may_have_arrived = False
    sentence = N_("Nothing was changed.")


class MatchUnknown(PlanError):
    """The plan's answer was lost."""

    sentence = N_("The plan did not answer. Look again: it is joined once, or not at all.")


UNREACHABLE = N_("The plan cannot be reached: nothing was changed.")
_WHY = {
    404: N_("This member is not on your team's list. The plan's office can join them."),
    409: N_("Somebody else joined this person a moment ago. Look again."),
    422: N_("That is no member of the plan. Choose another one."),
}


async def read_waiting(client: FhirClient) -> MatchingPage:
    """Raises NoMatching and other PlanErrors."""
    return _page(await client.send("GET", OPERATION))


async def look_for(client: FhirClient, person_id: str, name: str) -> MatchingPage:
    """With members found by other words for her name. Raises as `read_waiting`."""
    return _page(await _post(client, encode_ask(person_id, name=name)))


async def ask_to_join(client: FhirClient, person_id: str, member_id: str) -> MatchingPage:
    """Raises MatchFailed with nothing changed, or MatchUnknown; asked again after that it changes nothing more."""
    return await _change(client, encode_ask(person_id, member_id=member_id))


async def ask_to_part(client: FhirClient, person_id: str) -> MatchingPage:
    """Take a join back. Raises as `ask_to_join`."""
    return await _change(client, encode_ask(person_id))


async def _change(client: FhirClient, parameters: Any) -> MatchingPage:
    try:
        answer = await _post(client, parameters)
    except (SignInNeeded, Withdrawn):
        raise
    except PlanError as error:
        if error.may_have_arrived:
            raise MatchUnknown(detail=error.detail) from None
        sentence = UNREACHABLE if isinstance(error, (NoNetwork, PlanDown)) else str(error)
        raise MatchFailed(sentence, detail=error.detail) from None
    if answer.status in _WHY:
        raise MatchFailed(_WHY[answer.status], detail=f"HTTP {answer.status}")
    if answer.status >= 500:
        raise MatchUnknown(detail=f"HTTP {answer.status}")
    return _page(answer)


async def _post(client: FhirClient, parameters: Any) -> Answer:
    body = json_text.dumps(parameters)
    return await client.send("POST", OPERATION, body.encode(), {"Content-Type": FHIR_JSON})


def _page(answer: Answer) -> MatchingPage:
    if answer.status in _NOT_OFFERED:
        raise NoMatching(detail=f"HTTP {answer.status}")
    page = decode_page(answer.get())
    if page is None:
        raise NoMatching(detail="not a list")
    return page

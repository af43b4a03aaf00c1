"""Who has really left a panel: asked about one by one before anything of theirs is taken off the device.

A list that lacks somebody may be a cut answer or an old page; what is deleted because of it would be missing in the
next kitchen without a signal. So the plan is asked for each person by id.
"""

from __future__ import annotations

from collections.abc import Collection

from app.store.sessions import SignInRow
from app.sync.by_id import read_all
from app.sync.capabilities import Capabilities
from app.sync.panel import matches, member_of
from app.sync.transport import FhirClient

PATIENT = "Patient"


async def find_left(
    client: FhirClient, capabilities: Capabilities, sign_in: SignInRow, people: Collection[str]
) -> frozenset[str]:
    """Of these people those whose record the plan no longer gives this user, or in whose CareTeam she no longer is.

    What the plan does not say clearly is no leaving. Raises PlanError.
    """
    answers = await read_all(client, [(PATIENT, one) for one in sorted(people)])
    left = {key[1] for key, one in answers.items() if one.missing or one.deleted or one.forbidden}
    if not capabilities.scopes_by_careteam:
        # Such a server shows everybody to everybody: only the care team says whose patient this is.
        shown = [key[1] for key, one in answers.items() if one.here]
        left |= {one for one in shown if not await _is_mine(client, sign_in, one)}
    return frozenset(left)


async def _is_mine(client: FhirClient, sign_in: SignInRow, patient_id: str) -> bool:
    answer = await client.search("CareTeam", [("patient", patient_id)])
    teams = matches(answer.get(), "CareTeam")
    return any(member_of(team, sign_in, client.server_at) == patient_id for team in teams)

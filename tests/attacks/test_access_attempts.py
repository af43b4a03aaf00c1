"""The table of attempts at the running backend: each ends as it is written there."""

from __future__ import annotations

import re

import pytest

from tests.attacks.attempt import Attempt
from tests.attacks.attempts_board import BOARD
from tests.attacks.attempts_bulk import BULK
from tests.attacks.attempts_calls import CALLS
from tests.attacks.attempts_doors import DOORS
from tests.attacks.attempts_drafts import DRAFTS
from tests.attacks.attempts_emergency import EMERGENCY
from tests.attacks.attempts_leave import LEAVE
from tests.attacks.attempts_mentor import MENTOR
from tests.attacks.attempts_oncall import ON_CALL
from tests.attacks.attempts_outcomes import OUTCOMES
from tests.attacks.attempts_reading import OWN_OTHER_NONE, RESTRICTED, ROADS
from tests.attacks.attempts_review import REVIEW
from tests.attacks.attempts_sharing import SHARING
from tests.attacks.attempts_tokens import DRAIN, SCOPES, TOKENS
from tests.attacks.attempts_unmatched import UNMATCHED
from tests.attacks.attempts_visit_log import VISIT_LOG
from tests.attacks.attempts_worklist import WORKLIST
from tests.attacks.attempts_writing import OTHERS, PLANS_OWN
from tests.attacks.door import Door

TABLE = [
    *TOKENS,
    *SCOPES,
    *OWN_OTHER_NONE,
    *ROADS,
    *RESTRICTED,
    *PLANS_OWN,
    *OTHERS,
    *DRAIN,
    *DOORS,
    *DRAFTS,
    *EMERGENCY,
    *CALLS,
    *BOARD,
    *LEAVE,
    *BULK,
    *OUTCOMES,
    *REVIEW,
    *SHARING,
    *MENTOR,
    *WORKLIST,
    *UNMATCHED,
    *VISIT_LOG,
    *ON_CALL,
]

SAID_TO_ALL = ("/health", "/keys", "/fhir/metadata", "/.well-known/oauth-authorization-server")
"""Routes that tell everybody the same and take nothing."""


@pytest.mark.parametrize("attempt", TABLE, ids=str)
def test_an_attempt_ends_as_it_must(door: Door, attempt: Attempt) -> None:
    status, text = door.knock(attempt)
    assert status == attempt.status, text[-600:]
    for word in attempt.shows:
        assert word in text
    for word in attempt.hides:
        assert word not in text
    if attempt.stores:
        assert door.find(attempt.stores).status_code == 404
    assert status != 401 or 'www-authenticate: Bearer realm="hearthside-plan"' in text


def test_there_are_enough_of_them() -> None:
    told = {(each.who, each.method, each.path, str(each.body), str(each.headers)) for each in TABLE}
    assert len(told) >= 300


def test_every_route_of_the_openapi_document_is_attempted(door: Door) -> None:
    """Whoever adds a route adds what must not be done with it."""
    paths = door.client.get(f"{door.url}/openapi.json").json()["paths"]
    for path, methods in paths.items():
        shape = re.compile("".join(_shape(part) for part in re.split(r"(\{[^}]*\})", path)) + r"(\?.*)?")
        for method in methods:
            tried = [
                each for each in TABLE if each.method == method.upper() and shape.fullmatch(_target(each))
            ]
            assert tried or path in SAID_TO_ALL, f"nobody has attempted {method.upper()} {path}"


def _shape(part: str) -> str:
    return "[^/?]+" if part.startswith("{") else re.escape(part)


def _target(attempt: Attempt) -> str:
    return attempt.path if attempt.path.startswith("/") else f"/fhir/{attempt.path}".rstrip("/")

"""What the plan's own doors beside FHIR share: who asks, and a small JSON document read with a limit."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from plan.database import read_transaction
from plan.fhir.context import Caller, Server
from plan.fhir.http import read_json
from plan.fhir.outcomes import Refusal, sign_in
from plan.principal import Authenticate


def find_caller(
    request: Request, server: Server, authenticate: Authenticate, *, strict: bool = False
) -> Caller:
    """The signed-in user. Raises Refusal 401. Blocks: to be called in a thread."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise sign_in()
    with read_transaction(server.engine) as connection:
        principal = authenticate(connection, token.strip())
    if principal is None:
        raise sign_in()
    return Caller(server, principal, server.clock(), strict)


async def read_document(request: Request, limit: int) -> dict[str, Any]:
    """The body, a JSON object of at most `limit` bytes. Raises Refusal 400, 413 or 415."""
    content = await read_json(request, limit)
    if not isinstance(content, dict):
        raise Refusal(400, "An object was expected here.")
    return content

"""What this server can do: its own description, else the last one it gave, else a careful question and assumptions."""

from __future__ import annotations

import logging
from functools import partial

from sqlalchemy import Connection

from app.errors import NotFhir, UpdateNeeded
from app.store import meta
from app.store.engine import Store
from app.sync.answer import TRANSIENT, Answer
from app.sync.capabilities import ASSUMED, Capabilities, decode_capabilities
from app.sync.fhir import json_text, read
from app.sync.transport import FhirClient

STATEMENT = "capability-statement"
"""Meta key: the plan's address, a line break, and the statement as it came."""
_log = logging.getLogger("app.sync")


async def read_capabilities(
    client: FhirClient, store: Store, known: Capabilities | None = None
) -> Capabilities:
    """Ask now. A server that refuses the question (426, an old path) is taken as it was known before.

    The client is told, too. Raises PlanError when the plan cannot be reached, or when whoever answers is no FHIR R4
    server.
    """
    client.capabilities = await _read(client, store, known)
    return client.capabilities


async def _read(client: FhirClient, store: Store, known: Capabilities | None) -> Capabilities:
    answer = await _ask(client)
    if answer is not None and (answer.status >= 500 or answer.status in TRANSIENT):
        raise answer.error()
    found = decode_capabilities(answer.resource) if answer is not None and answer.ok else None
    if found is not None and answer is not None:
        text = f"{client.base_url}\n{json_text.dumps(answer.resource)}"
        if await store.read(lambda c: meta.find(c, STATEMENT)) != text:
            await store.write(partial(meta.put, key=STATEMENT, value=text))
        return found
    if answer is not None and read.text(answer.resource, "resourceType") == "CapabilityStatement":
        raise NotFhir(detail="not FHIR R4")
    kept = known or await store.read(lambda c: _kept(c, client.base_url))
    if kept is not None:
        _log.info("the plan does not describe itself today; it is taken as it was known")
        return kept
    await _expect_fhir(client)
    return ASSUMED


async def _ask(client: FhirClient) -> Answer | None:
    """None when something answered that is no FHIR: a server without metadata may answer with a web page, and a door
    before the plan that wants a newer app (426) with bare words. What exists is sent all the same.
    """
    try:
        return await client.metadata()
    except (NotFhir, UpdateNeeded):
        return None


def _kept(connection: Connection, base_url: str) -> Capabilities | None:
    address, _, text = (meta.find(connection, STATEMENT) or "").partition("\n")
    if address != base_url:
        return None
    try:
        return decode_capabilities(json_text.loads(text))
    except json_text.BadJson:
        return None


async def _expect_fhir(client: FhirClient) -> None:
    """One small search. A searchset, or a refusal in FHIR's own form, is a FHIR server's. Raises PlanError else."""
    answer = await client.search("CareTeam", [("_count", "1")])
    kind = (answer.resource or {}).get("resourceType")
    if kind not in ("Bundle", "OperationOutcome"):
        raise NotFhir(detail=f"HTTP {answer.status}")
    if answer.status >= 500 or answer.status in TRANSIENT:
        raise answer.error()

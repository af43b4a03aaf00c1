"""Who was not reached yet, asked of the plan for a supervisor and kept in the store, so that the list opens offline."""

from __future__ import annotations

from sqlalchemy import Connection

from app.domain.worklist import WorklistWord
from app.errors import PlanError
from app.language import N_
from app.store import meta
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.fhir import json_text
from app.sync.fhir.worklist import decode_worklist
from app.sync.transport import FhirClient

OPERATION = "$hearthside-worklist"
KEPT = "worklist"
"""Meta key: the plan's newest answer, JSON as it came."""
_NO_LIST = (403, 404, 405, 501)


class NoWorklist(PlanError):
    """This plan keeps no such list, or not for this sign-in."""

    may_have_arrived = False
    sentence = N_("This plan does not tell who was not reached yet.")


async def refresh_worklist(store: Store, client: FhirClient) -> None:
    """Ask now and keep the answer. Raises NoWorklist (what was kept goes), and what `FhirClient.send` raises."""
    answer = await client.send("GET", OPERATION)
    if answer.status in _NO_LIST:
        await store.write(lambda connection: meta.remove(connection, KEPT), Topic.SYNC)
        raise NoWorklist(detail=f"HTTP {answer.status}")
    found = answer.get()
    if decode_worklist(found) is None:
        raise NoWorklist(detail="not a list")
    text = json_text.dumps(found)
    await store.write(lambda connection: meta.put(connection, KEPT, text), Topic.SYNC)


def read_kept(connection: Connection) -> WorklistWord | None:
    """The newest answer that is here."""
    text = meta.find(connection, KEPT)
    return None if text is None else decode_worklist(json_text.find_object(text))

"""What a pass does at the plan's own doors beside FHIR, before it sends: keys first, since others need them.

Nothing here ends a pass: a door that does not open is tried again with the next one.
"""

from __future__ import annotations

from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.orders import keep_order_file
from app.sync.plan_door import door_of
from app.sync.plan_keys import refresh_keys
from app.sync.recovery import tell_rescue_keys
from app.sync.taken_back import tell_taken_back
from app.sync.transport import FhirClient


async def visit_doors(store: Store, client: FhirClient, capabilities: Capabilities) -> None:
    """Nothing where the plan has no keys: other FHIR servers have no such doors. Raises nothing that a pass reports."""
    if capabilities.keys is None:
        return
    async with door_of(client) as door:
        await refresh_keys(store, door, capabilities)
        await tell_rescue_keys(store, door)
        await tell_taken_back(store, door, capabilities.store_epoch)
    await keep_order_file(store, client.base_url, client.server_at)

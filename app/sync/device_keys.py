"""The key that this user's writes are signed with on this device, and telling the plan of its public half.

Ed25519, made with the first use, in the encrypted store and nowhere else. The plan keeps the first key that it hears
for a device and never another.
"""

from __future__ import annotations

import base64
import logging

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from app.errors import NotFhir, PlanError
from app.store import meta
from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.contact import device_of
from app.sync.plan_door import door_of
from app.sync.transport import FhirClient

PATH = "devices"
PROOF = "hearthside device key 1"
_log = logging.getLogger("app.sync")


def get_or_make_key(connection: Connection) -> Ed25519PrivateKey:
    """This store's signing key. In a writing transaction: the first call makes it."""
    found = find_key(connection)
    if found is not None:
        return found
    key = Ed25519PrivateKey.generate()
    meta.put(connection, meta.DEVICE_KEY, base64.b64encode(key.private_bytes_raw()).decode())
    return key


def find_key(connection: Connection) -> Ed25519PrivateKey | None:
    """The same; None while nothing made it yet."""
    text = meta.find(connection, meta.DEVICE_KEY)
    return None if text is None else Ed25519PrivateKey.from_private_bytes(base64.b64decode(text))


def proof_text(device: str, user_reference: str) -> bytes:
    """What is signed to show that the key is this device's own (`plan.devices.registry` reads the same)."""
    return f"{PROOF}\n{device}\n{user_reference}".encode()


async def register_device(
    store: Store, client: FhirClient, user_reference: str, capabilities: Capabilities
) -> None:
    """Tell the plan once, and again after it was put back to an earlier day. Raises nothing that a pass reports.

    A plan without keys of its own takes no sealed copies, so it is not told.
    """
    epoch = capabilities.store_epoch
    if capabilities.keys is None or epoch is None:
        return
    if await store.read(lambda connection: meta.find(connection, meta.DEVICE_KEY_TOLD)) == epoch:
        return
    key = await store.write(get_or_make_key)
    device = device_of(store.store_id)
    body = {
        "device": device,
        "key": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
        "proof": base64.b64encode(key.sign(proof_text(device, user_reference))).decode(),
    }
    try:
        async with door_of(client) as door:
            answer = await door.ask("POST", PATH, body, signed=True)
    except NotFhir:
        return  # no such door: an older backend
    except PlanError as error:
        _log.info("the plan was not told of this device's key: %s %s", type(error).__name__, error.detail)
        return
    if not answer.ok:
        _log.warning("the plan did not take this device's key: HTTP %s", answer.status)
    if answer.ok or answer.status == 409:
        # 409: it knows this device by another key and will go on saying so.
        await store.write(lambda connection: meta.put(connection, meta.DEVICE_KEY_TOLD, epoch))

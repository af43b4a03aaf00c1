"""Runs inside a D-Bus session of its own with an unlocked gnome-keyring: makes a store, opens it, locks the keyring."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
import secretstorage
from store_builders import CHEAP, PIN

from app.device import find_keystore
from app.errors import KeyringUnavailable
from app.store.vault import Vault


async def main(data_dir: Path) -> None:
    keystore = await find_keystore(10)
    assert keystore is not None, "the keyring was not found"
    assert keystore.name == "secret-service"
    await keystore.set("entry", "value")
    assert await keystore.get("entry") == "value"
    await keystore.delete("entry")
    await keystore.delete("entry")
    assert await keystore.get("entry") is None

    vault = Vault(data_dir, keystore, cost=CHEAP)
    assert vault.lock_kind == "pin"
    store = await vault.create(
        user_reference="Practitioner/1", user_name="Ana", plan_url="http://x", secret=PIN
    )
    await store.close()
    await (await Vault(data_dir, await find_keystore(10)).unlock(store.store_id, PIN)).close()

    bus = secretstorage.dbus_init()
    secretstorage.get_default_collection(bus).lock()
    locked = await find_keystore(10)
    assert locked is not None, "a locked keyring was taken for none"
    before = {path: path.read_bytes() for path in data_dir.rglob("*.json")}
    with pytest.raises(KeyringUnavailable, match="unlock"):
        await Vault(data_dir, locked, cost=CHEAP).unlock(store.store_id, PIN)
    assert {path: path.read_bytes() for path in data_dir.rglob("*.json")} == before
    sys.stdout.write("keyring held\n")


asyncio.run(main(Path(sys.argv[1])))

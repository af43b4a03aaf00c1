"""Steps that tests of the vault share."""

from __future__ import annotations

from pathlib import Path

from store_builders import PIN, answer, make_draft

from app.store import visits
from app.store.vault import Vault

WRONG = "836195"


async def enrol(vault: Vault, name: str = "Ana Ruiz", secret: str = PIN) -> str:
    """Make a store with one tap in it, close it, and return its id."""
    store = await vault.create(
        user_reference=f"Practitioner/{name}", user_name=name, plan_url="http://127.0.0.1:8600", secret=secret
    )
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(6)))
    await store.close()
    return store.store_id


async def pain(vault: Vault, store_id: str, secret: str = PIN) -> int | None:
    store = await vault.unlock(store_id, secret)
    try:
        return (await store.read(lambda c: visits.read_draft(c, "visit-1"))).answers["esas-pain"].value
    finally:
        await store.close()


def content(vault_dir: Path) -> dict[str, bytes]:
    """Every file but the attempts and locks, which a try may touch."""
    return {
        str(path): path.read_bytes()
        for path in vault_dir.rglob("*")
        if path.is_file() and path.name not in ("attempts.json", "attempts.lock", "lock")
    }

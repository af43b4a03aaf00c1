"""What must hold when a store is brought to a newer schema: the file in force is never written over."""

from __future__ import annotations

from pathlib import Path

from app.store.engine import create_store
from app.store.files import Pointer, StoreFiles
from app.store.migrations import MIGRATIONS, SCHEMA_VERSION, Migration, bring_up_to_date
from tests.faults.mutants.making import Stage

KEY = bytes(range(32))
STORE_ID = "0" * 32
NEXT = Migration(SCHEMA_VERSION + 1, "one that changes nothing", lambda _connection: None)


async def a_store_is_brought_to_a_newer_schema(stage: Stage) -> None:
    """Whatever step a kill comes after, the pointer names the old file as it was, or the new one."""
    files = StoreFiles(stage.directory, STORE_ID)
    files.make_directory()
    store = await create_store(files.database("store-0001.db"), KEY, store_id=STORE_ID)
    await store.close()
    files.write_pointer(Pointer("store-0001.db", "Ana", "pin"))
    files.finish_making()
    before = b""

    def look(step: str) -> None:
        nonlocal before
        file: Path = files.database(files.read_pointer().file)
        if step == "rested":
            before = file.read_bytes()
        elif step != "switched":
            assert file.read_bytes() == before, f"the live store was written over before the switch ({step})"

    bring_up_to_date(files, KEY, migrations=[*MIGRATIONS, NEXT], target=NEXT.to_version, hook=look)

"""Runs what a build packs, with only the packages that a phone gets: every module loads, a store is written and read.

Runs in an environment of its own. The wheels are those of this machine; that phones have such wheels is another check.
Arguments: the packed app, an empty directory. Exits 1 with a sentence a fault.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path

ONLY_IN_A_BROWSER = {"app.web.serve", "app.__main__"}
"""Modules that a phone never loads: the web server, and `python -m app`."""
NOT_ON_PHONES = ("uvicorn", "fastapi", "flet_web", "sqlcipher3", "keyring", "psycopg", "plan", "hearthside")
MARKER = b"Rosalind Achebe"


def main() -> int:
    packed, place = Path(sys.argv[1]), Path(sys.argv[2])
    sys.path.insert(0, str(packed))
    os.environ["HEARTHSIDE_CIPHER_DRIVER"] = "apsw"
    faults = [
        f"{name} can be imported: this is no phone"
        for name in NOT_ON_PHONES
        if importlib.util.find_spec(name)
    ]
    faults += load_everything()
    faults += prove_store(place)
    for fault in faults:
        print(fault)
    return int(bool(faults))


def load_everything() -> list[str]:
    """Import the entry and each module of the app; the faults as sentences."""
    faults: list[str] = []
    loaded = 0
    importlib.import_module("main")
    import app

    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name in ONLY_IN_A_BROWSER:
            continue
        try:
            importlib.import_module(module.name)
            loaded += 1
        except ImportError as error:
            faults.append(f"{module.name} does not load on a phone: {error}")
    print(f"{loaded} modules loaded")
    return faults


def prove_store(place: Path) -> list[str]:
    """Write a sentence into an encrypted file with the phones' driver, close, and read it again."""
    from app.store import cipher

    path, key = place / "proof.db", os.urandom(32)
    first = cipher.open_raw(path, key, create=True)
    first.execute("CREATE TABLE proof (words TEXT)")
    first.execute("INSERT INTO proof VALUES (?)", (MARKER.decode(),))
    first.commit()
    first.close()
    again = cipher.open_raw(path, key)
    row = again.execute("SELECT words FROM proof").fetchone()
    again.close()
    faults = [] if row and row[0] == MARKER.decode() else ["what was stored did not come back"]
    if any(MARKER in one.read_bytes() for one in place.iterdir()):
        faults.append("the store lies on the disk in clear")
    return faults


if __name__ == "__main__":
    raise SystemExit(main())

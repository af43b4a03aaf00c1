"""The courier's private keys: what devices seal their visits to. The one secret key that the serving side holds.

Visits have to be opened whenever a device brings them, so no officer can be asked. It never lies in the database: a
copy or backup of that opens nothing. Old ones stay: a tablet may bring what it sealed months ago.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.engine import make_url

from plan.keys.files import load_opening, read_private, save_private
from plan.keys.key_set import key_id
from plan.problems import PlanProblem
from plan.secret_sources import find_secret

SECRETS_VARIABLE = "HEARTHSIDE_PLAN_SECRETS"
KEY_VARIABLE = "HEARTHSIDE_PLAN_COURIER_KEY"


def secrets_directory(database_url: str) -> Path | None:
    """Where the serving side keeps its secret files; None when nobody said and the database is no file."""
    given = os.environ.get(SECRETS_VARIABLE)
    if given:
        return Path(given)
    parsed = make_url(database_url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(f"{parsed.database}.secrets")


def load_courier_keys(directory: Path | None) -> dict[str, X25519PrivateKey]:
    """All courier keys by id, from the environment and `courier-<id>.key` files. Raises PlanProblem for a bad one."""
    found: list[X25519PrivateKey] = []
    given = find_secret(KEY_VARIABLE)
    if given:
        key = read_private(given.encode(), f"${KEY_VARIABLE}")
        if not isinstance(key, X25519PrivateKey):
            raise PlanProblem(f"${KEY_VARIABLE} is no key that opens what was sealed.")
        found.append(key)
    if directory is not None and directory.is_dir():
        found += [load_opening(path) for path in sorted(directory.glob("courier-*.key"))]
    return {key_id(key.public_key().public_bytes_raw()): key for key in found}


def make_courier_key(directory: Path) -> X25519PrivateKey:
    """Make one more courier key in the secrets directory (0700, the file 0600). Raises PlanProblem."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
    except OSError as error:
        raise PlanProblem(f"{directory.name} cannot be used: {error.strerror}.") from None
    key = X25519PrivateKey.generate()
    save_private(directory, "courier", key, None)
    return key

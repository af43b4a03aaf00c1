"""The second cipher driver on a disk whose power can go: a DB-API module for `app.store.cipher.DRIVERS`.

`weakened` spoils the app's own care, for the controls: a store that asks for less than it needs must be caught.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from app.store import apsw_driver
from app.store.apsw_driver import (
    Connection,
    Cursor,
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    Parameters,
    ProgrammingError,
    sqlite_version,
    sqlite_version_info,
)
from app.store.cipher import DRIVER_SETTING
from tests.kills.disk import Disk
from tests.kills.power_vfs import BENEATH_THE_CIPHER, PowerVfs

__all__ = [
    "DataError",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "apilevel",
    "connect",
    "on_power",
    "paramstyle",
    "sqlite_version",
    "sqlite_version_info",
]
paramstyle = apsw_driver.paramstyle
apilevel = apsw_driver.apilevel
_ASKED = "PRAGMA synchronous = FULL"
_vfs: list[PowerVfs] = []
_asked_instead: list[str] = []


class WeakConnection(Connection):
    """What the app asks of durability is asked for less."""

    def execute(self, statement: str, parameters: Parameters = ()) -> Cursor:
        if statement == _ASKED and _asked_instead:
            statement = f"PRAGMA synchronous = {_asked_instead[-1]}"
        return super().execute(statement, parameters)

    def close(self) -> None:
        with suppress(apsw_driver.Error):  # closing tidies up, which fails where the power is off
            super().close()


def connect(database: str, *, uri: bool = False, isolation_level: None = None) -> Connection:
    opened = apsw_driver.connect(database, uri=uri, vfs=BENEATH_THE_CIPHER)
    return WeakConnection(opened.engine)


@contextmanager
def on_power(disk: Disk, synchronous: str = "") -> Iterator[None]:
    """Stores that are opened within stand on this disk; `synchronous` is asked for instead of FULL."""
    if not _vfs:
        _vfs.append(PowerVfs())  # registered once: connections name it
    _vfs[0].disk = disk
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DRIVER_SETTING, "power")
        patch.setattr("app.store.cipher.DRIVERS", {"power": sys.modules[__name__].__name__})
        _asked_instead[:] = [synchronous] if synchronous else []
        yield

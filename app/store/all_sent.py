"""What is known of unsent work while a store is locked: a mark that nothing waits, there only while it is closed.

The mark is laid when the last transaction is over and the file is at rest, and lifted, durably, before anybody can
write again. An app that was killed leaves none, so that the store counts as one with unsent work. It names the file's
size and time, and does not count for a file that was written to, or put back, since.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, exists, or_, select

from app.domain.visit import VisitStatus
from app.errors import StoreDamaged
from app.store.courier_files import SealedFiles
from app.store.faults import store_errors
from app.store.files import StoreFiles, read_json, sync_directory, write_json
from app.store.outbox_rows import ATTEMPTED, CUT, UNSETTLED, write
from app.store.quick import Quick
from app.store.tables import UnfinishedText, table_of
from app.store.visit_rows import visit_table

MARK = "all-sent.json"
_unfinished = table_of(UnfinishedText)
_UNSENT = Quick(
    select(
        or_(
            exists().where(UNSETTLED),
            exists().where(or_(write.c.state == CUT, write.c.state == ATTEMPTED)),
            exists().where(visit_table.c.status == VisitStatus.DRAFT.value),
            exists().where(_unfinished.c.text != ""),  # an addition to a signed visit that is being written
        )
    )
)


def has_unsent(connection: Connection) -> bool:
    """True while anything here is not the plan's too: what waits, what was set aside, what is not signed yet."""
    return bool(_UNSENT.scalar(connection))


def lay_mark(database: Path) -> None:
    """The closed store of this file has nothing unsent. Raises DiskFull."""
    state = database.stat()
    write_json(
        database.with_name(MARK), {"file": database.name, "size": state.st_size, "written": state.st_mtime_ns}
    )


def lift_mark(database: Path) -> None:
    """From here on the store may hold unsent work; on the disk when this returns. Raises StoreError."""
    mark = database.with_name(MARK)
    with store_errors(database.parent):
        if mark.exists():
            mark.unlink()
            sync_directory(database.parent)


def is_all_sent(files: StoreFiles) -> bool:
    """Is it sure that nothing in this locked store is unsent? Any doubt means no."""
    try:
        database = files.database(files.read_pointer().file)
        mark = read_json(files.directory / MARK)
        state = database.stat()
        log = database.with_name(f"{database.name}-wal")
        if mark is None or (log.exists() and log.stat().st_size):
            return False
    except (OSError, StoreDamaged):
        return False
    known = {"file": database.name, "size": state.st_size, "written": state.st_mtime_ns}
    return mark == known and not SealedFiles.beside(database).list_ids()

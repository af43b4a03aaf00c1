"""A model of a disk whose power can go: what was synced is there afterwards, of all else anything or nothing.

Per file it keeps the bytes that are durable and the writes since; per directory the names that are durable and the
changes of names since. `after_power_loss` makes the files of a directory as they may lie there afterwards: each
unsynced operation is kept, dropped, or kept in part (by sectors of 512 bytes), also in another order than it was given.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

SECTOR = 512


class Leaving(StrEnum):
    """How much of what was not synced is found afterwards."""

    NOTHING = "nothing"
    ALL = "everything"
    PREFIX = "everything up to a moment, the last write torn"
    ANY = "any of it, torn and in any order"


class PowerIsOff(OSError):
    """Every operation after the power went."""


@dataclass(frozen=True, slots=True)
class Write:
    offset: int
    data: bytes
    at: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A truncation to this size."""

    size: int
    at: int


@dataclass(eq=False)
class FileState:
    """One file, whatever its name. `live` is what a program reads now."""

    durable: bytearray = field(default_factory=bytearray)
    live: bytearray = field(default_factory=bytearray)
    pending: list[Write | Cut] = field(default_factory=list)
    sqlites: bool = False
    """Written through SQLite's file layer: each write is told as it happens."""

    def apply(self, operation: Write | Cut) -> None:
        self.pending.append(operation)
        _apply(self.live, operation)

    def sync(self) -> None:
        for operation in self.pending:
            _apply(self.durable, operation)
        self.pending.clear()


@dataclass(frozen=True, slots=True)
class Naming:
    """A change of names: `removed` goes, `added` comes, both at once for a rename."""

    removed: Path | None
    added: Path | None
    file: FileState | None
    at: int


class Disk:
    """`dies_at`: number of the operation at which the power goes; 0 never. `lies`: syncs are taken and not done."""

    def __init__(self, dies_at: int = 0, *, lies: bool = False) -> None:
        self.dies_at = dies_at
        self.lies = lies
        self.operations = 0
        self.off = False
        self.seen: Counter[str] = Counter()
        self.on_death: Callable[[], None] = lambda: None
        self._guard = threading.RLock()
        self._names: dict[Path, FileState] = {}
        self._durable_names: dict[Path, FileState] = {}
        self._pending_names: list[Naming] = []

    def adopt(self, path: Path) -> None:
        """A file that was there, whole and durable, before anything is watched."""
        content = bytearray(path.read_bytes())
        self._names[path] = self._durable_names[path] = FileState(bytearray(content), content)

    def opened_by_sqlite(self, path: Path) -> None:
        """From here on every write to this file is told."""
        with self._guard:
            if not self.is_sqlites(path):
                self.take_as_found(path, path.read_bytes())
            self._names[path].sqlites = True

    def write(self, path: Path, offset: int, data: bytes) -> None:
        with self._step("write"):
            self._names[path].apply(Write(offset, data, self.operations))
            self._perhaps_die()

    def cut(self, path: Path, size: int) -> None:
        with self._step("truncate"):
            self._names[path].apply(Cut(size, self.operations))
            self._perhaps_die()

    def sync(self, path: Path) -> None:
        with self._step("sync"):
            self._perhaps_die()  # in the middle of it: nobody knows how far it came
            if not self.lies:
                self._names[path].sync()

    def sync_names(self, directory: Path) -> None:
        """The directory itself was synced."""
        with self._step("sync of a directory"):
            self._perhaps_die()
            if not self.lies:
                for one in self._pending_names:
                    if directory in {path.parent for path in (one.removed, one.added) if path is not None}:
                        _name(self._durable_names, one)
                        self._pending_names = [other for other in self._pending_names if other is not one]

    def create(self, path: Path) -> None:
        with self._step("create"):
            self._rename(Naming(None, path, FileState(sqlites=True), self.operations))
            self._perhaps_die()

    def delete(self, path: Path) -> None:
        with self._step("delete"):
            if path in self._names:
                self._rename(Naming(path, None, None, self.operations))
            self._perhaps_die()

    def rename(self, source: Path, target: Path) -> None:
        with self._step("rename"):
            self._rename(Naming(source, target, self._names[source], self.operations))
            self._perhaps_die()

    def _rename(self, one: Naming) -> None:
        self._pending_names.append(one)
        _name(self._names, one)

    def is_sqlites(self, path: Path) -> bool:
        return path in self._names and self._names[path].sqlites

    def take_as_found(self, path: Path, content: bytes) -> None:
        """Content that a program wrote past us (Python's own files): one write, not synced."""
        with self._guard:
            if path not in self._names:
                self._rename(Naming(None, path, FileState(), self.operations))
            state = self._names[path]
            if not state.sqlites and bytes(state.live) != content:
                state.apply(Cut(0, self.operations))
                state.apply(Write(0, content, self.operations))

    def _step(self, kind: str) -> _Step:
        return _Step(self, kind)

    def begin(self, kind: str) -> None:
        self._guard.acquire()
        if self.off:
            self._guard.release()
            raise PowerIsOff(5, "the power is off")
        self.operations += 1
        self.seen[kind] += 1

    def end(self) -> None:
        self._guard.release()

    def need_power(self) -> None:
        """Raises PowerIsOff when it is off."""
        if self.off:
            raise PowerIsOff(5, "the power is off")

    def _perhaps_die(self) -> None:
        if self.operations == self.dies_at:
            self.off = True
            self.on_death()
            raise PowerIsOff(5, "the power is off")

    @property
    def unsynced(self) -> int:
        """Writes that a power loss now may take."""
        return sum(len(state.pending) for state in self._names.values())

    def after_power_loss(self, rng: random.Random, leaving: Leaving, directory: Path) -> Mapping[str, bytes]:
        """Name and content of each file in `directory` as it may be found afterwards."""
        until = rng.randint(0, self.operations)
        chance = rng.random()

        def stays(at: int) -> bool:
            match leaving:
                case Leaving.NOTHING:
                    return False
                case Leaving.ALL:
                    return True
                case Leaving.PREFIX:
                    return at <= until
                case Leaving.ANY:
                    return rng.random() < chance

        names = dict(self._durable_names)
        for one in self._pending_names:
            if stays(one.at):
                _name(names, one)
        found: dict[str, bytes] = {}
        for path, state in names.items():
            if path.parent == directory:
                content = bytearray(state.durable)
                for operation in state.pending:
                    if stays(operation.at):
                        torn = leaving is Leaving.ANY and rng.random() < 0.3
                        torn = torn or (leaving is Leaving.PREFIX and operation.at == until)
                        for piece in _tear(operation, rng) if torn else [operation]:
                            _apply(content, piece)
                found[path.name] = bytes(content)
        return found


class _Step:
    def __init__(self, disk: Disk, kind: str) -> None:
        self._disk, self._kind = disk, kind

    def __enter__(self) -> None:
        self._disk.begin(self._kind)

    def __exit__(self, *_: object) -> None:
        self._disk.end()


def _name(names: dict[Path, FileState], one: Naming) -> None:
    state = one.file
    if one.removed is not None:
        state = names.pop(one.removed, state)
    if one.added is not None and state is not None:
        names[one.added] = state


def _apply(content: bytearray, operation: Write | Cut) -> None:
    if isinstance(operation, Cut):
        del content[operation.size :]
        content.extend(bytes(operation.size - len(content)))
        return
    end = operation.offset + len(operation.data)
    content.extend(bytes(max(0, end - len(content))))
    content[operation.offset : end] = operation.data


def _tear(operation: Write | Cut, rng: random.Random) -> list[Write | Cut]:
    """A random part of a write, by sectors: each is written whole or not at all. A truncation happens or does not."""
    if isinstance(operation, Cut):
        return [operation] if rng.random() < 0.5 else []
    pieces: list[Write | Cut] = []
    start, end = operation.offset, operation.offset + len(operation.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        if rng.random() < 0.5:
            data = operation.data[start - operation.offset : stop - operation.offset]
            pieces.append(Write(start, data, operation.at))
        start = stop
    return pieces

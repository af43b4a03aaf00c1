"""The judge: what the plan's database and the devices' files hold, compared with what nurses saw being saved.

It runs as a process of its own with a decoder of its own: hand-written SQL over `sqlite3` for the server and over
`sqlcipher3` with the raw key for a device. Nothing of `app` or `plan` is imported there.

    with Checker() as checker:
        device = DeviceFile("ana", store_db, key)
        verdict = checker.check(Facts(server=plan_db, devices=(device,), saved=(Saved.signed("ana", visit_id),)))
        assert verdict.fine, verdict

A store may be open while it is read. Times and texts in a verdict are ids and counts only.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class DeviceFile:
    """One nurse's store as it lies on the disk."""

    name: str
    path: Path
    key: bytes
    user: str = ""
    """`Practitioner/ana`: given, and at rest, her store must hold exactly what CareTeams let her read (I13)."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One thing that a nurse saw being saved, as she saw it last. Make one with `answer`, `note`, `signed`, `words`."""

    device: str
    kind: str
    id: str
    what: str = ""
    value: Any = None

    @classmethod
    def answer(cls, device: str, visit_id: str, link_id: str, value: Any) -> Saved:
        """A tap or a typed answer: number, text, or option code; in an entry too."""
        return cls(device, "answer", visit_id, link_id, value)

    @classmethod
    def note(cls, device: str, visit_id: str, text: str) -> Saved:
        return cls(device, "note", visit_id, "", text)

    @classmethod
    def signed(cls, device: str, visit_id: str) -> Saved:
        return cls(device, "signed", visit_id)

    @classmethod
    def words(cls, device: str, kind: str, record_id: str, text: str) -> Saved:
        """Words in one version of a record (`Task`, `DocumentReference` …): an acknowledgement, an addendum."""
        return cls(device, "words", record_id, kind, text)


@dataclass(frozen=True, slots=True)
class Facts:
    """`claims`: ids of visits that a device calls "Received by the plan" now, by device name.

    `whole`: `saved` names every visit there is, so that any other Encounter of a device on the server is a double.
    `at_rest`: the network was healed and the passes ran; what waits must have a reason (I12).
    `secrets`: texts that may stand nowhere in clear bytes (I6). `stand`: (type, id, words) that somebody wrote at the
    server and that must be in the newest version there, whatever devices did since.
    """

    server: Path
    devices: tuple[DeviceFile, ...] = ()
    saved: tuple[Saved, ...] = ()
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: bool = True
    at_rest: bool = False
    secrets: tuple[str, ...] = ()
    stand: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Empty lists are what everybody wants. `broken` holds the other invariants by number."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    wrongly_received: tuple[str, ...] = ()
    broken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def fine(self) -> bool:
        return not (self.lost or self.doubled or self.wrongly_received or self.broken)


class Checker:
    """A process that judges as often as it is asked. Use it in a `with` statement, or call `close`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.checker_main"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
        )

    def check(self, facts: Facts) -> Verdict:
        """Raises RuntimeError when the judge itself fails (a file that cannot be read)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(facts), default=_plain) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the checker ended"}
        if "error" in answer:
            raise RuntimeError(answer["error"])
        broken: dict[str, list[str]] = answer.pop("broken")
        found = {name: tuple(several) for name, several in answer.items()}
        return Verdict(**found, broken={number: tuple(several) for number, several in broken.items()})

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def __enter__(self) -> Checker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)

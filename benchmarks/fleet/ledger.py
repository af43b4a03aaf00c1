"""What people saw being saved, and when the app said "Received by the plan": one JSON object a line.

The judge holds it against both sides. Written as it happens, so that a run that was ended early can be judged too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

Json = dict[str, Any]


class Ledger:
    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("a", encoding="utf-8")

    def signed(
        self,
        device: str,
        visit_id: str,
        patient_id: str,
        at: float,
        gap: str,
        back: float,
        answers: Json,
        note: str,
    ) -> None:
        """`at`: true time of the signature; `back`: from when on there was a network; seconds since 1970."""
        self._write(
            "signed", device=device, visit=visit_id, patient=patient_id, at=at, gap=gap, back=back,
            answers=answers, note=note,
        )  # fmt: skip

    def received(self, device: str, visit_id: str, at: float) -> None:
        """The device said so for the first time."""
        self._write("received", device=device, visit=visit_id, at=at)

    def words(self, device: str, kind: str, record_id: str, text: str) -> None:
        """Words in one version of a record: what became of an alert, an addendum."""
        self._write("words", device=device, type=kind, id=record_id, text=text)

    def countersigned(self, device: str, visit_id: str, reference: str) -> None:
        """`reference` is who countersigned."""
        self._write("countersigned", device=device, visit=visit_id, by=reference)

    def happened(self, device: str, what: str) -> None:
        """Something to be counted."""
        self._write("happened", device=device, what=what)

    def _write(self, kind: str, **more: Any) -> None:
        self._file.write(json.dumps({"kind": kind, **more}) + "\n")

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def read_ledgers(directory: Path) -> Iterator[Json]:
    """All lines of all ledgers of a run; a last line that was cut off by the end of its process is left out."""
    for path in sorted(directory.glob("ledger-*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)

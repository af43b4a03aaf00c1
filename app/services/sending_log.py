"""The log of passes, on screen and as a file to hand on: counts, times and codes, nothing about anybody (F02)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import app.errors
from app.services.sending_models import PassLine, PassWord, SharedLog
from app.store.passes import RUNNING, PassRow

_OUTCOMES = {word.value: word for word in PassWord}
_NUMBER = re.compile(r"[0-9]{1,6}")
_CODES_SAID = """
HTTP certificate tls refused slow ended cut off token bearer without answer discovery pass interrupted restored
backfill page limit never signed in no FHIR R4 metadata next link leads away connect unreadable sweep files
"""
_FOREIGN_NAMES = """
ConnectError ConnectTimeout ReadTimeout WriteTimeout PoolTimeout ReadError WriteError CloseError NetworkError ProxyError
LocalProtocolError RemoteProtocolError DecodingError WaitAsked RuntimeError ValueError KeyError TypeError OSError
"""
_OWN_NAMES = frozenset(name for name, value in vars(app.errors).items() if isinstance(value, type))
_KNOWN = _OWN_NAMES.union(_CODES_SAID.split(), _FOREIGN_NAMES.split())
HIDDEN = "(left out)"


def to_lines(rows: Sequence[PassRow], *, working: bool) -> tuple[PassLine, ...]:
    """Newest first, as they come. A pass that never ended is under way only if it is the newest and one runs now."""
    return tuple(_to_line(row, running=working and number == 0) for number, row in enumerate(rows))


def _to_line(row: PassRow, *, running: bool) -> PassLine:
    if row.outcome == RUNNING:
        word = PassWord.RUNNING if running else PassWord.BROKEN_OFF
    else:
        word = _OUTCOMES.get(row.outcome, PassWord.PROBLEM)
    return PassLine(
        id=row.id,
        began_at=row.began_at,
        ended_at=row.ended_at,
        word=word,
        sent=row.pushed,
        set_aside=row.set_aside,
        waiting=row.waiting,
        fetched=row.pulled,
        detail=clean(row.detail),
    )


def clean(detail: str) -> str:
    """Only words that are known to be codes are passed on: whatever else got in by mistake stays here."""
    kept: list[str] = []
    for word in detail.split():
        said = word if word in _KNOWN or _NUMBER.fullmatch(word) else HIDDEN
        if said != HIDDEN or kept[-1:] != [HIDDEN]:
            kept.append(said)
    return " ".join(kept)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands above the passes in the file. Sizes in bytes, `clock_offset_ms` plan minus device."""

    made_at: datetime
    app_version: str
    waiting: int
    set_aside: int
    oldest_since: datetime | None
    size: int
    last_success_at: datetime | None
    clock_offset_ms: int | None
    signed_in: bool


def make_log(standing: Standing, lines: Sequence[PassLine]) -> SharedLog:
    """Plain text that a person can read and a program can take apart: one pass a line, fields by tabs, times in UTC
    offsets of this device."""
    offset = standing.clock_offset_ms
    head = [
        "Hearthside: log of contacts with the plan. It holds no names and nothing about patients.",
        f"made\t{_time(standing.made_at)}",
        f"app\t{standing.app_version}",
        f"signed in\t{'yes' if standing.signed_in else 'no'}",
        f"last complete contact, plan's time\t{_time(standing.last_success_at)}",
        f"plan's clock minus this device's\t{'-' if offset is None else f'{offset / 1000:.1f} s'}",
        f"waiting\t{standing.waiting}",
        f"set aside\t{standing.set_aside}",
        f"waiting, kB\t{round(standing.size / 1000)}",
        f"oldest since\t{_time(standing.oldest_since)}",
        "",
        "began\tseconds\thow it went\tsent\tset aside\tstill open\tfetched\tcodes",
    ]
    body = [
        "\t".join(
            (
                _time(line.began_at),
                "-" if line.ended_at is None else f"{(line.ended_at - line.began_at).total_seconds():.1f}",
                line.word.value,
                *(str(number) for number in (line.sent, line.set_aside, line.waiting, line.fetched)),
                line.detail or "-",
            )
        )
        for line in lines
    ]
    name = f"hearthside-log-{standing.made_at.astimezone():%Y-%m-%d-%H%M}.txt"
    return SharedLog(name, "\n".join([*head, *body, ""]))


def _time(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone().isoformat(timespec="seconds")

"""JSON, times and outcomes of the double. Its own, so that a mistake of the app's cannot cancel itself out here."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

_MARK = "\ue0f0"
_NUMBER = re.compile(f'"{_MARK}([^"{_MARK}]*){_MARK}"')
START = datetime(2026, 11, 22, 8, 0, 0, 123_000, tzinfo=UTC)

Json = dict[str, Any]


class ServerClock:
    """The server's own clock; tests move it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def parse(text: str | bytes) -> Any:
    """Decimals become strings with a mark, so that they keep their digits. Raises ValueError."""
    return json.loads(text, parse_float=lambda number: f"{_MARK}{number}{_MARK}")


def write(value: Any) -> str:
    return _NUMBER.sub(r"\1", json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def round_decimals(text: str) -> str:
    """As a server does that reads numbers as floats: 72.50 → 72.5, 72.0 → 72."""

    def shortest(match: re.Match[str]) -> str:
        return f'"{_MARK}{Decimal(match[1]).normalize():f}{_MARK}"'

    return _NUMBER.sub(shortest, text)


def marked(value: Any) -> str:
    """JSON text in which decimals still carry their marks (for `round_decimals`)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def stamp(at: datetime, *, whole_seconds: bool) -> str:
    at = at.astimezone(UTC).replace(tzinfo=None)
    return at.isoformat(timespec="seconds" if whole_seconds else "milliseconds") + "Z"


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def outcome(words: str, code: str = "processing", *, in_details: bool = False) -> Json:
    issue: Json = {"severity": "error", "code": code}
    issue |= {"details": {"text": words}} if in_details else {"diagnostics": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


class Refusal(Exception):
    """What this request, or entry, is answered instead of success."""

    def __init__(
        self, status: int, words: str = "", code: str = "processing", retry_after: int | None = None
    ) -> None:
        super().__init__(f"{status} {words}")
        self.status = status
        self.words = words
        self.code = code
        self.retry_after = retry_after
        self.says_why = True


def references(value: Any) -> list[str]:
    """Every `Type/id` that a resource refers to, in order."""
    found: list[str] = []
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "reference" and isinstance(member, str):
                found.append(member)
            else:
                found += references(member)
    elif isinstance(value, list):
        for member in value:
            found += references(member)
    return found

"""The running backend, knocked at with exactly the bytes of an attempt."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.attacks.attempt import Attempt
from tests.attacks.cast import Cast

_WORD = re.compile(r"\{([a-z][a-z: ]*?)(:upper)?\}")
_DAYS = re.compile(r"\{days ago: (-?\d+)\}")
_FHIR = "application/fhir+json"


@dataclass
class Door:
    """`url` is without /fhir. `client` keeps one connection."""

    url: str
    cast: Cast
    client: httpx.Client

    def knock(self, attempt: Attempt) -> tuple[int, str]:
        """Status, and everything that came back: header lines and body."""
        answer = self._send(attempt)
        lines = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        return answer.status_code, f"{lines}\n{answer.text}"

    def find(self, name: str) -> httpx.Response:
        """A record as the plan's own system sees it."""
        return self.client.get(f"{self.url}/fhir/{name}", headers=self.bearer("rec"))

    def bearer(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.cast.tokens[who]}"}

    def _send(self, attempt: Attempt) -> httpx.Response:
        path = attempt.path
        target = path if path.startswith("/") else f"/fhir/{path}".rstrip("/")
        headers = {name: self._fill(value) for name, value in attempt.headers.items()}
        if attempt.who:
            headers |= self.bearer(attempt.who)
        content: str | None = None
        if attempt.body is not None:
            filled = json.loads(self._fill(json.dumps(attempt.body)))
            if headers.get("Content-Type", "").endswith("urlencoded"):
                content = urlencode(filled)
            else:
                content = json.dumps(filled)
                headers.setdefault("Content-Type", _FHIR)
        raw: dict[str, Any] = {"target": self._fill(target).encode()}
        return self.client.request(attempt.method, self.url, headers=headers, content=content, extensions=raw)

    def _fill(self, text: str) -> str:
        text = _DAYS.sub(lambda found: _days_ago(int(found.group(1))), text)

        def token(found: re.Match[str]) -> str:
            secret = self.cast.tokens.get(found.group(1))
            if secret is None:
                return found.group(0)
            return secret.swapcase() if found.group(2) else secret

        return _WORD.sub(token, text)


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")

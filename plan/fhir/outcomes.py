"""Refusals, and the OperationOutcome each of them is answered with.

Texts name elements and rules. They never repeat a value somebody sent, since logs and proxies keep answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "deleted",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    500: "exception",
    503: "timeout",
}


@dataclass(frozen=True)
class Issue:
    """One problem: what is wrong in words, and the FHIRPath of the element when there is one."""

    text: str
    expression: str | None = None


class Refusal(Exception):
    """A request that is answered with an error status and an OperationOutcome."""

    def __init__(
        self,
        status: int,
        text: str,
        *,
        code: str | None = None,
        issues: Sequence[Issue] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.code = code or _CODES.get(status, "processing")
        self.issues = tuple(issues)
        self.headers = headers or {}

    def at_entry(self, index: int) -> Refusal:
        """The same refusal, saying which entry of a Bundle it is about."""
        where = f"Bundle.entry[{index}]"
        issues = [
            Issue(issue.text, f"{where}: {issue.expression or ''}".rstrip(": ")) for issue in self.issues
        ]
        return Refusal(
            self.status,
            self.text,
            code=self.code,
            issues=issues or [Issue(self.text, where)],
            headers=self.headers,
        )

    def outcome(self) -> dict[str, Any]:
        """The OperationOutcome that answers it."""
        issues = self.issues or (Issue(self.text),)
        return {
            "resourceType": "OperationOutcome",
            "issue": [_issue(self.code, issue.text, issue.expression) for issue in issues[:50]],
        }


def _issue(code: str, text: str, expression: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "severity": "error",
        "code": code,
        "details": {"text": text},
        "diagnostics": f"{expression}: {text}" if expression else text,
    }
    if expression:
        found["expression"] = [expression]
    return found


def done() -> dict[str, Any]:
    """What answers a write of somebody who wants no more than a word (`Prefer: return=OperationOutcome`)."""
    issue = {"severity": "information", "code": "informational", "details": {"text": "It is stored."}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def not_found() -> Refusal:
    """For what is absent and for what the caller may not see: the two look the same."""
    return Refusal(404, "There is no such resource here, or not for you.")


def gone() -> Refusal:
    return Refusal(410, "This resource was deleted.")


def sign_in() -> Refusal:
    return Refusal(
        401,
        "Please sign in: this needs a valid access token.",
        headers={"WWW-Authenticate": 'Bearer realm="hearthside-plan", error="invalid_token"'},
    )

"""Answers, before they are an HTTP response or an entry of a Bundle."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import http_date, instant
from plan.fhir.store import Stored


@dataclass(frozen=True)
class Answer:
    """Status, JSON text, and the version it is about when it is about one."""

    status: int
    text: str | None = None
    version: Stored | None = None
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def http_headers(self, base: str) -> dict[str, str]:
        """Headers of the answer to a request of its own."""
        headers = dict(self.headers)
        if self.etag:
            headers["ETag"] = self.etag
        if self.version:
            headers["ETag"] = self.version.etag
            headers["Last-Modified"] = http_date(self.version.last_updated)
            if self.status == HTTPStatus.CREATED or self.version.created:
                headers["Location"] = f"{base}/{self.version.location}"
        return headers

    def entry(self, base: str, *, with_resource: bool) -> str:
        """The answer as an entry of a response Bundle, as JSON text."""
        response = {"status": f"{self.status} {HTTPStatus(self.status).phrase}"}
        if self.version:
            response["location"] = f"{base}/{self.version.location}"
            response["etag"] = self.version.etag
            response["lastModified"] = instant(self.version.last_updated)
        parts = []
        if with_resource and self.text:
            parts.append(f'"resource":{self.text}')
        text = dumps(response)
        if self.status >= HTTPStatus.BAD_REQUEST and self.text:
            text = f'{text[:-1]},"outcome":{self.text}}}'
        parts.append(f'"response":{text}')
        return "{" + ",".join(parts) + "}"


def refused(refusal: Refusal) -> Answer:
    """A refusal as an answer."""
    return Answer(refusal.status, dumps(refusal.outcome()), headers=refusal.headers)

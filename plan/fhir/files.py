"""Files (Binary): whose they are is their `securityContext`, what they are is what their first bytes say.

A file is taken as a resource in JSON or as bare bytes with its Patient in `X-Security-Context`, and given back either
way. It is read by its id only: nothing searches files, and no list of them exists.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from fastapi import Request

from plan.fhir.http import READ_TYPES, read_body
from plan.fhir.json_text import loads
from plan.fhir.outcomes import Issue, Refusal

BINARY = "Binary"
STARTS = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
}
"""Types of content that are kept, and how such a file begins."""
BARE_HEADERS = {
    "Content-Disposition": "attachment",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Vary": "Accept",
}
"""On bare bytes: no browser may draw them as a page of this server, or guess that they are something else."""
_CONTEXT_HEADER = "x-security-context"


def media_type(text: str) -> str:
    return text.partition(";")[0].strip().lower()


def is_bare(request: Request) -> bool:
    """Is what is sent the file itself, and no resource?"""
    return media_type(request.headers.get("content-type", "")) not in READ_TYPES


def wants_bare(request: Request) -> bool:
    """FHIR's rule: bare bytes, unless a FHIR format is asked for by name."""
    if request.query_params.get("_format"):
        return False
    wanted = [media_type(part) for part in request.headers.get("accept", "*/*").split(",")]
    return not any(part in READ_TYPES for part in wanted)


async def read_bare(request: Request, resource_id: str, limit: int) -> dict[str, Any]:
    """The Binary that bare bytes stand for. Raises Refusal 413, 415 or 422."""
    kind = media_type(request.headers.get("content-type", ""))
    if kind not in STARTS:
        raise _not_kept()
    data = await read_body(request, limit)
    content: dict[str, Any] = {"resourceType": BINARY, "id": resource_id, "contentType": kind}
    context = request.headers.get(_CONTEXT_HEADER, "").strip()
    if context:
        content["securityContext"] = {"reference": context}
    return content | {"data": base64.b64encode(data).decode("ascii")}


def check_file(content: dict[str, Any], limit: int) -> None:
    """Raise Refusal unless the file is there, small enough, of a kind that is kept, and what it says it is."""
    kind = media_type(str(content.get("contentType", "")))
    if kind not in STARTS:
        raise _not_kept()
    data = _data_of(content)
    if len(data) > limit:
        raise Refusal(413, f"A file may have {limit} bytes.")
    if not data.startswith(STARTS[kind]):
        text = "The file is not of the type that it is said to be."
        raise Refusal(422, text, issues=[Issue(text, "Binary.contentType")])


def bare_answer(text: str, accept: str) -> tuple[bytes, str]:
    """The bytes of a stored Binary and their type. Raises Refusal 406 when the caller does not want that type."""
    content = loads(text)
    kind = media_type(str(content.get("contentType", "")))
    family = kind.partition("/")[0] + "/*"
    wanted = {media_type(part) for part in (accept or "*/*").split(",")}
    if not wanted & {"*/*", family, kind, "application/octet-stream"}:
        raise Refusal(406, "This file is of another type.")
    return _data_of(content), kind


def _data_of(content: dict[str, Any]) -> bytes:
    said = content.get("data")
    try:
        data = base64.b64decode("".join(said.split()), validate=True) if isinstance(said, str) else b""
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        text = "A file has its bytes in base64."
        raise Refusal(422, text, issues=[Issue(text, "Binary.data")])
    return data


def _not_kept() -> Refusal:
    return Refusal(415, "Files are JPEG or PNG pictures, or PDF.")

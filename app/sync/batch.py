"""Several reads and searches in one request, and what a server means that takes only some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from app.errors import PlanDown
from app.sync.answer import Answer
from app.sync.fhir import json_text, read

_REFUSES = frozenset({400, 404, 405, 406, 410, 422})
"""A server may refuse a whole batch for one search that it does not know."""


class Batches(Protocol):
    """What can be asked a batch: a FhirClient."""

    async def batch(self, body: str) -> Answer: ...


async def ask(client: Batches, urls: Sequence[str]) -> list[Any]:
    """One answer entry for each address, in order. Raises PlanError when the plan cannot be asked.

    A batch that is refused as a whole is asked one by one, so that one unknown type takes nothing else with it.
    """
    answer = await _post(client, urls)
    if answer.status not in _REFUSES:
        return _entries(answer, len(urls))
    found = []
    for url in urls:
        single = await _post(client, [url]) if len(urls) > 1 else answer
        if single.status in _REFUSES:
            found.append({"resource": single.resource, "response": {"status": str(single.status)}})
        else:
            found += _entries(single, 1)
    if all(is_refused(status_of(one)) for one in found):
        # It is not the searches that this server does not take.
        raise answer.error()
    return found


async def _post(client: Batches, urls: Sequence[str]) -> Answer:
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    return await client.batch(json_text.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}))


def _entries(answer: Answer, count: int) -> list[Any]:
    bundle = answer.get()
    answers = list(read.items(bundle, "entry"))
    if read.text(bundle, "type") != "batch-response" or len(answers) != count:
        raise PlanDown(detail="another answer")
    return answers


def status_of(answer: Any) -> str:
    """Three digits, or "" where the server says none."""
    return (read.text(answer, "response", "status") or "")[:3]


def is_refused(status: str) -> bool:
    """True when asking the same again would bring the same refusal."""
    return status.startswith("4") and status not in ("401", "408", "425", "429")

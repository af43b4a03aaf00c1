"""What an answer to a whole write means, and whether somebody else's version stands in its way."""

from __future__ import annotations

from collections.abc import Iterable

from app.store.outbox import OpenWrite
from app.sync.answer import Answer
from app.sync.fhir import read
from app.sync.plan import Standing, Verdict, judge
from app.sync.receipts import Located


def judge_answer(answer: Answer) -> Verdict:
    says_why = read.text(answer.resource, "resourceType") == "OperationOutcome"
    return judge(answer.status, says_why=says_why, says_when=answer.retry_after is not None)


def is_contested(located: Iterable[Located], write: OpenWrite) -> bool:
    blocked = {Standing.THEIRS, Standing.DELETED}
    found = (one for one in located if one.key not in write.settled)
    return any(one.overwritten is not None or one.standing in blocked for one in found)

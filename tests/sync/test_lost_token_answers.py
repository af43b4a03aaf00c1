"""A refresh whose answer is lost is asked for again at once: an hour later the plan would take it for a copy."""

from __future__ import annotations

import httpx
import pytest

from app.errors import PlanDown, PlanError, SignInNeeded
from app.sync import oauth

URL = "http://127.0.0.1:9/oauth/token"
GRANTED = {"access_token": "a2", "refresh_token": "r2", "token_type": "Bearer", "expires_in": 900}


class Desk:
    """Answers as it is told, in order; the last one again and again."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def refresh(self) -> oauth.TokenAnswer:
        return await oauth.refresh(URL, "r1", "app", httpx.MockTransport(self))


def granted() -> httpx.Response:
    return httpx.Response(200, json=GRANTED)


LOST = [
    httpx.ReadTimeout("no answer"),
    httpx.ReadError("connection reset"),
    httpx.RemoteProtocolError("closed"),
    httpx.Response(200, content=b'{"access_token": "a2", "ref', headers={"content-type": "application/json"}),
]


@pytest.mark.parametrize("lost", LOST, ids=["timeout", "reset", "closed", "half an answer"])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_lost_answer_is_asked_for_again_at_once(lost: httpx.Response | Exception, times: int) -> None:
    desk = Desk(*[lost] * times, granted())
    assert (await desk.refresh()).refresh_token == "r2"
    assert len({request.content for request in desk.asked}) == 1, "with the very same token"
    assert len(desk.asked) == times + 1


async def test_it_gives_up_within_the_minute_that_the_plan_gives() -> None:
    desk = Desk(httpx.ReadTimeout("no answer"))
    with pytest.raises(PlanDown):
        await desk.refresh()
    waits = [max(request.extensions["timeout"][name] for name in ("read", "write")) for request in desk.asked]
    assert len(waits) == 3
    assert sum(waits) < 60


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.ConnectError("no route"), PlanError),
        (httpx.Response(503, headers={"retry-after": "30"}), PlanDown),
        (httpx.Response(503, json={"error": "temporarily_unavailable"}), PlanDown),
        (httpx.Response(400, json={"error": "invalid_grant"}), SignInNeeded),
        (httpx.Response(200, html="<html>Welcome to Guest WiFi</html>"), PlanError),
    ],
    ids=["never left", "busy", "busy, in JSON", "refused", "a guest network"],
)
async def test_what_was_no_lost_answer_is_not_asked_again(
    answer: httpx.Response | Exception, error: type[PlanError]
) -> None:
    desk = Desk(answer)
    with pytest.raises(error):
        await desk.refresh()
    assert len(desk.asked) == 1

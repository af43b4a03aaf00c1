"""Headers on every answer, so that a browser does nothing with it that was not meant.

The login page sets stricter or other values of its own, and bare files theirs: what is there is left. No answer carries
a CORS header: no page of another origin reads anything here.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRICT_TRANSPORT = "max-age=31536000"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class SafeHeaders:
    """Adds each of them to an answer that does not have it; with `https` also Strict-Transport-Security."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        wanted = ALWAYS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if https else {})
        self._wanted = [(name.lower().encode(), value.encode()) for name, value in wanted.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                there = {name.lower() for name, _ in headers}
                message["headers"] = headers + [pair for pair in self._wanted if pair[0] not in there]
            await send(message)

        await self._app(scope, receive, send_with_headers)

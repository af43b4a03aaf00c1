"""The colours of the page before Flet draws: without them a dark room is lit up by an empty white page.

Flet's page has a ground of its own, by the brightness of the system only. Ours goes in behind it, in our colours, and
in the brightness that the one person of this device has chosen.
"""

from __future__ import annotations

from collections.abc import Callable

from app.domain.look import Brightness
from app.views.palette import DARK, LIGHT
from app.web.guard import Asgi, Message, Receive, Scope, Send

_END_OF_HEAD = b"</head>"
_STALE = frozenset({b"content-length", b"etag", b"last-modified"})
"""Headers that speak of the page as it lies on the disk."""


def first_style(brightness: Brightness) -> str:
    """The style sheet: chosen brightness where there is one, else the system's."""
    dark = f"html, body, #loading {{ background: {DARK.surface} !important; color-scheme: dark; }}"
    light = f"html, body, #loading {{ background: {LIGHT.surface} !important; color-scheme: light; }}"
    chosen = {
        Brightness.DARK: dark,
        Brightness.LIGHT: light,
        Brightness.SYSTEM: f"{light} @media (prefers-color-scheme: dark) {{ {dark} }}",
    }
    return f"<style>{chosen[brightness]}</style>"


class FirstPaint:
    """ASGI middleware: puts the style into the pages of HTML that `app` answers with."""

    def __init__(self, app: Asgi, brightness: Callable[[], Brightness]) -> None:
        self._app = app
        self._brightness = brightness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def pass_on(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif held and message["type"] == "http.response.body":
                held.append(message)
                if not message.get("more_body", False):
                    for one in _with_style(held, first_style(self._brightness())):
                        await send(one)
                    held.clear()
            else:
                await send(message)

        await self._app(_unconditional(scope), receive, pass_on)


def _unconditional(scope: Scope) -> Scope:
    """A page kept by the browser would keep the old brightness: small as it is, it is sent anew."""
    path = str(scope.get("path", ""))
    if "." in path.rpartition("/")[2] and not path.endswith(".html"):
        return scope
    conditions = {b"if-none-match", b"if-modified-since"}
    return {**scope, "headers": [one for one in scope["headers"] if one[0].lower() not in conditions]}


def _is_page(start: Message) -> bool:
    kinds = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return start["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)


def _with_style(held: list[Message], style: str) -> tuple[Message, Message]:
    start, *pieces = held
    body = b"".join(piece.get("body", b"") for piece in pieces)
    body = body.replace(_END_OF_HEAD, style.encode() + _END_OF_HEAD, 1)
    headers = [one for one in start["headers"] if one[0].lower() not in _STALE]
    headers.append((b"content-length", str(len(body)).encode()))
    return {**start, "headers": headers}, {"type": "http.response.body", "body": body}

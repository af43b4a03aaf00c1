"""The small listener on 127.0.0.1 to which the browser comes back after signing in (RFC 8252, section 7.3)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from app.errors import SignInRefused
from app.language import get_language, tr

PATH = "/callback"
LONGEST_HEAD = 16 * 1024
READ_SECONDS = 10.0

_STYLE = """
:root { color-scheme: light dark; --ground: #f6f3ee; --card: #ffffff; --ink: #23302f; --soft: #5a6664; }
@media (prefers-color-scheme: dark) { :root { --ground: #141918; --card: #1e2524; --ink: #e8eceb; --soft: #b3bdbb; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; align-items: center; justify-content: center; padding: 1rem;
  background: var(--ground); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; background: var(--card); border-radius: 1rem; padding: 1.75rem 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
p { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
"""
"""As the plan's own sign-in page looks, which stood in the same window a moment ago."""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'\r\n"
    "Connection: close\r\n"
)
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hearthside</title>
<style>{style}</style>
</head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""
_log = logging.getLogger("app.sync")


def _page(status: str, title: str, text: str) -> bytes:
    body = _PAGE.format(language=get_language().code, style=_STYLE, title=title, text=text).encode()
    return f"HTTP/1.1 {status}\r\n{_HEADERS}Content-Length: {len(body)}\r\n\r\n".encode("ascii") + body


class LoopbackListener:
    """Waits for one redirect that carries the right state; everything else gets an answer and changes nothing."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._server: asyncio.Server | None = None
        self._port = 0
        self.code: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def open(self) -> str:
        """Start listening on a free port; returns the redirect address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LONGEST_HEAD)
        self._port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self._port}{PATH}"

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        if not self.code.done():
            self.code.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(READ_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                answer, outcome = self._answer(head.decode("latin-1"))
                writer.write(answer)
                await writer.drain()
            # Only after the page is out: whoever waits closes this listener at once.
            if isinstance(outcome, str) and not self.code.done():
                self.code.set_result(outcome)
            elif isinstance(outcome, Exception) and not self.code.done():
                self.code.set_exception(outcome)
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
            _log.debug("loopback request dropped: %s", type(error).__name__)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _answer(self, head: str) -> tuple[bytes, str | Exception | None]:
        lines = head.split("\r\n")
        method, _, rest = lines[0].partition(" ")
        target = urlsplit(rest.partition(" ")[0])
        hosts = [
            v.strip() for n, _, v in (line.partition(":") for line in lines[1:]) if n.casefold() == "host"
        ]
        # Another site's name that points at this machine must not get in.
        if method != "GET" or target.path != PATH or hosts != [f"127.0.0.1:{self._port}"]:
            return _page("404 Not Found", tr("Nothing here"), tr("Please go back to Hearthside.")), None
        query = {name: values[0] for name, values in parse_qs(target.query).items() if len(values) == 1}
        if not hmac.compare_digest(query.get("state", "").encode(), self._state.encode()):
            title, text = tr("That was not this sign-in"), tr("Please start again from Hearthside.")
            return _page("400 Bad Request", title, text), None
        code, error = query.get("code"), query.get("error")
        if code and not error:
            return _page(
                "200 OK", tr("You can go back to Hearthside"), tr("This window may be closed.")
            ), code
        # A nurse who tapped Cancel must not read that the plan turned her away.
        sentence = "The sign-in was canceled." if error == "access_denied" else None
        refused = SignInRefused(sentence, detail=error if error in _KNOWN_ERRORS else "no code")
        title, text = tr("Not signed in"), tr("Please go back to Hearthside to try again.")
        return _page("200 OK", title, text), refused


_KNOWN_ERRORS = frozenset(
    {
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)

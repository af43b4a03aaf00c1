"""A small TCP relay between a device and a plan that can do what networks do.

It reads one whole HTTP request at a time, asks `judge` what should happen to it, and counts each fault that fired.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Request:
    """What the device asks. `body` is empty for a GET."""

    method: str
    path: str
    body: bytes

    @property
    def is_write(self) -> bool:
        return self.method == "POST" and b'"transaction"' in self.body


@dataclass(frozen=True)
class Fault:
    """What happens instead of a clean round trip.

    `forward`: the server gets the request. `answer`: bytes that the device gets instead of the server's (None: the
    server's own). `keep`: only so many bytes of the answer arrive before the connection is cut (None: all).
    """

    name: str
    forward: bool = True
    answer: bytes | None = None
    keep: int | None = None
    gate: asyncio.Event | None = field(default=None, compare=False)
    """The answer waits until this is set."""
    repeat: int = 0
    """How often more the server gets the same bytes before the device hears anything: a proxy that tries again."""
    late: bool = False
    """The device hears nothing; the request reaches the server after the next one: two that changed places."""
    trickle: int | None = None
    """The answer comes in pieces of so many bytes, each on its own: a thin line."""


def http(status: str, content_type: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


CUT_BEFORE = Fault("cut before the server", forward=False, keep=0)
DROP_ANSWER = Fault("answer dropped after the server", keep=0)
TRUNCATE = Fault("answer cut in the middle", keep=400)
REPEAT = Fault("the request twice, the second answer", repeat=1)
REPEAT_AND_DROP = Fault("the request three times, no answer", repeat=2, keep=0)
LATE = Fault("after the next request", forward=False, keep=0, late=True)
TRICKLE = Fault("a byte at a time", trickle=1)
PORTAL = Fault(
    "captive portal",
    forward=False,
    answer=http("200 OK", "text/html", b"<!doctype html><title>Hotel Wi-Fi</title>"),
)
EMPTY = Fault("empty body", forward=False, answer=http("200 OK", "application/fhir+json", b""))
GARBAGE = Fault("not JSON", forward=False, answer=http("200 OK", "application/fhir+json", b"\x00\xff{{{"))
NOT_HTTP = Fault("not HTTP", forward=False, answer=b"SSH-2.0-OpenSSH_9.2\r\n")
EMPTY_BUNDLE = Fault(
    "a bundle with nothing in it",
    forward=False,
    answer=http(
        "200 OK", "application/fhir+json", b'{"resourceType":"Bundle","type":"transaction-response"}'
    ),
)

Judge = Callable[[Request], Fault | None]


class Relay:
    """Start with `async with Relay(upstream_url) as relay:`; `relay.url` stands in for the server's address."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._server: asyncio.Server | None = None
        self.url = ""
        self.judge: Judge = lambda request: None
        self.fired: Counter[str] = Counter()
        self.effective: Counter[str] = Counter()
        """Faults after which the device was told something else than the server said, or the server heard more."""
        self._held: list[tuple[Fault, bytes, Request]] = []
        self.seen: list[Request] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.after_forward: Callable[[Request], Awaitable[None]] | None = None

    async def __aenter__(self) -> Relay:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve_requests(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve_requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (raw := await self._read_request(reader)) is not None:
                head, request = raw
                self.seen.append(request)
                fault = self.judge(request)
                if not await self._answer(head, request, fault, writer):
                    return
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _read_request(self, reader: asyncio.StreamReader) -> tuple[bytes, Request] | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        length = _header(head, b"content-length")
        body = await reader.readexactly(int(length)) if length else b""
        return head, Request(method, path, body)

    async def _answer(
        self, head: bytes, request: Request, fault: Fault | None, writer: asyncio.StreamWriter
    ) -> bool:
        """True when the connection stays open for the next request."""
        held, self._held = self._held, []
        said = b""
        if fault is None or fault.forward:
            said = await self._forward(head, request)
            for _ in range(fault.repeat if fault is not None else 0):
                said = await self._forward(head, request)
            if self.after_forward is not None:
                await self.after_forward(request)
        told = said
        if fault is not None:
            self.fired[fault.name] += 1
            if fault.late:
                self._held.append((fault, head, request))
            if fault.gate is not None:
                await fault.gate.wait()
            told = said if fault.answer is None else fault.answer
            told = told if fault.keep is None else told[: fault.keep]
            self.effective[fault.name] += told != said or bool(fault.repeat) or fault.trickle is not None
        for earlier, its_head, its_request in held:
            self.effective[earlier.name] += not _is_fault_of_server(
                await self._forward(its_head, its_request)
            )
        await _send(writer, told, fault.trickle if fault is not None else None)
        return False

    async def _forward(self, head: bytes, request: Request) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            writer.write(b"\r\n".join([lines[0], b"Connection: close", *lines[1:]]) + request.body)
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _send(writer: asyncio.StreamWriter, answer: bytes, piece: int | None) -> None:
    """Whole, or piece by piece: each is on its way before the next one is written."""
    if piece is not None:
        writer.transport.set_write_buffer_limits(high=0)
    for at in range(0, len(answer), piece or max(len(answer), 1)):
        writer.write(answer[at : at + (piece or len(answer))])
        await writer.drain()
        await asyncio.sleep(0)


def _is_fault_of_server(answer: bytes) -> bool:
    return answer.split(b" ", 2)[1].startswith(b"5")


def _header(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.strip().lower() == name:
            return value.strip()
    return None


class Once:
    """A judge that lets a fault happen to the first requests that match, then lets everything pass."""

    def __init__(self, fault: Fault, when: Callable[[Request], bool], times: int = 1) -> None:
        self._fault, self._when, self._left = fault, when, times

    def __call__(self, request: Request) -> Fault | None:
        if self._left and self._when(request):
            self._left -= 1
            return self._fault
        return None

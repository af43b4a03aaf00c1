"""Servers of a few lines on loopback, in the clear or with a certificate of any age and name."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

METADATA = b'{"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}'
OUTCOME = b'{"resourceType": "OperationOutcome"}'
FHIR = "application/fhir+json"


@dataclass
class Said:
    """One answer; `date` stands in for the server's clock, None leaves the header out. `hangs_up`: no byte of it."""

    status: int = 200
    body: bytes = METADATA
    content_type: str = FHIR
    more: tuple[tuple[str, str], ...] = ()
    date: datetime | None = None
    hangs_up: bool = False

    def encode(self) -> bytes:
        if self.hangs_up:
            return b""
        lines = [f"HTTP/1.1 {self.status} x", f"Content-Type: {self.content_type}"]
        lines += [f"Content-Length: {len(self.body)}", "Connection: close"]
        if self.date is not None:
            lines.append(self.date.astimezone(UTC).strftime("Date: %a, %d %b %Y %H:%M:%S GMT"))
        lines += [f"{name}: {value}" for name, value in self.more]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class SmallServer:
    """`async with SmallServer(answer) as server:`; `answer` takes the path. A closed `gate` holds all answers back."""

    def __init__(self, answer: Callable[[str], Said], tls: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._tls = tls
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[str] = []
        self.heard = asyncio.Event()

    async def __aenter__(self) -> SmallServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gate.set()
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/fhir"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ")[1]
            self.asked.append(path)
            self.heard.set()
            await self.gate.wait()
            writer.write(self._answer(path).encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@dataclass(frozen=True)
class Authority:
    """A certificate authority of this test only, and what it signs."""

    directory: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def server_side(
        self,
        *,
        begins: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=30),
        address: str = "127.0.0.1",
        signed_by_itself: bool = False,
    ) -> ssl.SSLContext:
        """`begins` and `ends` count from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = _name("server") if signed_by_itself else self.certificate.subject
        certificate = (
            _builder("server", issuer, key, datetime.now(UTC) + begins, datetime.now(UTC) + ends)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False
            )
            .sign(key if signed_by_itself else self.key, hashes.SHA256())
        )
        path = self.directory / "server.pem"
        path.write_bytes(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def client_side(self) -> ssl.SSLContext:
        """A device that trusts this authority, and checks all else as it always does."""
        context = ssl.create_default_context()
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        context.load_verify_locations(cadata=pem)
        return context


def make_authority(directory: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        _builder("authority", _name("authority"), key, now - timedelta(days=900), now + timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(directory, key, certificate)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    common: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

"""Foreign errors become ours here and nowhere else: httpx's exceptions, TLS faults, and answers that are no FHIR."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx

from app.errors import (
    BadPlanAddress,
    CaptivePortal,
    NoNetwork,
    NotFhir,
    PlanDown,
    PlanError,
    UntrustedCertificate,
    UpdateNeeded,
    WrongClock,
)

NOT_YET_VALID, EXPIRED = 9, 10
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""

MAPPED: dict[type[Exception], type[PlanError]] = {
    httpx.ConnectError: NoNetwork,
    httpx.ConnectTimeout: NoNetwork,
    httpx.PoolTimeout: PlanDown,
    httpx.ReadTimeout: PlanDown,
    httpx.WriteTimeout: PlanDown,
    httpx.TimeoutException: PlanDown,
    httpx.ReadError: PlanDown,
    httpx.WriteError: PlanDown,
    httpx.CloseError: PlanDown,
    httpx.NetworkError: NoNetwork,
    httpx.ProxyError: NoNetwork,
    httpx.LocalProtocolError: PlanDown,
    httpx.RemoteProtocolError: PlanDown,
    httpx.ProtocolError: PlanDown,
    httpx.UnsupportedProtocol: BadPlanAddress,
    httpx.TransportError: PlanDown,
    httpx.DecodingError: PlanDown,
    httpx.TooManyRedirects: CaptivePortal,
    httpx.RequestError: PlanDown,
    httpx.HTTPStatusError: PlanDown,
    httpx.HTTPError: PlanDown,
    httpx.InvalidURL: BadPlanAddress,
    httpx.CookieConflict: PlanDown,
    httpx.StreamError: PlanDown,
}
"""Every exception class of httpx; subclasses not listed take their nearest base's meaning."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            for inner in current.exceptions:
                yield from _causes(inner)
        current = current.__cause__ or current.__context__


def _tls_error(error: ssl.SSLError) -> PlanError:
    code = getattr(error, "verify_code", None)
    # An expired or future certificate is far more often a tablet with a wrong date than a plan that forgot.
    if code in (NOT_YET_VALID, EXPIRED):
        return WrongClock(detail=f"certificate {code}")
    # A server that speaks no TLS, or hangs up in the middle of it, has not shown a wrong certificate.
    kind = UntrustedCertificate if isinstance(error, ssl.SSLCertVerificationError) else PlanDown
    return kind(detail=f"tls {code if code is not None else type(error).__name__}")


BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL)
"""No connection stood yet, so not one byte of the request left."""


def plan_error(error: Exception) -> PlanError:
    """The error to show for a failed request. Its text holds no address, no body and no patient data."""
    found = _meaning(error)
    found.may_have_arrived = not isinstance(error, BEFORE_SENDING)
    return found


def _meaning(error: Exception) -> PlanError:
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLError):
            return _tls_error(cause)
    # A port where nobody listens means that the network is fine and the server is not.
    if any(isinstance(cause, ConnectionRefusedError) for cause in chain):
        return PlanDown(detail="refused")
    meaning = next((MAPPED[kind] for kind in type(error).__mro__ if kind in MAPPED), PlanDown)
    return meaning(detail=type(error).__name__)


def looks_like_web_page(content_type: str, body: bytes) -> bool:
    start = body[:512].lstrip().lower()
    return "html" in content_type or start.startswith((b"<!doctype html", b"<html"))


def shape_error(status: int, content_type: str, body: bytes) -> PlanError:
    """For an answer that is no FHIR resource: who answered instead?"""
    detail = f"HTTP {status}"
    if status == 426:
        return UpdateNeeded(detail=detail)
    if status >= 500 and status != 511:
        return PlanDown(detail=detail)
    if status in (404, 405, 410) and looks_like_web_page(content_type, body):
        return NotFhir(detail=detail)
    if status == 511 or 300 <= status < 400 or looks_like_web_page(content_type, body):
        return CaptivePortal(detail=detail)
    if "json" in content_type or not body:
        return PlanDown(detail=f"{detail} cut off")
    return NotFhir(detail=detail)

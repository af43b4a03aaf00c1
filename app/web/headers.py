"""Security headers of every answer, and the plain page for somebody without a key."""

from __future__ import annotations

from collections.abc import Iterable

Header = tuple[bytes, bytes]

DROPPED = frozenset(
    {
        b"access-control-allow-origin",
        b"access-control-allow-credentials",
        b"content-security-policy",
        b"server",
    }
)


def page_policy(socket_origin: str) -> str:
    """The Content-Security-Policy under which Flet's client still draws (less was tried and draws nothing).

    Flutter compiles WebAssembly, makes workers from blobs and starts from inline scripts. Nothing from
    another host is allowed, so that what the client would ask of a CDN never leaves the browser.
    """
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            f"connect-src 'self' {socket_origin}",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def secured(headers: Iterable[Header], *, policy: str, tls: bool) -> list[Header]:
    """Flet's headers less what opens them to others, plus ours."""
    kept = [(name, value) for name, value in headers if name.lower() not in DROPPED]
    present = {name.lower() for name, _ in kept}
    added: list[Header] = [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-embedder-policy", b"require-corp"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"),
        (b"cache-control", b"no-cache"),
    ]
    if tls:
        added.append((b"strict-transport-security", b"max-age=31536000"))
    return kept + [(name, value) for name, value in added if name not in present]


NO_KEY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"

NO_KEY_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hearthside</title>
<meta name="viewport" content="width=device-width">
<style>body{font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:12vh auto;padding:0 1em;color:#222}
code{background:#eee;padding:.1em .3em}@media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#eee}
code{background:#333}a{color:#9cf}}</style></head>
<body><h1>Open Hearthside from its own link</h1>
<p>This window has not been let in yet. Hearthside prints a link when it starts; each link works once,
for ten minutes.</p>
<p>For a new link, run <code>hearthside app</code> again in the same way as before.
What you wrote is safe.</p>
<p><a href="/">Try again</a></p></body></html>
"""

NOT_HERE = "Hearthside answers only at its own address.\n"
"""The whole answer to a foreign Host or Origin."""

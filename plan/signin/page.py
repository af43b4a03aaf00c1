"""The login page and the page for requests that lead nowhere. No script, no picture, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from plan.signin.words import Words

_STYLE = """
:root { color-scheme: light dark; --ground: #f6f3ee; --card: #ffffff; --ink: #23302f; --soft: #5a6664;
  --line: #7d8a87; --accent: #1f5f5b; --on-accent: #ffffff; --warn: #8a1f11; --warn-ground: #fdeeea; }
@media (prefers-color-scheme: dark) { :root { --ground: #141918; --card: #1e2524; --ink: #e8eceb; --soft: #b3bdbb;
  --line: #8a9694; --accent: #8fd0c8; --on-accent: #10201e; --warn: #ffb4a6; --warn-ground: #3a1d18; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; align-items: center; justify-content: center; padding: 1rem;
  background: var(--ground); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; background: var(--card); border-radius: 1rem; padding: 1.75rem 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
p { margin: 0 0 1.25rem; color: var(--soft); overflow-wrap: anywhere; }
label { display: block; margin: 0 0 .25rem; font-weight: 600; }
input { width: 100%; min-height: 3rem; margin: 0 0 1.25rem; padding: .5rem .75rem; font: inherit; color: var(--ink);
  background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; }
button { width: 100%; min-height: 3rem; margin: 0 0 .75rem; font: inherit; font-weight: 600; border-radius: .5rem;
  border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer; }
button.quiet { background: transparent; color: var(--accent); margin: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { background: var(--warn-ground); color: var(--warn); border: 1px solid var(--warn); border-radius: .5rem;
  padding: .75rem; font-weight: 600; }
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{content}
</main>
</body>
</html>
"""

_FORM = """<h1>{words.sign_in}</h1>
<p>{asks}</p>
{problem}<form method="post" action="/oauth/authorize" autocomplete="on">
{hidden}
<label for="username">{words.user_name}</label>
<input id="username" name="username" type="text" value="{username}" autocomplete="username" autocapitalize="none"
 autocorrect="off" spellcheck="false" maxlength="64" required{describe}{focus_name}>
<label for="password">{words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="256"
 required{describe}{focus_password}>
<button type="submit" name="action" value="sign-in">{words.sign_in}</button>
<button type="submit" name="action" value="cancel" class="quiet" formnovalidate>{words.cancel}</button>
</form>"""


_NEWS = """<h1>{words.news}</h1>
<p>{words.news_since}</p>
<ul>
{devices}
</ul>
<p>{words.news_question}</p>
<form method="post" action="/oauth/authorize">
{hidden}
<button type="submit" name="action" value="go-on">{words.go_on}</button>
<button type="submit" name="action" value="cancel" class="quiet">{words.cancel}</button>
</form>"""


def news_page(
    *,
    base_url: str,
    words: Words,
    parameters: Mapping[str, str],
    fields: Mapping[str, str],
    registered: Sequence[str],
) -> HTMLResponse:
    """After the password: devices that were registered in her name. `registered`: when, to be read by a person."""
    devices = "\n".join(f"<li>{html.escape(words.news_device.format(when=when))}</li>" for when in registered)
    content = _NEWS.format(words=words, devices=devices, hidden=_hide({**parameters, **fields}))
    form_targets = _form_targets(parameters.get("redirect_uri", ""))
    return _respond(words.lang, words.news_title, content, 200, base_url, form_targets, {})


def _hide(fields: Mapping[str, str]) -> str:
    return "\n".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )


def login_page(
    *,
    base_url: str,
    words: Words,
    parameters: Mapping[str, str],
    form_token: str,
    problem: str | None = None,
    username: str = "",
    status: int = 200,
    retry_after: int | None = None,
) -> HTMLResponse:
    """The login form. `parameters` are the app's own and come back with it."""
    hidden = _hide({**parameters, "form_token": form_token})
    shown = f'<p class="problem" id="problem" role="alert">{html.escape(problem)}</p>\n' if problem else ""
    content = _FORM.format(
        words=words,
        asks=words.asks.format(plan=html.escape(urlsplit(base_url).netloc)),
        problem=shown,
        hidden=hidden,
        username=html.escape(username[:64]),
        describe=' aria-describedby="problem"' if problem else "",
        focus_name="" if username else " autofocus",
        focus_password=" autofocus" if username else "",
    )
    title = words.problem_title if problem else words.sign_in_title
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    form_targets = _form_targets(parameters.get("redirect_uri", ""))
    return _respond(words.lang, title, content, status, base_url, form_targets, headers)


def error_page(base_url: str, words: Words, sentence: str, status: int = 400) -> HTMLResponse:
    """For requests that must not be sent back to where they say they came from."""
    content = f"<h1>{words.error}</h1>\n<p>{html.escape(sentence)}</p>\n<p>{words.go_back}</p>"
    return _respond(words.lang, words.error, content, status, base_url, "'none'", {})


def _form_targets(redirect_uri: str) -> str:
    """Browsers hold a form's redirect to this list too: without the app's own address nobody gets back to it."""
    parts = urlsplit(redirect_uri)
    if parts.scheme == "http" and parts.hostname == "127.0.0.1":
        return f"'self' http://{parts.netloc}"
    # An IPv6 address has no form in a source list, an app's own scheme has only its scheme.
    return f"'self' {parts.scheme}:"


def _respond(
    lang: str,
    title: str,
    content: str,
    status: int,
    base_url: str,
    form_targets: str,
    headers: Mapping[str, str],
) -> HTMLResponse:
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {form_targets}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    sent = {
        "Content-Security-Policy": policy,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
        **headers,
    }
    if base_url.startswith("https://"):
        sent["Strict-Transport-Security"] = "max-age=31536000"
    page = _PAGE.format(lang=lang, title=html.escape(title), style=_STYLE, content=content)
    return HTMLResponse(page, status_code=status, headers=sent)

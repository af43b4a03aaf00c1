"""The pages behind a link: where the passcode is asked for, and the record. No script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from starlette.responses import HTMLResponse

from plan.sharing.model import Line, Part, Summary

_STYLE = """
:root { color-scheme: light dark; --ground: #f6f3ee; --card: #ffffff; --ink: #23302f; --soft: #5a6664;
  --line: #7d8a87; --accent: #1f5f5b; --on-accent: #ffffff; --warn: #8a1f11; --warn-ground: #fdeeea; }
@media (prefers-color-scheme: dark) { :root { --ground: #141918; --card: #1e2524; --ink: #e8eceb; --soft: #b3bdbb;
  --line: #8a9694; --accent: #8fd0c8; --on-accent: #10201e; --warn: #ffb4a6; --warn-ground: #3a1d18; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; background: var(--card); border-radius: 1rem; padding: 1.75rem 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.125rem; margin: 1.5rem 0 .25rem; }
p { margin: 0 0 .5rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .95rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; max-width: 20rem; min-height: 3rem; padding: .5rem .75rem; font: inherit; letter-spacing: .15em;
  color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; }
button { min-height: 3rem; margin: 1rem .5rem 0 0; padding: 0 1.25rem; font: inherit; font-weight: 600;
  border-radius: .5rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); }
button.quiet { background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { background: var(--warn-ground); color: var(--warn); border: 1px solid var(--warn); border-radius: .5rem;
  padding: .75rem; font-weight: 600; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title><style>{style}</style></head>
<body><main>
{content}
</main></body></html>
"""
_FORM = """<h1>A record was shared with you</h1>
<p>A palliative care team shared one person's record with you, for a limited time. Enter the passcode that they told
you. Each opening is written down.</p>
{problem}<form method="post" autocomplete="off">
<label for="passcode">Passcode, 8 digits</label>
<input id="passcode" name="passcode" type="text" inputmode="numeric" maxlength="12" autocomplete="off"
 required autofocus>
<div><button type="submit" name="form" value="page">Read it here</button>
<button type="submit" name="form" value="pdf" class="quiet">Get the PDF</button>
<button type="submit" name="form" value="fhir" class="quiet">Get the FHIR document</button></div>
</form>"""


def ask_page(problem: str = "", status: int = 200, retry_after: str = "") -> HTMLResponse:
    """Where the passcode is asked for. It is the same for every link, also for those that do not exist."""
    shown = f'<p class="problem" role="alert">{escape(problem)}</p>\n' if problem else ""
    title = "Problem: shared record" if problem else "Shared record"
    headers = {"Retry-After": retry_after} if retry_after else {}
    return _respond(title, _FORM.format(problem=shown), status, headers)


def record_page(summary: Summary, until: str) -> HTMLResponse:
    """The record, to be read. The title says nothing of anybody: it stands in the browser's history."""
    about = "".join(f"<p>{escape(one)}</p>" for one in (f"{summary.name}", *summary.about))
    parts = "".join(_part(one) for one in summary.parts)
    content = f'<h1>{escape(summary.title)}</h1>{about}{parts}<p class="soft">{escape(until)}</p>'
    return _respond("Shared record", content, 200, {})


def _part(part: Part) -> str:
    return f"<h2>{escape(part.title)}</h2>" + "".join(_line(one) for one in part.lines or (Line(part.empty),))


def _line(line: Line) -> str:
    text = escape(line.text).replace("\n", "<br>")
    text = f"&#8220;{text}&#8221;" if line.quoted else text
    label = f"<strong>{escape(line.label)}</strong> " if line.label else ""
    detail = f'<p class="soft">{escape(line.detail)}</p>' if line.detail else ""
    return (f"<p>{label}{text}</p>" if label or text else "") + detail


def _respond(title: str, content: str, status: int, headers: dict[str, str]) -> HTMLResponse:
    policy = (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    page = _PAGE.format(title=escape(title), style=_STYLE, content=content)
    sent = {"Content-Security-Policy": policy, "Cache-Control": "no-store", **headers}
    return HTMLResponse(page, status_code=status, headers=sent)

"""A browser and an app small enough for tests: they do what a person and Hearthside do at the sign-in."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge

BASE = "http://127.0.0.1:8600"
REDIRECT = "http://127.0.0.1:49152/callback"
SCOPE = "openid fhirUser offline_access user/*.cruds"
PASSWORD = "lantern-harbor-29"
VERIFIER = "v" * 20 + "-a-verifier-of-decent-length-0123456789"


class Clock:
    """Time that moves only when it is told to. ms since 1970."""

    def __init__(self) -> None:
        self.now = 1_795_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            self.fields[str(found["name"])] = found.get("value") or ""


def fields_of(page: str) -> dict[str, str]:
    """The inputs of a form with their values."""
    parser = _Fields()
    parser.feed(page)
    return parser.fields


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.styling = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.styling = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.styling = False

    def handle_data(self, data: str) -> None:
        if not self.styling:
            self.text.append(data)


def words_seen(page: str) -> set[str]:
    """The words that a person can read, its title among them, in small letters."""
    parser = _Seen()
    parser.feed(page)
    return set(re.findall(r"[^\W\d_]+", " ".join(parser.text).casefold()))


def authorize_parameters(**changed: str | None) -> dict[str, str]:
    """A right authorize request; None leaves a parameter out."""
    whole: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "hearthside-app",
        "redirect_uri": REDIRECT,
        "scope": SCOPE,
        "state": "a-state-nobody-guesses",
        "aud": f"{BASE}/fhir",
        "code_challenge": create_s256_code_challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (whole | changed).items() if value is not None}


def query_of(location: str) -> dict[str, str]:
    return {
        name: values[0] for name, values in parse_qs(urlsplit(location).query, keep_blank_values=True).items()
    }


class Browser:
    """One browser at one sign-in server."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def open(self, **changed: str | None) -> httpx.Response:
        return await self.http.get("/oauth/authorize", params=authorize_parameters(**changed))

    async def submit(
        self, page: httpx.Response, username: str, password: str, *, action: str = "sign-in", **fields: str
    ) -> httpx.Response:
        form = fields_of(page.text) | {"username": username, "password": password, "action": action} | fields
        return await self.http.post("/oauth/authorize", data=form)

    async def sign_in(
        self, username: str = "ana.ruiz", password: str = PASSWORD, **changed: str | None
    ) -> str:
        """The code that the app gets."""
        answer = await self.submit(await self.open(**changed), username, password)
        assert answer.status_code == 303, answer.text
        return query_of(answer.headers["location"])["code"]

    async def exchange(self, code: str, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "client_id": "hearthside-app",
            "code_verifier": VERIFIER,
        }
        return await self.http.post("/oauth/token", data=form | changed)

    async def tokens(self, username: str = "ana.ruiz") -> dict[str, Any]:
        """A whole sign-in."""
        answer = await self.exchange(await self.sign_in(username))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def refresh(self, refresh_token: str, **more: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": "hearthside-app"}
        return await self.http.post("/oauth/token", data=form | more)

    async def revoke(self, token: str, **more: str) -> httpx.Response:
        return await self.http.post(
            "/oauth/revoke", data={"token": token, "client_id": "hearthside-app"} | more
        )

"""The person's part of signing in: the page, the password, and the way back to the app."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidRequestError
from sqlalchemy import Engine
from starlette.responses import HTMLResponse, Response

from plan.audit.trail import note_sign_in
from plan.database import read_transaction, write_transaction
from plan.passwords import hash_password, needs_rehash, verify_password
from plan.principal import OPERATOR
from plan.settings import PlanSettings
from plan.signin.adapter import Ask, SignInRequest, SignInServer
from plan.signin.address import is_audience
from plan.signin.client import find_client, is_redirect
from plan.signin.forms import (
    COOKIE,
    FIELDS,
    is_form_token,
    is_shown_token,
    make_form_token,
    make_nonce,
    make_shown_token,
)
from plan.signin.known import COOKIE as KNOWN_COOKIE
from plan.signin.known import DAYS as KNOWN_DAYS
from plan.signin.known import find_known, make_known
from plan.signin.news import list_new_devices
from plan.signin.page import error_page, login_page, news_page
from plan.signin.secret import Secrets
from plan.signin.throttle import Throttle
from plan.signin.words import Words
from plan.users import User, find_user, set_password_hash

_PLAIN = re.compile(r"[\x20-\x7e]{0,2000}", re.ASCII)
_WORD = re.compile(r"[a-z_ ]{0,40}", re.ASCII)
_log = logging.getLogger("plan.signin")


@dataclass(frozen=True)
class Login:
    """Answers /oauth/authorize. Synchronous: run it in the thread pool."""

    engine: Engine
    base_url: str
    settings: PlanSettings
    clock: Callable[[], int]
    server: SignInServer
    secrets: Secrets

    def respond(
        self,
        ask: Ask,
        words: Words,
        address: str,
        nonce: str | None,
        same_origin: bool,
        known_cookie: str | None = None,
    ) -> Response:
        """`nonce` is the form cookie, `address` the client's, `same_origin` what the browser says of a form."""
        parameters = {name: value for name, value in ask.values.items() if name not in FIELDS}
        problem = _find_misuse(words, ask, parameters)
        if problem is not None:
            return error_page(self.base_url, words, problem)
        asked = Ask(ask.method, ask.url, ask.headers, list(parameters.items()))
        try:
            request = SignInRequest(asked)
            grant = self.server.get_consent_grant(request)
            self._check_audience(parameters)
        except OAuth2Error as error:
            return self._send_back(error, parameters)
        form = ask.values
        if ask.method != "POST":
            return self._page(words, parameters, nonce)
        if not same_origin or not is_form_token(
            self.secrets.all, nonce, parameters, form.get("form_token", ""), self.clock()
        ):
            return self._page(words, parameters, nonce, words.stale, status=400)
        if form.get("action") == "cancel":
            return self._send_back(AccessDeniedError(), parameters)
        name, password = form.get("username", ""), form.get("password", "")
        if form.get("action") == "go-on":
            user = self._find_shown(name, nonce, parameters, form.get("shown", ""))
            if user is None:
                return self._page(words, parameters, nonce, words.stale, status=400)
            return self._let_in(request, grant, user)
        throttle = Throttle(self.engine, self.settings, self.secrets.newest, self.secrets.all[1:])
        known = find_known(self.secrets.all, name, known_cookie, self.clock())
        wait = throttle.begin(name, address, self.clock(), known)
        if wait:
            _log.warning("sign-in slowed down")
            return self._page(words, parameters, nonce, _wait_sentence(words, wait), name, 429, wait)
        user = self._find_right_user(name, password)
        if user is None:
            _log.info("sign-in refused")
            note_sign_in(name, 403)
            return self._page(words, parameters, nonce, words.wrong, name, 403)
        throttle.succeed(name, address, known)
        _log.info("signed in: user %s", user.id)
        note_sign_in(name, 200)
        with read_transaction(self.engine) as connection:
            news = list_new_devices(connection, user.id)
        if news and nonce:
            return self._show_news(words, parameters, nonce, user, news)
        return self._let_in(request, grant, user)

    def _let_in(self, request: SignInRequest, grant: Any, user: User) -> Response:
        response: Response = self.server.create_authorization_response(request, grant_user=user, grant=grant)
        response.delete_cookie(COOKIE, path="/oauth", httponly=True, samesite="strict")
        known = make_known(self.secrets.newest, user.username, self.clock())
        self._keep(response, KNOWN_COOKIE, known, KNOWN_DAYS * 86_400)
        return response

    def _show_news(
        self, words: Words, parameters: dict[str, str], nonce: str, user: User, registered: Sequence[int]
    ) -> HTMLResponse:
        """Devices that were registered in her name since she last signed in; she goes on when they are hers."""
        expires_ms = self.clock() + self.settings.form_seconds * 1000
        secret = self.secrets.newest
        fields = {
            "form_token": make_form_token(secret, nonce, parameters, expires_ms),
            "shown": make_shown_token(secret, nonce, user.id, parameters, expires_ms),
            "username": user.username,
        }
        times = [_say_time(words, each) for each in registered]
        page = news_page(
            base_url=self.base_url, words=words, parameters=parameters, fields=fields, registered=times
        )
        self._keep(page, COOKIE, nonce, self.settings.form_seconds)
        return page

    def _find_shown(
        self, name: str, nonce: str | None, parameters: dict[str, str], token: str
    ) -> User | None:
        """Who proved her password just now and was shown something; None for anybody else."""
        with read_transaction(self.engine) as connection:
            user = find_user(connection, name)
        if user is None or user.disabled or user.role == OPERATOR:
            return None
        good = is_shown_token(self.secrets.all, nonce, user.id, parameters, token, self.clock())
        return user if good else None

    def _find_right_user(self, name: str, password: str) -> User | None:
        with read_transaction(self.engine) as connection:
            user = find_user(connection, name)
        hashed = user.password_hash if user is not None else None
        right = verify_password(hashed, password)
        if user is None or hashed is None or not right or user.disabled or user.role == OPERATOR:
            return None
        if needs_rehash(hashed):
            with write_transaction(self.engine) as connection:
                set_password_hash(connection, user.id, hash_password(password))
        return user

    def _check_audience(self, parameters: dict[str, str]) -> None:
        audience = parameters.get("aud")
        if audience is not None and not is_audience(audience, self.base_url):
            redirect_uri, state = parameters["redirect_uri"], parameters.get("state")
            raise InvalidRequestError("'aud' is not this server.", redirect_uri=redirect_uri, state=state)

    def _send_back(self, error: OAuth2Error, parameters: dict[str, str]) -> Response:
        # Client and redirect were found good before Authlib was asked, so the app may hear what is wrong.
        error.redirect_uri = parameters["redirect_uri"]
        error.state = parameters.get("state")
        status, body, headers = error()
        response: Response = self.server.handle_response(status, body, headers)
        return response

    def _page(
        self,
        words: Words,
        parameters: dict[str, str],
        nonce: str | None,
        problem: str | None = None,
        username: str = "",
        status: int = 200,
        retry_after: int | None = None,
    ) -> HTMLResponse:
        nonce = nonce or make_nonce()
        expires_ms = self.clock() + self.settings.form_seconds * 1000
        page = login_page(
            base_url=self.base_url,
            words=words,
            parameters=parameters,
            form_token=make_form_token(self.secrets.newest, nonce, parameters, expires_ms),
            problem=problem,
            username=username,
            status=status,
            retry_after=retry_after,
        )
        self._keep(page, COOKIE, nonce, self.settings.form_seconds)
        return page

    def _keep(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/oauth",
            httponly=True,
            samesite="strict",
            secure=self.base_url.startswith("https://"),
        )


def _find_misuse(words: Words, ask: Ask, parameters: dict[str, str]) -> str | None:
    """Why this request gets a page and is not sent back to its redirect address."""
    repeated = ask.repeated()
    if repeated is not None:
        return words.twice
    if not all(_PLAIN.fullmatch(part) for pair in parameters.items() for part in pair):
        return words.unreadable
    if find_client(parameters.get("client_id")) is None:
        return words.unknown_app
    if not is_redirect(parameters.get("redirect_uri", "")):
        return words.wrong_redirect
    if not _WORD.fullmatch(parameters.get("response_type", "")):
        return words.not_offered
    return None


def _say_time(words: Words, ms: int) -> str:
    at = datetime.fromtimestamp(ms / 1000, UTC)
    month = words.months[at.month - 1]
    return words.when.format(day=at.day, month=month, year=at.year, time=f"{at:%H:%M}")


def _wait_sentence(words: Words, seconds: int) -> str:
    if seconds == 1:
        length = words.one_second
    elif seconds < 120:
        length = words.seconds.format(number=seconds)
    else:
        length = words.minutes.format(number=-(-seconds // 60))
    return words.too_many.format(length=length)

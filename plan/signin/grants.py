"""What can be exchanged for tokens: a code with its PKCE verifier, a refresh token. And revocation."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge

from plan.database import read_transaction, write_transaction
from plan.signin.adapter import SignInServer
from plan.signin.client import AppClient
from plan.signin.codes import Code, find_code, save_code, spend_code
from plan.signin.tables import SignInToken
from plan.signin.tokens import REFRESH, TokenPair, end_token, find_token, issue_pair, make_secret, rotate
from plan.users import User, find_user_by_id

Answer = tuple[int, dict[str, Any], list[tuple[str, str]]]


def token_answer(user: User, pair: TokenPair) -> dict[str, Any]:
    """The token endpoint's answer: OAuth's members, and who signed in."""
    answer: dict[str, Any] = {
        "access_token": pair.access_token,
        "token_type": "Bearer",
        "expires_in": pair.expires_in,
        "scope": pair.scope,
        "fhirUser": f"Practitioner/{user.practitioner_id}",
        "name": user.display_name,
        "role": user.role,
    }
    if pair.refresh_token is not None:
        answer["refresh_token"] = pair.refresh_token
    return answer


class S256Only(CodeChallenge):  # type: ignore[misc]  # Authlib ships no types
    """PKCE with S256 and nothing else. Authlib alone lets a request without a challenge pass."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]
    CODE_CHALLENGE_METHODS = {"S256": CodeChallenge.CODE_CHALLENGE_METHODS["S256"]}

    def validate_code_challenge(self, grant: Any, redirect_uri: str | None) -> None:
        if not grant.request.payload.data.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge': PKCE with S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib ships no types
    """A code for the first pair of tokens. Code and tokens change in one transaction."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]
    server: SignInServer

    def generate_authorization_code(self) -> str:
        return make_secret()

    def save_authorization_code(self, code: str, request: Any) -> None:
        expires_ms = self.server.clock() + self.server.settings.code_seconds * 1000
        with write_transaction(self.server.engine) as connection:
            save_code(
                connection,
                code,
                user_id=request.user.id,
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                challenge=request.payload.data["code_challenge"],
                expires_ms=expires_ms,
            )

    def query_authorization_code(self, code: str, client: AppClient) -> Code | None:
        with write_transaction(self.server.engine) as connection:
            return find_code(connection, code, client.client_id, self.server.clock())

    def create_token_response(self) -> Answer:
        code: Code = self.request.authorization_code
        now_ms = self.server.clock()
        with write_transaction(self.server.engine) as connection:
            user = find_user_by_id(connection, code.user_id)
            family_id = spend_code(connection, code, now_ms) if user and not user.disabled else None
            if family_id is not None:
                pair = issue_pair(connection, family_id, code.scope, self.server.settings, now_ms)
        # Raised outside: ending the sign-in of a code that came twice has to stay.
        if user is None or family_id is None:
            raise InvalidGrantError("Invalid 'code' in request.")
        return 200, token_answer(user, pair), self.TOKEN_RESPONSE_HEADER


class HeldToken:
    """A stored token as Authlib asks for it."""

    def __init__(self, row: SignInToken) -> None:
        self.row = row

    def check_client(self, client: AppClient) -> bool:
        return client is not None

    def get_scope(self) -> str:
        return self.row.scope


def _narrow(granted: str, asked: str | None) -> str | None:
    """Of what was granted, what is asked for again; the sign-in itself goes on. None when no FHIR scope is left."""
    if not asked:
        return granted
    kept = [one for one in granted.split() if one in [*asked.split(), "offline_access"]]
    return " ".join(kept) if any("/" in one for one in kept) else None


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]  # Authlib ships no types
    """A refresh token for its successors; `tokens.rotate` decides."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: SignInServer

    def authenticate_refresh_token(self, refresh_token: str) -> HeldToken | None:
        with read_transaction(self.server.engine) as connection:
            row = find_token(connection, refresh_token)
        return HeldToken(row) if row is not None and row.kind == REFRESH else None

    def _validate_token_scope(self, token: HeldToken) -> None:
        # Clients repeat what they first asked for, `openid` included, which was never granted. What was not granted
        # is passed over; only asking for nothing of what was is an error.
        if not _narrow(token.get_scope(), self.request.payload.scope):
            raise InvalidScopeError

    def create_token_response(self) -> Answer:
        presented = self.request.form["refresh_token"]
        scope = _narrow(self.request.refresh_token.get_scope(), self.request.payload.scope)
        with write_transaction(self.server.engine) as connection:
            found = rotate(connection, presented, scope, self.server.settings, self.server.clock())
        # Raised outside: ending a sign-in because of a replayed token has to stay.
        if found is None:
            raise InvalidGrantError("This sign-in has ended.")
        user, pair = found
        return 200, token_answer(user, pair), self.TOKEN_RESPONSE_HEADER


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # Authlib ships no types
    """RFC 7009. Whoever holds a token may end it; an unknown one is answered 200 like any other."""

    CLIENT_AUTH_METHODS = ["none"]
    server: SignInServer

    def query_token(self, token_string: str, token_type_hint: str | None) -> HeldToken | None:
        with read_transaction(self.server.engine) as connection:
            row = find_token(connection, token_string)
        return HeldToken(row) if row is not None else None

    def revoke_token(self, token: HeldToken, request: Any) -> None:
        with write_transaction(self.server.engine) as connection:
            end_token(connection, token.row, self.server.clock())

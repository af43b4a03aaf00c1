"""How a backend client signs in: a short proof, signed with its key, for an access token (SMART backend services)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError

from plan.clients.keys import ALGORITHMS, load_key_set
from plan.clients.registry import RegisteredClient, find_client
from plan.clients.tokens import TOKEN_SECONDS, issue_token, use_proof
from plan.database import read_transaction, write_transaction
from plan.signin.adapter import SignInServer

METHOD = "private_key_jwt"
LONGEST_SECONDS = 300
"""A proof is good for at most five minutes from now; who asks for more is refused."""
_LEEWAY_SECONDS = 30
_LONGEST_ID = 200
_LONGEST_PROOF = 10_000
_UNREADABLE = (ValueError, TypeError, KeyError, RecursionError)
"""What the libraries make of a proof that is written badly on purpose."""


class Proof(JWTBearerClientAssertion):  # type: ignore[misc]  # Authlib ships no types
    """Checks the assertion: known client, its own key, this server's token address, soon over, never used before."""

    CLIENT_AUTH_METHOD = METHOD

    def __init__(self, server: SignInServer, token_url: str) -> None:
        super().__init__(leeway=_LEEWAY_SECONDS)
        self._server = server
        self._token_url = token_url

    def get_audiences(self) -> list[str]:
        return [self._token_url]

    def resolve_client_public_key(self, client: Any) -> Any:
        if not isinstance(client, RegisteredClient) or client.disabled:
            raise InvalidClientError(description="The client does not exist on this server.")
        return load_key_set(client.key_set)

    def extract_assertion(self, assertion: str) -> Any:
        """Header and claims, not checked yet: anybody can have written them."""
        if len(assertion) > _LONGEST_PROOF:
            raise InvalidClientError(description="The proof is too long.")
        try:
            return super().extract_assertion(assertion)
        except _UNREADABLE as error:
            raise InvalidClientError(description="The proof cannot be read.") from error

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> Any:
        # Authlib would take every algorithm that the library recommends.
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=ALGORITHMS)
        except (JoseError, *_UNREADABLE) as error:
            raise InvalidClientError(description="The proof's signature cannot be believed.") from error
        if "kid" not in token.header:
            raise InvalidClientError(description="The proof's header names no kid.")
        self.verify_claims(token.claims)
        return token.claims

    def validate_jti(self, claims: dict[str, Any], jti: Any) -> bool:
        """Runs last, once the signature and all else is right."""
        now_ms, expires = self._server.clock(), claims["exp"]
        if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_ID:
            raise InvalidClientError(description="The proof has no good jti.")
        if not now_ms < (expires + _LEEWAY_SECONDS) * 1000:
            raise InvalidClientError(description="The proof is over.")
        if expires * 1000 > now_ms + (LONGEST_SECONDS + _LEEWAY_SECONDS) * 1000:
            raise InvalidClientError(description="The proof is good for longer than five minutes.")
        spent_until = int(expires + _LEEWAY_SECONDS) * 1000
        with write_transaction(self._server.engine) as connection:
            return use_proof(connection, claims["sub"], jti, spent_until)


class BackendGrant(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib ships no types
    """A proof for an access token of five minutes."""

    TOKEN_ENDPOINT_AUTH_METHODS = [METHOD]
    server: SignInServer

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        client: RegisteredClient = self.request.client
        scope = client.get_allowed_scope(self.request.payload.scope)
        if scope is None:
            raise InvalidScopeError
        with write_transaction(self.server.engine) as connection:
            token = issue_token(connection, client.client_id, scope, self.server.clock())
        answer = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": scope,
        }
        return 200, answer, self.TOKEN_RESPONSE_HEADER


def make_finder(server: SignInServer) -> Callable[[str], RegisteredClient | None]:
    """Finds a registered client by its id."""

    def find(client_id: str) -> RegisteredClient | None:
        with read_transaction(server.engine) as connection:
            return find_client(connection, client_id)

    return find


def add_backend_services(server: SignInServer, token_url: str) -> None:
    """Let registered clients sign in at this server's token address."""
    server.find_backend_client = make_finder(server)
    server.register_client_auth_method(METHOD, Proof(server, token_url))
    server.register_grant(BackendGrant)

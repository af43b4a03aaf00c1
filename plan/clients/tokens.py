"""Access tokens of backend clients: made for a proof, short-lived, good at the export's doors and nowhere else."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from plan.clients.tables import BackendClient, BackendClientProof, BackendClientToken
from plan.fhir.stamps import clock_ms
from plan.principal import BACKEND, Principal
from plan.signin.tokens import hash_secret, make_secret

TOKEN_SECONDS = 300
"""As SMART backend services advise: five minutes."""


def issue_token(connection: Connection, client_id: str, scope: str, now_ms: int) -> str:
    """A new token. Those that nobody can use any more are swept out. Inside `write_transaction`."""
    connection.execute(delete(BackendClientToken).where(col(BackendClientToken.expires_ms) < now_ms))
    connection.execute(delete(BackendClientProof).where(col(BackendClientProof.expires_ms) < now_ms))
    token = make_secret()
    values = {"token_hash": hash_secret(token), "client_id": client_id, "scope": scope}
    connection.execute(insert(BackendClientToken).values(**values, expires_ms=now_ms + TOKEN_SECONDS * 1000))
    return token


def use_proof(connection: Connection, client_id: str, proof_id: str, expires_ms: int) -> bool:
    """Is this proof used for the first time? From now on it is spent. Inside `write_transaction`."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"client_id": client_id, "proof_hash": hash_secret(proof_id), "expires_ms": expires_ms}
    making = dialect.insert(BackendClientProof).values(**values).on_conflict_do_nothing()
    return connection.execute(making.returning(col(BackendClientProof.proof_hash))).first() is not None


def find_backend(connection: Connection, token: str, now_ms: int | None = None) -> Principal | None:
    """The client of a token as a principal; None when it is unknown, expired, or the client is shut out."""
    now = clock_ms() if now_ms is None else now_ms
    with Session(connection) as session:
        found = session.exec(
            select(BackendClient, BackendClientToken.scope)
            .join(BackendClientToken, col(BackendClientToken.client_id) == col(BackendClient.id))
            .where(
                col(BackendClientToken.token_hash) == hash_secret(token),
                col(BackendClientToken.expires_ms) > now,
                col(BackendClient.disabled).is_(False),
            )
        ).first()
        if found is None:
            return None
        client, scope = found
        return Principal(client.id, client.name, BACKEND, "", None, frozenset(scope.split()))
